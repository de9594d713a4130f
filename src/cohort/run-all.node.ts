import type { FoundCases } from "../catalog/index.node.ts";
import { type ErrorCode, HeparError } from "../core/index.ts";
import type { EvaluationSummary } from "../evaluate/index.ts";
import type { LanguageTag } from "../report/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { catalogue, isUsable } from "./catalogue.node.ts";
import { convert } from "./convert.node.ts";
import { evaluate } from "./evaluate.node.ts";
import { findModel, type ModelPlace, requireModel } from "./model.node.ts";
import { predict } from "./predict.node.ts";
import { report } from "./report.node.ts";
import { type CohortRun, omit } from "./run.node.ts";
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

/** What leaves out the network, but not the report that says so. */
const leavesOut = new Set<ErrorCode>(["cohort.no-masks", "split.too-few"]);

/**
 * Every step in order. What the input does not allow is left out, and the report says why: without
 * masks (and without a trained model) or with one patient only, there is no network.
 *
 * @throws `cohort.no-cases` when not one case can be used, after the report; whatever a step throws
 */
export async function runAll(
  run: CohortRun,
  from: { readonly data: string; readonly found: FoundCases },
  choices: RunChoices,
): Promise<RunResult> {
  const rows = await study(run, await catalogue(run, from));
  await drawStudy(run, { rows, language: choices.language });
  const slices = await convert(run, rows);
  const elsewhere = await trainedElsewhere(run, choices);
  const model =
    elsewhere ?? (await unlessLeftOut(run, "train", () => trained(run, { rows, slices }, choices)));
  const summary = model === undefined ? null : await judged(run, rows, model);
  const page = await report(run, { model, language: choices.language });
  if (!rows.some(isUsable)) {
    const message = `none of the ${rows.length} cases can be used; ${page} names the reasons`;
    throw new HeparError("cohort.no-cases", message, { file: from.data });
  }
  return { report: page, model: model?.name ?? null, summary };
}

// A model that lies outside the cohort is used as it is; a name in the cohort is trained there.
async function trainedElsewhere(
  run: CohortRun,
  { model }: RunChoices,
): Promise<ModelPlace | undefined> {
  if (model === undefined) return undefined;
  const found = await findModel(run.folder, model);
  return found?.own ? undefined : found;
}

async function trained(
  run: CohortRun,
  cases: Parameters<typeof train>[1],
  { model = "unet", ...choices }: RunChoices,
): Promise<ModelPlace> {
  await train(run, cases, { ...choices, model });
  return requireModel(run.folder, model);
}

async function judged(
  run: CohortRun,
  rows: readonly StudiedRow[],
  model: ModelPlace,
): Promise<EvaluationSummary | null> {
  await predict(run, rows, model);
  return (await unlessLeftOut(run, "evaluate", () => evaluate(run, rows, model))) ?? null;
}

async function unlessLeftOut<Result>(
  run: CohortRun,
  step: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof HeparError) || !leavesOut.has(thrown.code)) throw thrown;
    omit(run, { step, code: thrown.code, reason: thrown.message });
    return undefined;
  }
}
