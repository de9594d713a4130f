import { availableParallelism } from "node:os";
import { join } from "node:path";
import { readTable, writeTable } from "../catalog/index.node.ts";
import { drawStudyFigures } from "../report/index.node.ts";
import type { LanguageTag } from "../report/index.ts";
import { type LesionRow, lesionColumns, type StudiedRow, unstudied } from "../study/index.ts";
import { openCasePool } from "./case-pool.node.ts";
import { isUsable, studyTable, writeCatalog } from "./catalogue.node.ts";
import { layout } from "./layout.ts";
import type { CohortRun } from "./run.node.ts";
import { runCases, runStep } from "./step.node.ts";

/**
 * The rows with what scans and masks say, also written into the catalogue and the table of lesions.
 * A case without a usable mask has nulls. Several cases are worked on at once, on all processors.
 */
export async function study(
  run: CohortRun,
  rows: readonly StudiedRow[],
): Promise<readonly StudiedRow[]> {
  const masked = rows.filter((row) => isUsable(row) && row.mask_source !== null);
  const pool = openCasePool({ threads: threadsFor(masked) });
  const step = {
    step: "study",
    version: 3,
    unit: "masks",
    settings: {},
    rows: masked,
    inputsOf: (row: StudiedRow) => row.sha256,
    atOnce: pool.threads,
    work: (row: StudiedRow) => pool.run("study", row, { bytes: memoryOf(row) }),
  };
  const studies = await runCases(run, step).finally(() => pool.close());
  const studied = rows.map((row) => ({ ...row, ...unstudied, ...studies.get(row.case)?.columns }));
  const lesions = [...studies.values()].flatMap((studyOfCase) => studyOfCase.lesions);
  await runStep(run, {
    ...studyTable,
    version: 3,
    settings: {},
    inputs: [studied, lesions],
    outputs: [layout.catalog, layout.catalogCsv, layout.lesions, layout.lesionsCsv],
    work: async () => {
      await writeLesions(run.folder, lesions);
      await writeCatalog(run.folder, studied);
      return null;
    },
  });
  return studied;
}

/** The study's figures, as files in report/figures: a look at the data before any training. */
export async function drawStudy(
  run: CohortRun,
  options: { readonly rows: readonly StudiedRow[]; readonly language: LanguageTag },
): Promise<void> {
  const { rows, language } = options;
  const lesions = await readTable(join(run.folder, layout.lesions), lesionColumns);
  await runStep(run, {
    step: "study",
    of: "figures",
    version: 4,
    settings: { language },
    inputs: [rows, lesions],
    outputs: [layout.figures],
    work: () => drawStudyFigures({ cohort: run.folder, rows, lesions, language }),
  });
}

const voxelsOf = ({ width, height, depth }: StudiedRow): number =>
  (width ?? 0) * (height ?? 0) * (depth ?? 0);

/** A thread takes a moment to start: it is not worth it for less than a few small scans each. */
function threadsFor(rows: readonly StudiedRow[]): number {
  const voxels = rows.reduce((sum, row) => sum + voxelsOf(row), 0);
  return Math.max(1, Math.min(availableParallelism(), rows.length, Math.floor(voxels / 2 ** 23)));
}

/** Runs of the mask, the boxes of its lesions, and the parts of a packed scan that wait for it. */
const memoryOf = (row: StudiedRow): number =>
  voxelsOf(row) + Math.min(4 * voxelsOf(row), 2 ** 29) + 2 ** 27;

async function writeLesions(folder: string, lesions: readonly LesionRow[]): Promise<void> {
  await writeTable(join(folder, layout.lesionsCsv), lesionColumns, lesions);
  await writeTable(join(folder, layout.lesions), lesionColumns, lesions);
}
