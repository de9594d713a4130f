import { availableParallelism } from "node:os";
import { join } from "node:path";
import { writeTable } from "../catalog/index.node.ts";
import { HeparError, type Progress, randomFrom, silent } from "../core/index.ts";
import { sha256OfJson } from "../files/index.node.ts";
import { writeModel } from "../model/index.node.ts";
import { initialWeights, type Network, type UnetSettings, unet } from "../model/index.ts";
import { openSession, type Session } from "../onnx/index.node.ts";
import { channelNames, classCount, type SliceRow } from "../slices/index.ts";
import { augmentInto } from "./augment.ts";
import { type TrainingGraph, trainingGraph, validationGraph } from "./graphs.ts";
import { type HeldOutWatch, openHeldOutWatch } from "./held-out.node.ts";
import type { Recipe } from "./recipes.ts";
import { type EpochRow, epochColumns } from "./row.ts";
import { epochBatches, thinned } from "./sampler.ts";
import { oneCycleRate } from "./schedule.ts";
import { openSliceStore, type SliceStore } from "./slice-store.node.ts";
import type { Fold } from "./split.ts";
import { readState, removeState, type TrainingState, writeState } from "./state.node.ts";

export interface TrainOptions {
  readonly cohort: string;
  /** The model's name: models/<model>/ in the cohort folder. */
  readonly model: string;
  readonly recipe: Recipe;
  readonly seed: number;
  /** Which fold of the split this is, for the record. */
  readonly fold: number;
  readonly split: Fold;
  /** All converted slices; those of the split's cases are used. */
  readonly slices: readonly SliceRow[];
  readonly threads?: number;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** Milliseconds on any clock that only goes forward. */
  readonly now: () => number;
}

export interface TrainResult {
  readonly epochs: readonly EpochRow[];
  readonly seconds: number;
  readonly runtime: string;
}

/** After each epoch at most so many held-out slices are looked at, evenly spaced. */
const mostWatched = 256;

/**
 * Trains a network and writes models/<model>/. After each epoch the state is kept, so that the same
 * call after a stop goes on there and ends with the same weights. The held-out patients are watched
 * but choose nothing: the last weights are the model.
 *
 * @throws `cohort.no-masks` without slices to train on; `train.diverged` when the loss is no number;
 *   `run.stopped` when the signal says so
 */
export async function trainModel(options: TrainOptions): Promise<TrainResult> {
  const { recipe, seed, progress = silent, threads = availableParallelism() } = options;
  const stores = openStores(options);
  const architecture: UnetSettings = {
    architecture: "unet",
    channels: channelNames.length,
    classes: classCount,
    widths: recipe.widths,
    convolutions: recipe.convolutions,
  };
  const network = unet(architecture);
  const { imageSize, batchSize } = recipe;
  const imageShape = [batchSize, architecture.channels, imageSize, imageSize];
  const graph = trainingGraph(network, { imageShape, optimiser: recipe.optimiser });
  const folder = join(options.cohort, "models", options.model);
  const stateFolder = join(folder, "state");
  const key = sha256OfJson({
    version: 1,
    recipe,
    seed,
    split: options.split,
    slices: options.slices,
  });

  let state = (await readState(stateFolder, key)) ?? freshState(graph, seed);
  if (state.epochs.length > 0) {
    progress({ kind: "note", message: `training goes on after epoch ${state.epochs.length}` });
  }
  const session = await openSession(graph.model, { threads });
  const watch = await watchOf(network, { ...stores, imageShape, recipe, threads });
  const step = { kind: "start", step: "train", total: recipe.epochs, unit: "epochs" } as const;
  progress(step);
  try {
    while (state.epochs.length < recipe.epochs) {
      state = await runEpoch(state, { ...options, threads, session, watch, train: stores.train });
      await writeState(stateFolder, key, state);
      await writeTable(join(folder, "training.csv"), epochColumns, state.epochs);
    }
  } finally {
    await session.release();
    await watch.release();
  }
  const seconds = state.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  await writeModel(folder, {
    weights: state.weights,
    description: {
      architecture: { ...architecture, widths: [...recipe.widths] },
      imageSize,
      inputChannels: [...channelNames],
      classes: ["background", "liver", "tumour"],
      training: {
        recipe: recipe.name,
        epochs: recipe.epochs,
        steps: state.steps,
        seed,
        fold: options.fold,
        trainCases: [...options.split.train],
        heldOutCases: [...options.split.heldOut],
        seconds,
        runtime: session.runtime,
      },
    },
  });
  await removeState(stateFolder);
  progress({ kind: "end", step: "train" });
  return { epochs: state.epochs, seconds, runtime: session.runtime };
}

interface Stores {
  readonly train: SliceStore;
  readonly heldOut: SliceStore;
}

function openStores({ cohort, recipe, slices, split }: TrainOptions): Stores {
  const storeOf = (cases: readonly string[]): SliceStore => {
    const wanted = new Set(cases);
    const rows = slices.filter((row) => wanted.has(row.case) && row.mask !== null);
    if (rows.length === 0) {
      throw new HeparError(
        "cohort.no-masks",
        `no converted slice with a mask of ${cases.join(", ")}`,
        {
          hint: "convert the cohort again: hepar convert <cohort>",
        },
      );
    }
    return openSliceStore(cohort, { rows, imageSize: recipe.imageSize });
  };
  return { train: storeOf(split.train), heldOut: storeOf(split.heldOut) };
}

function freshState(graph: TrainingGraph, seed: number): TrainingState {
  return {
    weights: initialWeights(graph.parameters, randomFrom(seed).fork("weights")),
    mean: new Float32Array(graph.weightCount),
    square: new Float32Array(graph.weightCount),
    steps: 0,
    epochs: [],
  };
}

function watchOf(
  network: Network,
  settings: Stores & { imageShape: readonly number[]; recipe: Recipe; threads: number },
): Promise<HeldOutWatch> {
  const { heldOut, recipe, imageShape, threads } = settings;
  return openHeldOutWatch(heldOut, {
    model: validationGraph(network, imageShape),
    indices: thinned(
      heldOut.rows.map((_, index) => index),
      mostWatched,
    ),
    batchSize: recipe.batchSize,
    imageSize: recipe.imageSize,
    threads,
  });
}

interface EpochTools extends TrainOptions {
  readonly session: Session;
  readonly watch: HeldOutWatch;
  readonly train: SliceStore;
}

/** One epoch: its chance comes from the seed and its number alone, so that it can be run again. */
async function runEpoch(before: TrainingState, tools: EpochTools): Promise<TrainingState> {
  const { recipe, session, train, progress = silent, now } = tools;
  const { mostStepsPerEpoch, batchSize } = recipe;
  const started = now();
  const epoch = before.epochs.length;
  const random = randomFrom(tools.seed).fork(`epoch ${epoch}`);
  const batches = epochBatches(
    train.rows.map(({ labels }) => ({ hasTumour: / 2:/.test(` ${labels}`) })),
    { batchSize, mostSteps: mostStepsPerEpoch, tumourShare: recipe.tumourShare, random },
  );
  const totalSteps = batches.length * recipe.epochs;
  let { weights, mean, square, steps } = before;
  const sums = { loss: 0, crossEntropy: 0, dice: 0 };
  let rate = 0;
  let next = prepareBatch(batches[0], { train, recipe, random: random.fork("batch 0") });
  for (const [index] of batches.entries()) {
    if (tools.signal?.aborted) {
      throw new HeparError("run.stopped", `stopped in epoch ${epoch + 1} of ${recipe.epochs}`, {
        hint: "give the same command again: training goes on after the last whole epoch",
      });
    }
    const { image, labels } = await next;
    rate = oneCycleRate(steps, {
      maximum: recipe.learningRate,
      steps: totalSteps,
      rise: 0.25,
      startFactor: 25,
      endFactor: 100,
    });
    steps++;
    const running = session.run({
      ...{ weights, mean, square, image, labels },
      rate: Float32Array.of(rate),
      correction1: Float32Array.of(1 / (1 - recipe.optimiser.beta1 ** steps)),
      correction2: Float32Array.of(1 / (1 - recipe.optimiser.beta2 ** steps)),
    });
    // The next batch is made while the runtime works on this one.
    const following = batches[index + 1];
    if (following !== undefined) {
      next = prepareBatch(following, { train, recipe, random: random.fork(`batch ${index + 1}`) });
    }
    const result = await running;
    weights = result.newWeights;
    mean = result.newMean;
    square = result.newSquare;
    sums.loss += result.loss[0];
    sums.crossEntropy += result.crossEntropy[0];
    sums.dice += result.dice[0];
    requireFinite(result.loss[0], steps);
    progress({
      kind: "advance",
      step: "train",
      done: epoch + (index + 1) / batches.length,
      note: `loss ${(sums.loss / (index + 1)).toFixed(3)}`,
    });
  }
  const heldOut = await tools.watch.look(weights);
  const mean1 = (sum: number): number => sum / batches.length;
  const row: EpochRow = {
    epoch: epoch + 1,
    learning_rate: rate,
    train_loss: mean1(sums.loss),
    train_cross_entropy: mean1(sums.crossEntropy),
    train_dice_loss: mean1(sums.dice),
    held_out_loss: heldOut.loss,
    held_out_liver_dice: heldOut.liverDice,
    held_out_tumour_dice: heldOut.tumourDice,
    seconds: (now() - started) / 1000,
  };
  return { weights, mean, square, steps, epochs: [...before.epochs, row] };
}

function requireFinite(loss: number, step: number): void {
  if (Number.isFinite(loss)) return;
  throw new HeparError("train.diverged", `the loss is ${loss} at step ${step}`, {
    hint: "train with a lower learning rate (--rate)",
  });
}

interface Batch {
  readonly image: Float32Array;
  readonly labels: Uint8Array;
}

async function prepareBatch(
  indices: readonly number[],
  {
    train,
    recipe,
    random,
  }: { train: SliceStore; recipe: Recipe; random: ReturnType<typeof randomFrom> },
): Promise<Batch> {
  const size = recipe.imageSize;
  const images = new Float32Array(indices.length * 3 * size * size);
  const labels = new Uint8Array(indices.length * size * size);
  const slices = await Promise.all(indices.map((index) => train.get(index)));
  slices.forEach((slice, index) => {
    const place = { images, labels, index, size };
    augmentInto(slice, place, { settings: recipe.augmentation, random: random.fork(index) });
  });
  return { image: images, labels };
}
