import { basename, join } from "node:path";
import { usableCase } from "../catalog/index.node.ts";
import { HeparError } from "../core/index.ts";
import {
  type DrawnCase,
  drawAgreement,
  drawChannels,
  drawLesions,
  drawLiver3d,
  drawOriginalAndMask,
} from "../report/index.node.ts";
import type { Figure, LanguageTag } from "../report/index.ts";
import type { LesionRow, StudiedRow } from "../study/index.ts";
import {
  type CohortSource,
  catalogueOf,
  lesionsOf,
  modelOf,
  requireInput,
} from "./figure-cohort.node.ts";
import type { FigureName } from "./figure-table.ts";
import { layout } from "./layout.ts";

type CaseFigure = "original" | "channels" | "lesions" | "liver-3d" | "agreement";

/** A case as figures are drawn from it. */
export interface CaseSource {
  readonly name: string;
  readonly scan: string;
  readonly mask: string | null;
  readonly prediction: string | null;
  readonly spacingKnown: boolean;
  /** The study's rows of the mask; undefined where they are to be measured. */
  readonly lesions?: readonly LesionRow[];
  readonly language: LanguageTag;
}

/** The figures of a case; null where its mask holds nothing to draw. */
export const caseFigures: Readonly<
  Record<CaseFigure, (source: CaseSource) => Promise<Figure | null>>
> = {
  original: (source) => drawOriginalAndMask(masked(source, "original"), source.language),
  channels: (source) => drawChannels(source, source.language),
  lesions: ({ lesions, ...source }) =>
    drawLesions(masked(source, "lesions"), {
      ...(lesions === undefined ? {} : { lesions }),
      language: source.language,
    }),
  "liver-3d": (source) => drawLiver3d(masked(source, "liver-3d"), source.language),
  agreement(source) {
    const { prediction } = source;
    if (prediction === null) throw missing("agreement", "a prediction");
    return drawAgreement({ ...masked(source, "agreement"), prediction }, source.language);
  },
};

export const isCaseFigure = (name: FigureName): name is CaseFigure => name in caseFigures;

function masked(source: CaseSource, of: CaseFigure): DrawnCase {
  const { name, scan, mask, spacingKnown } = source;
  if (mask === null) throw missing(of, "a mask");
  return { name, scan, mask, spacingKnown };
}

const missing = (of: CaseFigure, what: string): HeparError =>
  new HeparError("usage.missing", `${of} needs ${what} beside the scan`, {
    hint:
      of === "agreement"
        ? "hepar figure agreement <scan> <mask> <prediction> --out <file>"
        : `hepar figure ${of} <scan> <mask> --out <file>`,
  });

/**
 * A case by its files' paths: a scan, perhaps its mask, perhaps a prediction. They are looked at as the
 * catalogue does: a pair that it refuses is refused.
 *
 * @throws `geometry.mismatch`, `geometry.orientation`, `nifti.*`, `labels.value`, `input.*`
 */
export async function caseOfFiles(
  {
    scan,
    mask,
    prediction,
  }: { readonly scan: string; readonly mask: string | null; readonly prediction: string | null },
  { language }: { readonly language: LanguageTag },
): Promise<CaseSource> {
  const name = basename(scan).replace(/\.nii(\.gz)?$/, "");
  const { spacing_x_mm } = await usableCase({ case: name, scanPath: scan, maskPath: mask });
  if (prediction !== null) {
    await usableCase({ case: name, scanPath: scan, maskPath: prediction });
  }
  return { name, scan, mask, prediction, spacingKnown: spacing_x_mm !== null, language };
}

/**
 * A case of a cohort: by its name, or the one with the largest share of tumour. With a model, lesions
 * and the liver are those of its prediction.
 *
 * @throws `input.missing`, `usage.argument` for a name that is none, `input.empty` without a case
 */
export async function caseOfCohort(
  source: CohortSource & { readonly case: string | undefined },
  of: FigureName,
): Promise<CaseSource> {
  const rows = await catalogueOf(source);
  const predicted = of === "agreement" || source.model !== undefined;
  const model = predicted ? await modelOf(source) : undefined;
  const pathOf = (row: StudiedRow): string => layout.prediction(model?.name ?? "", row.case);
  const row = await chosen(rows, { source, of, pathOf: model === undefined ? undefined : pathOf });
  const prediction = model === undefined ? null : join(source.folder, pathOf(row));
  const drawsPrediction = prediction !== null && of !== "agreement";
  const lesions =
    of === "lesions" && !drawsPrediction
      ? (await lesionsOf(source, of)).filter((lesion) => lesion.case === row.case)
      : undefined;
  return {
    name: row.case,
    scan: row.scan_source,
    mask: drawsPrediction ? prediction : row.mask_source,
    prediction,
    spacingKnown: row.spacing_x_mm !== null,
    ...(lesions === undefined ? {} : { lesions }),
    language: source.language,
  };
}

async function chosen(
  rows: readonly StudiedRow[],
  {
    source,
    of,
    pathOf,
  }: {
    readonly source: CohortSource & { readonly case: string | undefined };
    readonly of: FigureName;
    readonly pathOf: ((row: StudiedRow) => string) | undefined;
  },
): Promise<StudiedRow> {
  const named = source.case;
  if (named !== undefined) {
    const row = rows.find((candidate) => candidate.case === named);
    if (row === undefined) {
      throw new HeparError("usage.argument", `--case: there is no case ${named}`, {
        hint: `the first are ${rows
          .slice(0, 5)
          .map((one) => one.case)
          .join(", ")}`,
      });
    }
    requireUsable(row);
    if (pathOf !== undefined) await requireInput(source, { path: pathOf(row), of: "agreement" });
    return row;
  }
  const usable = rows.filter((row) => row.problem === null && row.mask_source !== null);
  const ranked = [...usable].sort((a, b) => (b.tumour_percent ?? -1) - (a.tumour_percent ?? -1));
  for (const row of ranked) {
    if (pathOf === undefined) return row;
    const there = await requireInput(source, { path: pathOf(row), of: "agreement" }).then(
      () => true,
      () => false,
    );
    if (there) return row;
  }
  if (ranked.length > 0 && pathOf !== undefined) {
    await requireInput(source, { path: pathOf(ranked[0]), of: "agreement" });
  }
  throw new HeparError("input.empty", `${of}: the cohort has no readable case with a mask`, {
    file: source.typed,
    hint: `what is wrong with its cases stands in ${layout.catalogCsv}, column problem`,
  });
}

function requireUsable({ case: name, problem }: StudiedRow): void {
  if (problem === null) return;
  throw new HeparError("input.unreadable", `${name} cannot be drawn: ${problem}`);
}
