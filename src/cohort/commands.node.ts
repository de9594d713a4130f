import type { Prediction } from "../predict/index.node.ts";
import type { Calibration } from "../predict/index.ts";
import type { PdfOptions } from "../report/index.node.ts";
import type { LanguageTag } from "../report/index.ts";
import type { ConvertChoices } from "../slices/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { type BackChoices, type BackRow, back } from "./back.node.ts";
import { calibrate } from "./calibrate.node.ts";
import { catalogue, catalogueByHeaders, loadCatalogue } from "./catalogue.node.ts";
import { convert } from "./convert.node.ts";
import { summaryOf } from "./convert-summary.node.ts";
import type { ConvertSummary } from "./convert-summary.ts";
import { type Evaluation, evaluate } from "./evaluate.node.ts";
import { type DataSource, findData } from "./find-data.node.ts";
import { findRateOf, type RateFinding } from "./find-rate.node.ts";
import { requireCohort } from "./folder.node.ts";
import { onlyModel, requireModel, requireModelName, requireModelOrName } from "./model.node.ts";
import type { RunOutcome } from "./outcome.ts";
import { predict } from "./predict.node.ts";
import type { PredictionRequest } from "./prediction-request.node.ts";
import { report } from "./report.node.ts";
import { type TrainRequest, trainChoicesOf } from "./request.node.ts";
import { type CohortRun, inCohort, type RunContext } from "./run.node.ts";
import { type RunChoices, type RunResult, runAll } from "./run-all.node.ts";
import { drawStudy, study } from "./study.node.ts";
import { train } from "./train.node.ts";
import { tumourFreeOf } from "./training-facts.node.ts";
import type { Verification } from "./verification.ts";
import { verify } from "./verify.node.ts";

/**
 * Finds scans and masks and writes the catalogue.
 *
 * @param options.cohort - where hepar's files go: new, empty, or a cohort already
 * @param options.headersOnly - read no voxels: quick, but only to look at, no step goes on from it
 * @param options.chosen - the rows whose warnings are shown; all if not given
 * @returns as result the catalogue's rows, not studied yet
 * @throws as `findData` before anything is written; `cohort.busy`; `output.full`; `run.stopped`
 */
export async function catalogueCohort(
  options: DataSource & {
    readonly cohort: string;
    readonly headersOnly?: boolean;
    readonly chosen?: (rows: readonly StudiedRow[]) => Promise<readonly StudiedRow[]>;
  },
  context: RunContext,
): Promise<RunOutcome & { readonly result: readonly StudiedRow[] }> {
  const { cohort, headersOnly, chosen, ...source } = options;
  const { folder, from } = await findData(source, cohort);
  const work = headersOnly ? catalogueByHeaders : catalogue;
  return inCohort({ folder, context }, (run) =>
    work(run, chosen === undefined ? from : { ...from, chosen }),
  );
}

/**
 * Adds what the masks say to a cohort's catalogue, with the table of lesions and first figures.
 *
 * @returns as result the catalogue's rows
 */
export async function studyCohort(
  options: { readonly cohort: string; readonly language: LanguageTag },
  context: RunContext,
): Promise<RunOutcome & { readonly result: readonly StudiedRow[] }> {
  const folder = await requireCohort(options.cohort);
  return inCohort({ folder, context }, async (run) => {
    const rows = await study(run, await loadCatalogue(run));
    await drawStudy(run, { rows, language: options.language });
    return rows;
  });
}

/**
 * Turns a cohort's scans into images and its masks into label-exact PNGs.
 *
 * @param options - what is not chosen stays as the cohort's slices are, at first as usual
 */
export async function convertCohort(
  options: ConvertChoices & { readonly cohort: string },
  context: RunContext,
): Promise<RunOutcome & { readonly result: ConvertSummary }> {
  const { cohort, ...choices } = options;
  const folder = await requireCohort(cohort);
  return inCohort({ folder, context }, async (run) =>
    summaryOf(run, (await studiedAndConverted(run, choices)).converted),
  );
}

/**
 * Compares all slices of a cohort with its scans and masks; see `verify`.
 *
 * @returns as result what differs; the cases that do are among the failures
 */
export async function verifyCohort(
  options: { readonly cohort: string },
  context: RunContext,
): Promise<RunOutcome & { readonly result: Verification }> {
  const folder = await requireCohort(options.cohort);
  return inCohort({ folder, context }, verify);
}

/**
 * Brings masks of slices back as NIfTI on their scans' own grids; see `back`.
 *
 * @returns as result one row a mask, with what of it could not be exact
 */
export async function bringBackCohort(
  options: BackChoices & { readonly cohort: string },
  context: RunContext,
): Promise<RunOutcome & { readonly result: readonly BackRow[] }> {
  const folder = await requireCohort(options.cohort);
  return inCohort({ folder, context }, (run) => back(run, options));
}

/** Trains a model on a cohort, after the steps before it where they are not done yet. */
export async function trainCohort(
  options: TrainRequest & { readonly cohort: string; readonly model: string },
  context: RunContext,
): Promise<RunOutcome> {
  const folder = await requireCohort(options.cohort);
  const model = requireModelName(options.model);
  const choices = await trainChoicesOf(options);
  return inCohort({ folder, context }, async (run) => {
    await train(run, await studiedAndConverted(run), { ...choices, model });
  });
}

/**
 * Looks for the learning rate of a training, after the steps before it where they are not done yet.
 *
 * @returns as result the curve and what it suggests
 */
export async function findCohortRate(
  options: TrainRequest & {
    readonly cohort: string;
    readonly model: string;
    readonly language: LanguageTag;
  },
  context: RunContext,
): Promise<RunOutcome & { readonly result: RateFinding }> {
  const folder = await requireCohort(options.cohort);
  const model = requireModelName(options.model);
  const choices = await trainChoicesOf(options);
  const { language } = options;
  return inCohort({ folder, context }, async (run) =>
    findRateOf(run, await studiedAndConverted(run), { ...choices, model, language }),
  );
}

/**
 * Learns how likely the lesions that a model predicts are real; see `calibrate`.
 *
 * @returns as result what was learned, and how well it holds
 */
export async function calibrateCohort(
  options: { readonly cohort: string; readonly model: string },
  context: RunContext,
): Promise<RunOutcome & { readonly result: Calibration }> {
  const folder = await requireCohort(options.cohort);
  const model = await requireModel(folder, options.model);
  return inCohort({ folder, context }, async (run) =>
    calibrate(run, await loadCatalogue(run), model),
  );
}

/**
 * Predicts a cohort's cases that the model did not learn from.
 *
 * @returns as result the model's name in `predictions/`, and each case's numbers
 */
export async function predictCohort(
  options: { readonly cohort: string; readonly model: string; readonly request: PredictionRequest },
  context: RunContext,
): Promise<
  RunOutcome & {
    readonly result: {
      readonly model: string;
      readonly predictions: readonly ({ readonly case: string } & Prediction)[];
      /** Of scans without a tumour, in how many one was found; null when there was none. */
      readonly tumourFree: { readonly scans: number; readonly scansWithTumour: number } | null;
    };
  }
> {
  const folder = await requireCohort(options.cohort);
  const model = await requireModel(folder, options.model);
  return inCohort({ folder, context }, async (run) => {
    const rows = await loadCatalogue(run);
    const made = await predict(run, rows, model, options.request);
    const predictions = [...made].map(([name, prediction]) => ({ case: name, ...prediction }));
    return { model: model.name, predictions, tumourFree: tumourFreeOf(rows, made) ?? null };
  });
}

/**
 * Scores a model over a cohort's cases that it did not learn from, predicted first if need be.
 *
 * @param options.lits - the official LiTS scorer's numbers too
 * @param options.against - another model to compare it with, case by case
 */
export async function evaluateCohort(
  options: {
    readonly cohort: string;
    readonly model: string;
    readonly lits?: boolean;
    readonly against?: string | undefined;
  },
  context: RunContext,
): Promise<RunOutcome & { readonly result: Evaluation }> {
  const folder = await requireCohort(options.cohort);
  const model = await requireModel(folder, options.model);
  const against =
    options.against === undefined ? undefined : await requireModel(folder, options.against);
  return inCohort({ folder, context }, async (run) => {
    const rows = await study(run, await loadCatalogue(run));
    await predict(run, rows, model);
    if (against !== undefined) await predict(run, rows, against);
    return evaluate(run, rows, model, { lits: options.lits, against });
  });
}

/**
 * Writes a cohort's report.
 *
 * @param options.model - whose training and scores it shows; not given: the only model, or none
 */
export async function reportCohort(
  options: {
    readonly cohort: string;
    readonly model?: string | undefined;
    readonly language: LanguageTag;
    readonly pdf?: PdfOptions | undefined;
  },
  context: RunContext,
): Promise<RunOutcome & { readonly result: string }> {
  const folder = await requireCohort(options.cohort);
  const { model: typed, language, pdf } = options;
  const model = typed === undefined ? await onlyModel(folder) : await requireModel(folder, typed);
  return inCohort({ folder, context }, async (run) => {
    await studiedAndConverted(run);
    return report(run, { model, language, pdf });
  });
}

/** Everything in order: see `runAll`. Throws before anything is written when there is no scan. */
export async function runCohort(
  options: Omit<RunChoices, "recipe" | "encoderWeights"> &
    TrainRequest &
    DataSource & { readonly cohort: string },
  context: RunContext,
): Promise<RunOutcome & { readonly result: RunResult }> {
  const choices = await trainChoicesOf(options);
  const { folder, from } = await findData(options, options.cohort);
  const trainable = from.found.cases.some(({ maskPath }) => maskPath !== null);
  await requireModelOrName(folder, { typed: options.model, trainable });
  const { model, language } = options;
  return inCohort({ folder, context }, (run) => runAll(run, from, { ...choices, model, language }));
}

async function studiedAndConverted(run: CohortRun, choices: ConvertChoices = {}) {
  const rows = await study(run, await loadCatalogue(run));
  const converted = await convert(run, rows, choices);
  return { rows, slices: converted.slices, converted };
}
