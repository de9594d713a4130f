import { join, relative, resolve } from "node:path";
import { z } from "zod";
import { writeTable } from "../catalog/index.node.ts";
import { type Columns, parseLabelCounts } from "../catalog/index.ts";
import { HeparError } from "../core/index.ts";
import {
  claimNnunetFolder,
  closeNnunetFolder,
  type NnunetCase,
  nnunetFiles,
  openNnunetFolder,
  writeNnunetCase,
} from "../exchange/index.node.ts";
import { datasetFolder, identifiersOf, type LabelMap, labelsOf } from "../exchange/index.ts";
import { readJson, sha256OfJson } from "../files/index.node.ts";
import type { StudiedRow } from "../study/index.ts";
import type { Fold } from "../train/index.ts";
import { isUsable, loadCatalogue } from "./catalogue.node.ts";
import { exists, requireCohort } from "./folder.node.ts";
import { layout } from "./layout.ts";
import type { RunOutcome } from "./outcome.ts";
import { type CohortRun, inCohort, type RunContext, warn } from "./run.node.ts";
import { dealOut } from "./split.node.ts";
import { runCases } from "./step.node.ts";

/** What is chosen of a raw data set of nnU-Net's. */
export interface NnunetChoices {
  /** Holds all raw data sets: nnU-Net's `nnUNet_raw`. */
  readonly out: string;
  readonly id: number;
  readonly name: string;
  /** Symbolic links in place of copies where nothing has to change. */
  readonly link: boolean;
  /** Old label → new label; empty: masks stay as they are. */
  readonly map: LabelMap;
}

/** A case as the data set has it. */
interface ExportedRow {
  readonly case: string;
  readonly identifier: string;
  readonly patient: string;
  readonly image: string;
  readonly mask: string | null;
  /** Whether the mask got the scan's geometry, from which its own differed by rounding. */
  readonly mask_realigned: boolean;
}

const exportedColumns: Columns<ExportedRow> = {
  case: "text",
  identifier: "text",
  patient: "text",
  image: "text",
  mask: "text",
  mask_realigned: "yes-no",
};

/** A raw data set. */
export interface NnunetExport {
  /** Absolute. */
  readonly folder: string;
  /** Cases with a mask (imagesTr, labelsTr), and without (imagesTs). */
  readonly training: number;
  readonly test: number;
  /** Masks that were given their scan's geometry. */
  readonly realigned: number;
  readonly labels: Readonly<Record<string, number>>;
  /** In splits_final.json; 0: there is none. */
  readonly folds: number;
}

/**
 * Writes a cohort as a raw data set of nnU-Net v2: cases with masks for training, others for test,
 * the cohort's own folds by patient, and cases.csv, which tells what each case is called in it.
 *
 * @throws `labels.value` when masks hold labels with gaps between them; `usage.argument` when the
 *   folder is somebody else's; `cohort.no-masks` without a mask
 */
export async function exportNnunetCohort(
  { cohort, ...choices }: NnunetChoices & { readonly cohort: string },
  context: RunContext,
): Promise<RunOutcome & { readonly result: NnunetExport }> {
  const folder = await requireCohort(cohort);
  return inCohort({ folder, context }, (run) => exportNnunet(run, choices));
}

async function exportNnunet(
  run: CohortRun,
  { out, id, name, link, map }: NnunetChoices,
): Promise<NnunetExport> {
  const folder = resolve(out, datasetFolder({ id, name }));
  const rows = (await loadCatalogue(run)).filter(isUsable);
  const masked = rows.filter(hasMask);
  const labels = labelsOf(
    masked.flatMap((row) => [...parseLabelCounts(row.labels).keys()]),
    map,
  );
  const identifiers = identifiersOf(rows.map((row) => row.case));
  const place = (row: StudiedRow) => {
    const identifier = identifiers.get(row.case) ?? row.case;
    const names = nnunetFiles(identifier, { mask: hasMask(row) });
    const files = names.mask === null ? [names.image] : [names.image, names.mask];
    return { identifier, files };
  };
  const folds = await foldsOf(run, masked);
  await claimNnunetFolder(folder);
  await openNnunetFolder(folder);
  const made = await runCases<StudiedRow, NnunetCase>(run, {
    step: "export",
    of: `nnunet+${sha256OfJson(folder).slice(0, 16)}`,
    version: 1,
    unit: "cases",
    settings: { link, map: [...map] },
    rows,
    inputsOf: (row) => [row.sha256, row.scan_source, row.mask_source, place(row)],
    isThere: async (row) => {
      const there = place(row).files.map((file) => exists(join(folder, file)));
      return (await Promise.all(there)).every(Boolean);
    },
    // Compressing runs beside reading.
    atOnce: 2,
    work: (row) =>
      writeNnunetCase(
        { scan: row.scan_source, mask: hasMask(row) ? row.mask_source : null },
        { folder, identifier: place(row).identifier, link, map },
      ),
  });
  const exported = rows.filter((row) => made.has(row.case));
  requireSome(run, exported);
  const training = exported.filter(hasMask);
  await writeTable(
    join(folder, "cases.csv"),
    exportedColumns,
    exported.map((row) => rowOf(row, { ...place(row), realigned: made.get(row.case)?.realigned })),
  );
  await closeNnunetFolder(folder, {
    dataset: { name, labels, training: training.length, version: run.version },
    files: exported.flatMap((row) => place(row).files),
    folds,
    identifiers: new Map(training.map((row) => [row.case, place(row).identifier])),
  });
  return {
    folder,
    training: training.length,
    test: exported.length - training.length,
    realigned: [...made.values()].filter(({ realigned }) => realigned).length,
    labels,
    folds: folds.length,
  };
}

const hasMask = (row: StudiedRow): boolean => row.mask_source !== null;

const rowOf = (
  row: StudiedRow,
  place: {
    readonly identifier: string;
    readonly files: readonly string[];
    readonly realigned: boolean | undefined;
  },
): ExportedRow => ({
  case: row.case,
  identifier: place.identifier,
  patient: row.patient,
  image: place.files[0],
  mask: place.files[1] ?? null,
  mask_realigned: place.realigned ?? false,
});

function requireSome(run: CohortRun, exported: readonly StudiedRow[]): void {
  if (exported.some(hasMask)) return;
  throw new HeparError("cohort.no-masks", "no case has a mask: nnU-Net has nothing to learn from", {
    file: run.folder,
    hint: "add masks beside the scans (segmentation-0.nii for volume-0.nii)",
  });
}

const splitsSchema = z.object({
  folds: z.array(
    z.object({
      train: z.array(z.string()),
      watch: z.array(z.string()).default([]),
      heldOut: z.array(z.string()),
    }),
  ),
});

/** As the cohort's models learned; dealt out anew, in five, where there was no training. */
async function foldsOf(run: CohortRun, masked: readonly StudiedRow[]): Promise<readonly Fold[]> {
  const path = join(run.folder, layout.splits);
  if (await exists(path)) {
    const { folds } = await readJson(path, splitsSchema);
    const known = new Set(
      folds.flatMap(({ train, watch, heldOut }) => [...train, ...watch, ...heldOut]),
    );
    const unknown = masked.filter((row) => !known.has(row.case));
    if (unknown.length > 0) {
      const names = unknown.slice(0, 5).map((row) => row.case);
      warn(
        run,
        `${unknown.length} cases came after ${relative(run.folder, path)} was written and are in no fold: ${names.join(", ")}${unknown.length > 5 ? " …" : ""}`,
      );
    }
    return folds;
  }
  try {
    return dealOut(run, masked, { seed: 1, watchShare: undefined }).split.folds;
  } catch (thrown) {
    if (!(thrown instanceof HeparError) || thrown.code !== "split.too-few") throw thrown;
    warn(run, `no splits_final.json: ${thrown.message}`);
    return [];
  }
}
