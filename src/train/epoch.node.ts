import { HeparError, type Progress, type Random, randomFrom } from "../core/index.ts";
import { augmentInto } from "./augment.ts";
import type { HeldOutWatch } from "./held-out.node.ts";
import type { Recipe } from "./recipes.ts";
import { epochBatches } from "./sampler.ts";
import { rateOf } from "./schedule.ts";
import { type SliceStore, showsTumour } from "./slice-store.node.ts";
import type { TrainingState } from "./state.node.ts";
import { type Batch, type Stepper, type StepState, weightsToUse } from "./stepper.ts";

export interface EpochTools {
  readonly recipe: Recipe;
  readonly seed: number;
  readonly stepper: Stepper;
  readonly watch: HeldOutWatch;
  readonly store: SliceStore;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
  readonly now: () => number;
}

/**
 * One epoch further. Its chance comes from the seed and its number alone, so that an epoch that was
 * broken off can be run again and ends the same.
 *
 * @throws `train.diverged`, `run.stopped`, `image.unreadable`
 */
export async function runEpoch(before: TrainingState, tools: EpochTools): Promise<TrainingState> {
  const { recipe, seed, store, now } = tools;
  const started = now();
  const epoch = before.epochs.length;
  const random = randomFrom(seed).fork(`epoch ${epoch}`);
  const batches = epochBatches(
    store.rows.map((row) => ({ hasTumour: showsTumour(row) })),
    {
      batchSize: recipe.batchSize,
      mostSteps: recipe.mostStepsPerEpoch,
      tumourShare: recipe.tumourShare,
      random,
    },
  );
  const { state, losses } = await runSteps(before, {
    ...tools,
    batches,
    random,
  });
  const heldOut = await tools.watch.look(weightsToUse(state));
  const row = {
    epoch: epoch + 1,
    learning_rate: rateAt(state.steps - 1, { recipe, stepsPerEpoch: batches.length }),
    train_loss: losses.total / batches.length,
    train_cross_entropy: losses.crossEntropy / batches.length,
    train_dice_loss: losses.dice / batches.length,
    held_out_loss: heldOut.loss,
    held_out_liver_dice: heldOut.liverDice,
    held_out_tumour_dice: heldOut.tumourDice,
    seconds: (now() - started) / 1000,
  };
  return { ...state, epochs: [...before.epochs, row] };
}

interface StepTools extends EpochTools {
  readonly batches: readonly (readonly number[])[];
  readonly random: Random;
}

/** The state after an epoch's steps, and the sums of their losses. */
interface Stepped {
  readonly state: StepState;
  readonly losses: { total: number; crossEntropy: number; dice: number };
}

async function runSteps(before: TrainingState, tools: StepTools): Promise<Stepped> {
  const { batches, recipe, stepper, random, progress } = tools;
  const epoch = before.epochs.length;
  const losses = { total: 0, crossEntropy: 0, dice: 0 };
  let state: StepState = before;
  const prepare = (index: number): Promise<Batch> => {
    const batch = prepareBatch(batches[index], { ...tools, random: random.fork(`batch ${index}`) });
    // Awaited later, or never if a step throws first: its failure must not end the process.
    batch.catch(() => {});
    return batch;
  };
  let next = prepare(0);
  for (let index = 0; index < batches.length; index++) {
    requireGoing(tools, epoch);
    const batch = await next;
    const rate = rateAt(state.steps, { recipe, stepsPerEpoch: batches.length });
    const running = stepper.step(state, { ...batch, rate });
    // The next batch is made while the runtime works on this one.
    if (index + 1 < batches.length) next = prepare(index + 1);
    const result = await running;
    state = result.state;
    losses.total += result.losses.total;
    losses.crossEntropy += result.losses.crossEntropy;
    losses.dice += result.losses.dice;
    requireFinite(result.losses.total, state.steps);
    progress({
      kind: "advance",
      step: "train",
      done: epoch + (index + 1) / batches.length,
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

async function prepareBatch(
  indices: readonly number[],
  { store, recipe, random }: Pick<StepTools, "store" | "recipe" | "random">,
): Promise<Batch> {
  const size = recipe.imageSize;
  const image = new Float32Array(indices.length * 3 * size * size);
  const labels = new Uint8Array(indices.length * size * size);
  const slices = await Promise.all(indices.map((index) => store.get(index)));
  slices.forEach((slice, index) => {
    const place = { images: image, labels, index, size };
    augmentInto(slice, place, { settings: recipe.augmentation, random: random.fork(index) });
  });
  return { image, labels };
}
