import { join } from "node:path";
import { writeTable } from "../catalog/index.node.ts";
import { makeFolder, writeJson } from "../files/index.node.ts";
import type { FullSummary, PatientCase } from "./full-summary.ts";
import { lesionScoreColumns } from "./lesion-row.ts";
import type { LitsSummary } from "./lits-summary.ts";
import { fullCaseColumns } from "./row.ts";

/**
 * Writes cases and lesions as Parquet and CSV, summary.json, and lits.json where there is one.
 *
 * @throws `output.full`, `output.unwritable`
 */
export async function writeScores(
  folder: string,
  scores: {
    readonly cases: readonly PatientCase[];
    readonly summary: FullSummary;
    readonly lits: LitsSummary | null;
  },
): Promise<void> {
  await makeFolder(folder);
  const cases = scores.cases.map(({ row }) => row);
  const lesions = scores.cases.flatMap((one) => one.lesions);
  for (const ending of ["parquet", "csv"]) {
    await writeTable(join(folder, `cases.${ending}`), fullCaseColumns, cases);
    await writeTable(join(folder, `lesions.${ending}`), lesionScoreColumns, lesions);
  }
  await writeJson(join(folder, "summary.json"), scores.summary);
  if (scores.lits !== null) await writeJson(join(folder, "lits.json"), scores.lits);
}
