import { HeparError, type Progress } from "../core/index.ts";
import type { BatchSource } from "./batch-source.node.ts";
import type { HeldOutWatch } from "./held-out.node.ts";
import type { Recipe } from "./recipes.ts";
import { rateOf } from "./schedule.ts";
import type { TrainingState } from "./state.node.ts";
import { type Stepper, type StepState, vectorsToUse } from "./stepper.ts";

export interface EpochTools {
  readonly recipe: Recipe;
  readonly stepper: Stepper;
  readonly watch: HeldOutWatch;
  /** The training's batches, from the state's next step on. */
  readonly source: BatchSource;
  readonly batchesPerEpoch: number;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
  readonly now: () => number;
}

/**
 * One epoch further. An epoch that was broken off can be run again and ends the same.
 *
 * @throws `train.diverged`, `run.stopped`, `image.unreadable`
 */
export async function runEpoch(before: TrainingState, tools: EpochTools): Promise<TrainingState> {
  const { recipe, batchesPerEpoch, now } = tools;
  const started = now();
  const epoch = before.epochs.length;
  const { state, losses } = await runSteps(before, tools);
  const heldOut = await tools.watch.look(vectorsToUse(state));
  const row = {
    epoch: epoch + 1,
    learning_rate: rateAt(state.steps - 1, { recipe, stepsPerEpoch: batchesPerEpoch }),
    train_loss: losses.total / batchesPerEpoch,
    train_cross_entropy: losses.crossEntropy / batchesPerEpoch,
    train_dice_loss: losses.dice / batchesPerEpoch,
    held_out_loss: heldOut.loss,
    held_out_liver_dice: heldOut.liverDice,
    held_out_tumour_dice: heldOut.tumourDice,
    seconds: (now() - started) / 1000,
  };
  return { ...state, epochs: [...before.epochs, row] };
}

/** The state after an epoch's steps, and the sums of their losses. */
interface Stepped {
  readonly state: StepState;
  readonly losses: { total: number; crossEntropy: number; dice: number };
}

async function runSteps(before: TrainingState, tools: EpochTools): Promise<Stepped> {
  const { source, batchesPerEpoch, recipe, stepper, progress } = tools;
  const epoch = before.epochs.length;
  const losses = { total: 0, crossEntropy: 0, dice: 0 };
  let state: StepState = before;
  for (let index = 0; index < batchesPerEpoch; index++) {
    requireGoing(tools, epoch);
    const batch = await source.next();
    const rate = rateAt(state.steps, { recipe, stepsPerEpoch: batchesPerEpoch });
    const result = await stepper.step(state, { ...batch, rate });
    state = result.state;
    losses.total += result.losses.total;
    losses.crossEntropy += result.losses.crossEntropy;
    losses.dice += result.losses.dice;
    requireFinite(result.losses.total, state.steps);
    progress({
      kind: "advance",
      step: "train",
      done: epoch + (index + 1) / batchesPerEpoch,
      note: `loss ${(losses.total / (index + 1)).toFixed(3)}`,
    });
  }
  return { state, losses };
}

const rateAt = (
  step: number,
  { recipe, stepsPerEpoch }: { readonly recipe: Recipe; readonly stepsPerEpoch: number },
): number =>
  rateOf(recipe.schedule, {
    step,
    steps: stepsPerEpoch * recipe.epochs,
    maximum: recipe.learningRate,
  });

function requireGoing({ signal, recipe }: EpochTools, epoch: number): void {
  if (!signal?.aborted) return;
  throw new HeparError("run.stopped", `stopped in epoch ${epoch + 1} of ${recipe.epochs}`, {
    hint: "give the same command again: training goes on after the last whole epoch",
  });
}

function requireFinite(loss: number, step: number): void {
  if (Number.isFinite(loss)) return;
  throw new HeparError("train.diverged", `the loss is ${loss} at step ${step}`, {
    hint: "train with a lower learning rate (--rate) or another seed",
  });
}
