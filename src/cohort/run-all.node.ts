import { counted, HeparError } from "../core/index.ts";
import type { EvaluationSummary } from "../evaluate/index.ts";
import type { LanguageTag } from "../report/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { catalogue, isUsable } from "./catalogue.node.ts";
import { convert } from "./convert.node.ts";
import { evaluate } from "./evaluate.node.ts";
import type { FoundData } from "./find-data.node.ts";
import { unlessLeftOut } from "./left-out.node.ts";
import { findModel, type ModelPlace, requireModel } from "./model.node.ts";
import { predict } from "./predict.node.ts";
import { report } from "./report.node.ts";
import type { CohortRun } from "./run.node.ts";
import { drawStudy, study } from "./study.node.ts";
import { type TrainChoices, train } from "./train.node.ts";

/** What the whole way from scans to report is asked to do. */
export interface RunChoices extends Omit<TrainChoices, "model"> {
  /** A name for the model to train, or a trained one's folder; default `unet`. */
  readonly model?: string | undefined;
  readonly language: LanguageTag;
}

/** What it came to. */
export interface RunResult {
  /** Relative to the cohort. */
  readonly report: string;
  /** null when no network was trained or given. */
  readonly model: string | null;
  /** null when there was nothing to compare with. */
  readonly summary: EvaluationSummary | null;
}

/**
 * Every step in order. What the input does not allow is left out, and the report says why: without
 * masks (and without a trained model) or with one patient only, there is no network.
 *
 * @throws `cohort.no-cases` when not one case can be used, after the report; whatever a step throws
 */
export async function runAll(
  run: CohortRun,
  from: FoundData,
  choices: RunChoices,
): Promise<RunResult> {
  const rows = await study(run, await catalogue(run, from));
  await drawStudy(run, { rows, language: choices.language });
  const { slices } = await convert(run, rows);
  const model = await chosenModel(run, { rows, slices }, choices);
  const summary = model === undefined ? null : await judged(run, rows, model);
  const page = await report(run, { model, language: choices.language });
  if (!rows.some(isUsable)) {
    const message = `of ${counted(rows.length, "case")} none can be used; ${page} names the reasons`;
    throw new HeparError("cohort.no-cases", message, { file: from.data });
  }
  return { report: page, model: model?.name ?? null, summary };
}

/**
 * A model that lies outside the cohort is used as it is. One of the cohort is trained, or, where
 * nothing can be learned, used as an earlier training left it.
 */
async function chosenModel(
  run: CohortRun,
  cases: Parameters<typeof train>[1],
  choices: RunChoices,
): Promise<ModelPlace | undefined> {
  const { model: typed } = choices;
  const found = typed === undefined ? undefined : await findModel(run.folder, typed);
  if (found?.own === false) return found;
  const model = found?.name ?? typed ?? "unet";
  const trained = await unlessLeftOut(run, { step: "train" }, async () => {
    await train(run, cases, { ...choices, model });
    return requireModel(run.folder, model);
  });
  return trained ?? found;
}

async function judged(
  run: CohortRun,
  rows: readonly StudiedRow[],
  model: ModelPlace,
): Promise<EvaluationSummary | null> {
  await predict(run, rows, model);
  const evaluation = await unlessLeftOut(run, { step: "evaluate", of: model.name }, () =>
    evaluate(run, rows, model),
  );
  return evaluation?.summary ?? null;
}
