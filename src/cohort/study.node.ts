import { join } from "node:path";
import { writeTable } from "../catalog/index.node.ts";
import { drawStudyFigures } from "../report/index.node.ts";
import type { LanguageTag } from "../report/index.ts";
import { studyCase } from "../study/index.node.ts";
import { type LesionRow, lesionColumns, type StudiedRow, unstudied } from "../study/index.ts";
import { isUsable, studyTable, writeCatalog } from "./catalogue.node.ts";
import { layout } from "./layout.ts";
import type { CohortRun } from "./run.node.ts";
import { runCases, runStep } from "./step.node.ts";

/**
 * The rows with what their masks say, also written into the catalogue and the table of lesions.
 * A case without a usable mask has nulls.
 */
export async function study(
  run: CohortRun,
  rows: readonly StudiedRow[],
): Promise<readonly StudiedRow[]> {
  const step = {
    step: "study",
    version: 2,
    unit: "masks",
    settings: {},
    rows: rows.filter((row) => isUsable(row) && row.mask_source !== null),
    inputsOf: (row: StudiedRow) => row.sha256,
    work: studyCase,
  };
  const studies = await runCases(run, step);
  const studied = rows.map((row) => ({ ...row, ...unstudied, ...studies.get(row.case)?.columns }));
  const lesions = [...studies.values()].flatMap((studyOfCase) => studyOfCase.lesions);
  await runStep(run, {
    ...studyTable,
    version: 2,
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
  await runStep(run, {
    step: "study",
    of: "figures",
    version: 1,
    settings: { language },
    inputs: rows,
    outputs: [layout.figures],
    work: () => drawStudyFigures({ cohort: run.folder, rows, language }),
  });
}

async function writeLesions(folder: string, lesions: readonly LesionRow[]): Promise<void> {
  await writeTable(join(folder, layout.lesionsCsv), lesionColumns, lesions);
  await writeTable(join(folder, layout.lesions), lesionColumns, lesions);
}
