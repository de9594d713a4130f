import { availableParallelism } from "node:os";
import { HeparError, type Progress, silent } from "../core/index.ts";
import { bestTarget } from "../onnx/index.node.ts";
import type { SliceRow } from "../slices/index.ts";
import type { BatchSource } from "./batches/batch-source.node.ts";
import { stepsPerEpoch } from "./batches/sampler.ts";
import { slicesOf, sourceOf } from "./batches/training-data.node.ts";
import { RateCurve, type RatePoint, rateSweep } from "./rate-finder.ts";
import type { Recipe } from "./recipe.ts";
import { type EncoderWeights, startVectors } from "./step/encoder-weights.ts";
import { samplingOf, trainingGraphOf } from "./step/recipe-graphs.ts";
import { openStepper } from "./step/stepper.node.ts";
import { firstState, type Stepper, type StepState } from "./step/stepper.ts";

export interface FindRateOptions {
  readonly cohort: string;
  readonly recipe: Recipe;
  readonly seed: number;
  /** The cases to learn from. */
  readonly cases: readonly string[];
  /** All converted slices; those of the cases are used. */
  readonly slices: readonly SliceRow[];
  readonly encoderWeights?: EncoderWeights;
  readonly threads?: number;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/**
 * Trains a recipe's network for up to a hundred steps, from where its training would start and on the
 * same batches, while the learning rate grows; what it learns is thrown away.
 *
 * @returns the curve, for `suggestRates`
 * @throws `cohort.no-masks`, `run.stopped`, `image.unreadable`; `model.invalid`, `graph.shape` when the
 *   recipe's network cannot be built
 */
export async function findRate(options: FindRateOptions): Promise<readonly RatePoint[]> {
  const { recipe, cohort, seed, progress = silent, signal } = options;
  const rows = slicesOf(options.cases, options.slices);
  const epochs = Math.ceil(rateSweep.steps / stepsPerEpoch(rows.length, samplingOf(recipe)));
  const graph = trainingGraphOf(recipe, await bestTarget());
  const stepper = await openStepper(graph, { threads: options.threads ?? availableParallelism() });
  const data = { cohort, rows, recipe: { ...recipe, epochs }, seed };
  const source = sourceOf(data, { from: 0, progress, signal });
  const curve = new RateCurve(rateSweep);
  progress({ kind: "start", step: "find-rate", total: rateSweep.steps, unit: "steps" });
  try {
    let state: StepState = firstState(graph, startVectors(graph.inventory, options));
    let isGoing = true;
    while (isGoing) {
      requireGoing(signal);
      const step = await oneStep(state, { stepper, source, recipe, rate: curve.nextRate });
      isGoing = curve.add(step.loss);
      state = step.state;
      const note = `loss ${step.loss.toFixed(3)}`;
      progress({ kind: "advance", step: "find-rate", done: curve.points.length, note });
    }
  } finally {
    await source.close();
    await stepper.release();
  }
  progress({ kind: "end", step: "find-rate" });
  return curve.points;
}

async function oneStep(
  before: StepState,
  tools: {
    readonly stepper: Stepper;
    readonly source: BatchSource;
    readonly recipe: Recipe;
    readonly rate: number;
  },
): Promise<{ readonly state: StepState; readonly loss: number }> {
  const { stepper, source, recipe, rate } = tools;
  let state = before;
  let loss = 0;
  for (let batch = 0; batch < recipe.accumulate; batch++) {
    const result = await stepper.step(state, { ...(await source.next()), rate });
    state = result.state;
    loss += result.losses.total / recipe.accumulate;
  }
  return { state, loss };
}

function requireGoing(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new HeparError("run.stopped", "stopped while the learning rate was looked for", {
    hint: "give the same command again: it starts anew",
  });
}
