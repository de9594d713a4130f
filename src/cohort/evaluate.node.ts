import { join } from "node:path";
import { writeTable } from "../catalog/index.node.ts";
import { HeparError } from "../core/index.ts";
import { scoreCase } from "../evaluate/index.node.ts";
import { caseScoreColumns, type EvaluationSummary, summarise } from "../evaluate/index.ts";
import { sha256OfFile, writeJson } from "../files/index.node.ts";
import type { StudiedRow } from "../study/index.ts";
import { isUsable } from "./catalogue.node.ts";
import { throwDamage } from "./damage.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { noLongerLeftOut } from "./left-out.node.ts";
import { type ModelPlace, networksOf } from "./model.node.ts";
import type { CohortRun } from "./run.node.ts";
import { runCases, runStep } from "./step.node.ts";
import { judgesOf } from "./unseen.ts";

/**
 * Scores of the model's predictions over every case with a mask that it did not learn from; a case
 * without a prediction is scored as missed.
 *
 * @throws `cohort.no-masks` when no such case has a mask
 */
export async function evaluate(
  run: CohortRun,
  rows: readonly StudiedRow[],
  model: ModelPlace,
): Promise<EvaluationSummary> {
  const { judges, isKnown } = judgesOf(networksOf(model), rows);
  const judged = rows.filter((row) => judges.has(row) && isUsable(row) && row.mask_source !== null);
  if (judged.length === 0) {
    const message = `no case that ${model.name} has not learned from has a mask: there is nothing to compare with`;
    throw new HeparError("cohort.no-masks", message, { file: run.folder });
  }
  const scored = await Promise.all(judged.map((row) => withPrediction(run, row, model.name)));
  const scores = await runCases(run, {
    step: "evaluate",
    of: model.name,
    version: 2,
    unit: "cases",
    settings: {},
    rows: scored,
    inputsOf: (row) => [row.sha256, row.predictionSha256],
    work: (row) =>
      scoreCase(row, { predictionPath: row.predictionPath }).catch((thrown) => {
        const caseOf = (file: string) => (file === row.predictionPath ? row.case : undefined);
        return throwDamage(run, thrown, { step: "predict", of: model.name, caseOf });
      }),
  });
  const table = [...scores.values()];
  const summary = summarise({ model: model.name, unseen: isKnown }, table);
  await runStep(run, {
    step: "evaluate",
    of: `${model.name}.table`,
    version: 1,
    settings: {},
    inputs: [table, isKnown],
    outputs: [layout.scores(model.name), layout.summary(model.name)],
    work: async () => {
      await writeTable(join(run.folder, layout.scores(model.name)), caseScoreColumns, table);
      await writeJson(join(run.folder, layout.summary(model.name)), summary);
      return null;
    },
  });
  await noLongerLeftOut(run, { step: "evaluate", of: model.name });
  return summary;
}

async function withPrediction(run: CohortRun, row: StudiedRow, model: string) {
  const predictionPath = join(run.folder, layout.prediction(model, row.case));
  const there = await exists(predictionPath);
  return {
    ...row,
    predictionPath,
    predictionSha256: there ? await sha256OfFile(predictionPath) : null,
  };
}
