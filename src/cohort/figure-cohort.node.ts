import { join, relative } from "node:path";
import { z } from "zod";
import { readTable } from "../catalog/index.node.ts";
import type { Columns } from "../catalog/index.ts";
import { HeparError } from "../core/index.ts";
import { type CaseScoreRow, caseScoreColumns } from "../evaluate/index.ts";
import { readJson } from "../files/index.node.ts";
import { judgedSlice } from "../report/index.node.ts";
import {
  bestAndWorst,
  blandAltman,
  calibration,
  type DataframeColumn,
  dataframe,
  dicePerCase,
  type Figure,
  f1BySize,
  type LanguageTag,
  languageOf,
  rateCurve,
  shownSizes,
  studyFigures,
  trainingCurves,
} from "../report/index.ts";
import { type LesionRow, lesionColumns, type StudiedRow, studiedColumns } from "../study/index.ts";
import { epochColumns, ratePointColumns } from "../train/index.ts";
import { type FigureName, figureTable } from "./figure-table.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { type ModelPlace, networksOf, onlyModel, requireModel } from "./model.node.ts";

/** A cohort as figures are drawn from it. */
export interface CohortSource {
  /** Absolute. */
  readonly folder: string;
  /** The same as it was typed, for advice. */
  readonly typed: string;
  readonly model: string | undefined;
  readonly columns: readonly string[] | undefined;
  readonly language: LanguageTag;
}

type CohortFigure = Exclude<
  FigureName,
  "original" | "channels" | "lesions" | "liver-3d" | "agreement"
>;

/** How many of the best cases are shown, and of the worst. */
const mostExtremes = 3;

/** The cohort's figures; each gives null where its tables hold nothing to draw. */
export const cohortFigures: Readonly<
  Record<CohortFigure, (source: CohortSource) => Promise<Figure | null>>
> = {
  async dataframe(source) {
    const language = languageOf(source.language);
    const { columns } = source;
    const rows = await catalogueOf(source);
    return columns === undefined
      ? dataframe(rows, { language })
      : dataframe(rows, { language, columns: columns.map(requireColumn) });
  },
  "slices-per-scan": studyFigure("slices-per-scan"),
  "tumour-percentage": studyFigure("tumour-percentage"),
  "lesion-volumes": studyFigure("lesion-volumes"),
  "lesion-diameters": studyFigure("lesion-diameters"),
  "tumour-burden": studyFigure("tumour-burden"),
  "liver-volumes": studyFigure("liver-volumes"),
  "tumour-volumes": studyFigure("tumour-volumes"),
  intensities: studyFigure("intensities"),
  loss: trainingFigure("loss"),
  "held-out-dice": trainingFigure("held-out-dice"),
  "set-aside-dice": trainingFigure("set-aside-dice"),
  "learning-rate": trainingFigure("learning-rate"),
  async "rate-finder"(source) {
    const model = await modelOf(source);
    const path = `${layout.model(model.name)}/rate-finder.csv`;
    const points = await tableOf(source, { path, columns: ratePointColumns, of: "rate-finder" });
    return rateCurve(points, languageOf(source.language));
  },
  async "dice-per-case"(source) {
    const { scores, model } = await scoresOf(source, "dice-per-case");
    const summary = await readJson(join(source.folder, layout.summary(model.name)), summarySchema);
    return dicePerCase(scores, { summary, language: languageOf(source.language) });
  },
  async "best-and-worst"(source) {
    const { scores, model } = await scoresOf(source, "best-and-worst");
    return extremesOf(source, { scores, model });
  },
  "bland-altman-liver": (source) => agreementOfVolumes(source, "liver"),
  "bland-altman-tumour": (source) => agreementOfVolumes(source, "tumour"),
  async "f1-by-size"(source) {
    const model = await modelOf(source);
    const path = layout.summary(model.name);
    const input = { path, of: "f1-by-size" } as const;
    await requireInput(source, input);
    const { lesions } = await readJson(join(source.folder, path), detectionSchema);
    // Evaluated before lesions were counted by their size.
    if (lesions === undefined) throw notMade(source, input, `${path} has no scores by lesion`);
    const scores = shownSizes.map((size) => {
      const { f1, found, references } = lesions.bySize[size].anyOverlap;
      return { size, f1, found, all: references };
    });
    return f1BySize(scores, { model: model.name, language: languageOf(source.language) });
  },
  async calibration(source) {
    const model = await modelOf(source);
    const path = relative(source.folder, join(model.folder, layout.lesionCalibration));
    await requireInput(source, { path, of: "calibration" });
    const { reliability } = await readJson(join(source.folder, path), reliabilitySchema);
    return reliability === null ? null : calibration(reliability, languageOf(source.language));
  },
};

/** The model that was named, or the cohort's only one. */
export async function modelOf({ folder, typed, model }: CohortSource): Promise<ModelPlace> {
  const found = model === undefined ? await onlyModel(folder) : await requireModel(folder, model);
  if (found !== undefined) return found;
  throw new HeparError("model.missing", "the cohort has no trained model", {
    file: typed,
    hint: `train one with: hepar train ${typed} --model <name>`,
  });
}

export const catalogueOf = ({ folder }: Pick<CohortSource, "folder">): Promise<StudiedRow[]> =>
  readTable(join(folder, layout.catalog), studiedColumns);

export const lesionsOf = (source: CohortSource, of: FigureName): Promise<LesionRow[]> =>
  tableOf(source, { path: layout.lesions, columns: lesionColumns, of });

/** A table, or the advice which command makes it. */
async function tableOf<Row>(
  source: CohortSource,
  {
    path,
    columns,
    of,
  }: { readonly path: string; readonly columns: Columns<Row>; readonly of: FigureName },
): Promise<Row[]> {
  await requireInput(source, { path, of });
  return readTable(join(source.folder, path), columns);
}

/** What a figure is drawn from: a file of the cohort. */
interface Input {
  readonly path: string;
  readonly of: FigureName;
}

/**
 * Refuses to draw from a file that is not there.
 *
 * @throws `input.missing` with the command that makes it
 */
export async function requireInput(source: CohortSource, input: Input): Promise<void> {
  if (await exists(join(source.folder, input.path))) return;
  throw notMade(source, input, `there is no ${input.path} in ${source.typed}`);
}

function notMade(
  { folder, typed, model }: CohortSource,
  { path, of }: Input,
  what: string,
): HeparError {
  const { after, from } = figureTable[of];
  const which = from === "cohort" || after === "study" ? "" : ` --model ${model ?? "<name>"}`;
  return new HeparError("input.missing", `${of}: ${what}`, {
    file: join(folder, path),
    hint: `make it with: hepar ${after} ${typed}${which}`,
  });
}

function studyFigure(id: FigureName) {
  return async (source: CohortSource): Promise<Figure | null> => {
    const cases = await catalogueOf(source);
    const lesions = figureTable[id].after === "catalog" ? [] : await lesionsOf(source, id);
    const figures = studyFigures({ cases, lesions }, languageOf(source.language));
    return figures.find((figure) => figure.id === id) ?? null;
  };
}

function trainingFigure(id: FigureName) {
  return async (source: CohortSource): Promise<Figure | null> => {
    const model = await modelOf(source);
    // Of several networks, the first.
    const path = relative(
      source.folder,
      join(networksOf(model)[0]?.folder ?? model.folder, "training.csv"),
    );
    const epochs = await tableOf(source, { path, columns: epochColumns, of: id });
    const figures = trainingCurves(epochs, languageOf(source.language));
    return figures.find((figure) => figure.id === id) ?? null;
  };
}

const meanSchema = z.object({ dicePerCase: z.number().nullable() });
const summarySchema = z.object({
  unseen: z.boolean().default(false),
  liver: meanSchema,
  tumour: meanSchema,
});

const bySizeSchema = z.object({
  anyOverlap: z.object({ f1: z.number().nullable(), found: z.number(), references: z.number() }),
});
/** What of evaluation/<model>/summary.json the figure by size needs. */
const detectionSchema = z.object({
  lesions: z
    .object({
      bySize: z.object({
        below10mm: bySizeSchema,
        from10to20mm: bySizeSchema,
        above20mm: bySizeSchema,
      }),
    })
    .optional(),
});
/** What of a model's lesions.json the reliability diagram needs. */
const reliabilitySchema = z.object({
  reliability: z
    .object({
      ece: z.number(),
      brier: z.number(),
      bins: z.array(
        z.object({
          from: z.number(),
          to: z.number(),
          lesions: z.number(),
          predicted: z.number().nullable(),
          observed: z.number().nullable(),
        }),
      ),
    })
    .nullable(),
});

/** As `caseScoreColumns`, with the rows that have no scores. */
const scoredColumns: Columns<
  Omit<CaseScoreRow, "status"> & { readonly status: CaseScoreRow["status"] | "no-reference" }
> = caseScoreColumns;

async function scoresOf(
  source: CohortSource,
  of: FigureName,
): Promise<{ readonly scores: readonly CaseScoreRow[]; readonly model: ModelPlace }> {
  const model = await modelOf(source);
  const path = layout.scores(model.name);
  const scores = await tableOf(source, { path, columns: scoredColumns, of });
  // A prediction with nothing to compare with has a row, but no scores.
  const judged = scores.flatMap((row) => {
    const { status } = row;
    return status === "no-reference" ? [] : [{ ...row, status }];
  });
  return { model, scores: judged };
}

async function agreementOfVolumes(
  source: CohortSource,
  structure: "liver" | "tumour",
): Promise<Figure | null> {
  const { scores } = await scoresOf(source, `bland-altman-${structure}`);
  const rows = await catalogueOf(source);
  return blandAltman(scores, { rows, structure, language: languageOf(source.language) });
}

async function extremesOf(
  source: CohortSource,
  { scores, model }: { readonly scores: readonly CaseScoreRow[]; readonly model: ModelPlace },
): Promise<Figure | null> {
  const rows = new Map((await catalogueOf(source)).map((row) => [row.case, row]));
  const ranked = scores
    .flatMap(({ case: name, status, tumour_dice: dice }) => {
      const row = rows.get(name);
      if (dice === null || status === "missing" || row === undefined) return [];
      return row.mask_source === null ? [] : [{ row, mask: row.mask_source, dice }];
    })
    .sort((a, b) => b.dice - a.dice);
  if (ranked.length === 0) return null;
  const count = Math.min(mostExtremes, Math.ceil(ranked.length / 2));
  const drawn = async ({ row, mask, dice }: (typeof ranked)[number]) => {
    const files = {
      name: row.case,
      scan: row.scan_source,
      mask,
      prediction: join(source.folder, layout.prediction(model.name, row.case)),
      spacingKnown: row.spacing_x_mm !== null,
    };
    return { dice, slice: await judgedSlice(files) };
  };
  const inTurn = async (chosen: typeof ranked) => {
    const cases: Awaited<ReturnType<typeof drawn>>[] = [];
    // Each case is several volumes in memory.
    for (const one of chosen) cases.push(await drawn(one));
    return cases;
  };
  const best = await inTurn(ranked.slice(0, count));
  const worst = await inTurn(ranked.slice(count).slice(-count).reverse());
  return bestAndWorst({ structure: "tumour", best, worst }, languageOf(source.language));
}

function requireColumn(typed: string): DataframeColumn {
  if (typed in studiedColumns) return typed as DataframeColumn;
  throw new HeparError("usage.argument", `--columns: the catalogue has no column ${typed}`, {
    hint: `it has ${Object.keys(studiedColumns).join(", ")}`,
  });
}
