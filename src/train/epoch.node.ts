import { HeparError, type Progress, type Random, randomFrom } from "../core/index.ts";
import type { Session } from "../onnx/index.node.ts";
import { augmentInto } from "./augment.ts";
import type { HeldOutWatch } from "./held-out.node.ts";
import type { Recipe } from "./recipes.ts";
import { epochBatches } from "./sampler.ts";
import { oneCycleRate } from "./schedule.ts";
import { type SliceStore, showsTumour } from "./slice-store.node.ts";
import type { TrainingState } from "./state.node.ts";

export interface EpochTools {
  readonly recipe: Recipe;
  readonly seed: number;
  /** The training graph, opened. */
  readonly session: Session;
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
  const { weights, mean, square, steps, losses } = await runSteps(before, {
    ...tools,
    batches,
    random,
  });
  const heldOut = await tools.watch.look(weights);
  const row = {
    epoch: epoch + 1,
    learning_rate: rateAt(steps - 1, { recipe, stepsPerEpoch: batches.length }),
    train_loss: losses.total / batches.length,
    train_cross_entropy: losses.crossEntropy / batches.length,
    train_dice_loss: losses.dice / batches.length,
    held_out_loss: heldOut.loss,
    held_out_liver_dice: heldOut.liverDice,
    held_out_tumour_dice: heldOut.tumourDice,
    seconds: (now() - started) / 1000,
  };
  return { weights, mean, square, steps, epochs: [...before.epochs, row] };
}

interface StepTools extends EpochTools {
  readonly batches: readonly (readonly number[])[];
  readonly random: Random;
}

type SteppedState = Omit<TrainingState, "epochs"> & {
  /** Sums over the epoch's steps. */
  readonly losses: { total: number; crossEntropy: number; dice: number };
};

async function runSteps(before: TrainingState, tools: StepTools): Promise<SteppedState> {
  const { batches, recipe, session, random, progress } = tools;
  const epoch = before.epochs.length;
  const losses = { total: 0, crossEntropy: 0, dice: 0 };
  let { weights, mean, square, steps } = before;
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
    const rate = rateAt(steps, { recipe, stepsPerEpoch: batches.length });
    steps++;
    const running = session.run({
      ...{ weights, mean, square },
      ...batch,
      rate: Float32Array.of(rate),
      correction1: Float32Array.of(1 / (1 - recipe.optimiser.beta1 ** steps)),
      correction2: Float32Array.of(1 / (1 - recipe.optimiser.beta2 ** steps)),
    });
    // The next batch is made while the runtime works on this one.
    if (index + 1 < batches.length) next = prepare(index + 1);
    const result = await running;
    weights = result.newWeights;
    mean = result.newMean;
    square = result.newSquare;
    losses.total += result.loss[0];
    losses.crossEntropy += result.crossEntropy[0];
    losses.dice += result.dice[0];
    requireFinite(result.loss[0], steps);
    progress({
      kind: "advance",
      step: "train",
      done: epoch + (index + 1) / batches.length,
      note: `loss ${(losses.total / (index + 1)).toFixed(3)}`,
    });
  }
  return { weights, mean, square, steps, losses };
}

const rateAt = (
  step: number,
  { recipe, stepsPerEpoch }: { readonly recipe: Recipe; readonly stepsPerEpoch: number },
): number =>
  oneCycleRate(step, {
    maximum: recipe.learningRate,
    steps: stepsPerEpoch * recipe.epochs,
    rise: 0.25,
    startFactor: 25,
    endFactor: 100,
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

interface Batch {
  /** [n, 3, size, size] */
  readonly image: Float32Array;
  /** [n, size, size] */
  readonly labels: Uint8Array;
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
