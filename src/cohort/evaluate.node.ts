import { join } from "node:path";
import { writeTable } from "../catalog/index.node.ts";
import { HeparError, randomFrom } from "../core/index.ts";
import { scoreCase, scoreLitsFiles } from "../evaluate/index.node.ts";
import {
  compareModels,
  type FullSummary,
  fullCaseColumns,
  type LitsSummary,
  lesionScoreColumns,
  type PatientCase,
  type ScoreComparison,
  summariseFully,
  summariseLits,
  unreferenced,
} from "../evaluate/index.ts";
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

/** What evaluating came to. */
export interface Evaluation {
  readonly summary: FullSummary;
  /** The official scorer's numbers, when they were asked for. */
  readonly lits: LitsSummary | null;
  /** Beside the other model's scores, when one was named. */
  readonly comparison: readonly ScoreComparison[] | null;
}

/** What is asked of it beside the usual. */
export interface EvaluateChoices {
  readonly lits?: boolean | undefined;
  readonly against?: ModelPlace | undefined;
}

/** The seed of bootstrap and permutations: the same files give the same numbers. */
const seed = "evaluate";

/**
 * Scores of the model's predictions over every case with a mask that it did not learn from; a case
 * without a prediction is scored as missed, a prediction without a mask is a row without scores.
 *
 * @param choices.against - another model: compared on the cases that neither learned from
 * @throws `cohort.no-masks` when no such case has a mask
 */
export async function evaluate(
  run: CohortRun,
  rows: readonly StudiedRow[],
  model: ModelPlace,
  choices: EvaluateChoices = {},
): Promise<Evaluation> {
  const { against } = choices;
  const scored = await scoreCases(run, rows, model);
  const { isKnown } = judgesOf(networksOf(model), rows);
  const of = { model: model.name, unseen: isKnown };
  const summary = summariseFully(of, scored, { random: randomFrom(seed) });
  const lits = choices.lits ? await litsOf(run, rows, model) : null;
  const comparison =
    against === undefined
      ? null
      : compareModels(scored, await scoreCases(run, rows, against), { random: randomFrom(seed) });
  await writeTables(run, { model: model.name, scored, summary });
  if (lits !== null) await writeJson(join(run.folder, layout.litsScores(model.name)), lits);
  if (against !== undefined) {
    const file = layout.comparison(model.name, against.name);
    await writeJson(join(run.folder, file), {
      model: model.name,
      against: against.name,
      comparison,
    });
  }
  await noLongerLeftOut(run, { step: "evaluate", of: model.name });
  return { summary, lits, comparison };
}

async function scoreCases(
  run: CohortRun,
  rows: readonly StudiedRow[],
  model: ModelPlace,
): Promise<readonly PatientCase[]> {
  const { judges } = judgesOf(networksOf(model), rows);
  const judged = judgedOf(run, rows, model);
  const scored = await Promise.all(judged.map((row) => withPrediction(run, row, model.name)));
  const scores = await runCases(run, {
    step: "evaluate",
    of: model.name,
    version: 3,
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
  const patientOf = new Map(rows.map((row) => [row.case, row.patient]));
  const unmasked = await Promise.all(
    rows
      .filter((row) => judges.has(row) && isUsable(row) && row.mask_source === null)
      .map((row) => withPrediction(run, row, model.name)),
  );
  const lonely = unmasked
    .filter(({ predictionSha256 }) => predictionSha256 !== null)
    .map((row) => unreferenced(row.case));
  return [...scores.values(), ...lonely].map((one) => ({
    ...one,
    patient: patientOf.get(one.row.case) ?? one.row.case,
  }));
}

/** @throws `cohort.no-masks` when there is none */
function judgedOf(
  run: CohortRun,
  rows: readonly StudiedRow[],
  model: ModelPlace,
): readonly StudiedRow[] {
  const { judges } = judgesOf(networksOf(model), rows);
  const judged = rows.filter((row) => judges.has(row) && isUsable(row) && row.mask_source !== null);
  if (judged.length > 0) return judged;
  const message = `no case that ${model.name} has not learned from has a mask: there is nothing to compare with`;
  throw new HeparError("cohort.no-masks", message, { file: run.folder });
}

async function litsOf(
  run: CohortRun,
  rows: readonly StudiedRow[],
  model: ModelPlace,
): Promise<LitsSummary> {
  const judged = await Promise.all(
    judgedOf(run, rows, model).map((row) => withPrediction(run, row, model.name)),
  );
  const cases = await runCases(run, {
    step: "evaluate-lits",
    of: model.name,
    version: 1,
    unit: "cases",
    settings: {},
    rows: judged,
    inputsOf: (row) => [row.sha256, row.predictionSha256],
    work: (row) =>
      scoreLitsFiles({ reference: row.mask_source ?? "", prediction: row.predictionPath }),
  });
  return summariseLits([...cases.values()]);
}

async function writeTables(
  run: CohortRun,
  {
    model,
    scored,
    summary,
  }: {
    readonly model: string;
    readonly scored: readonly PatientCase[];
    readonly summary: FullSummary;
  },
): Promise<void> {
  const [cases, lesions] = [scored.map(({ row }) => row), scored.flatMap((one) => one.lesions)];
  await runStep(run, {
    step: "evaluate",
    of: `${model}.table`,
    version: 2,
    settings: {},
    inputs: [cases, lesions, summary.unseen],
    outputs: [
      layout.scores(model),
      layout.scoresParquet(model),
      layout.lesionScores(model),
      layout.lesionScoresParquet(model),
      layout.summary(model),
    ],
    work: async () => {
      const place = (file: string): string => join(run.folder, file);
      // The report reads the CSV, and has no place for a case without scores.
      const compared = cases.filter(({ status }) => status !== "no-reference");
      await writeTable(place(layout.scores(model)), fullCaseColumns, compared);
      await writeTable(place(layout.scoresParquet(model)), fullCaseColumns, cases);
      await writeTable(place(layout.lesionScores(model)), lesionScoreColumns, lesions);
      await writeTable(place(layout.lesionScoresParquet(model)), lesionScoreColumns, lesions);
      await writeJson(place(layout.summary(model)), summary);
      return null;
    },
  });
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
