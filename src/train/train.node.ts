import { availableParallelism } from "node:os";
import { join } from "node:path";
import { writeTable } from "../catalog/index.node.ts";
import { HeparError, type Progress, randomFrom, silent } from "../core/index.ts";
import { sha256OfJson } from "../files/index.node.ts";
import { writeModel } from "../model/index.node.ts";
import {
  type Architecture,
  initialVectors,
  type ModelDescription,
  type Network,
  networkOf,
} from "../model/index.ts";
import { bestTarget } from "../onnx/index.node.ts";
import { channelNames, classCount, type SliceRow } from "../slices/index.ts";
import { openBatchSource } from "./batch-source.node.ts";
import { runEpoch } from "./epoch.node.ts";
import { type TrainingGraph, trainingGraph, validationGraph } from "./graphs.ts";
import { type HeldOutWatch, openHeldOutWatch } from "./held-out.node.ts";
import type { Recipe } from "./recipes.ts";
import { type EpochRow, epochColumns } from "./row.ts";
import { batchesPerEpoch, plannedBatches, thinned } from "./sampler.ts";
import { openSliceStore, type SliceStore, sampledSlice } from "./slice-store.node.ts";
import type { Fold } from "./split.ts";
import {
  readState,
  removeState,
  type StoredState,
  type TrainingState,
  writeState,
} from "./state.node.ts";
import { openStepper } from "./stepper.node.ts";
import { firstState, vectorsToUse } from "./stepper.ts";

export interface TrainOptions {
  readonly cohort: string;
  /** The model's name: models/<model>/ in the cohort folder. */
  readonly model: string;
  readonly recipe: Recipe;
  readonly seed: number;
  /** Which fold of the split this is, for the record. */
  readonly fold: number;
  readonly split: Fold;
  /** The scans to learn from, by content, for the record. */
  readonly trainScans: NonNullable<ModelDescription["training"]["trainScans"]>;
  /** All converted slices; those of the split's cases are used. */
  readonly slices: readonly SliceRow[];
  /** Changes when the slices' files do: a stopped training goes on only on the same ones. */
  readonly provenance: string;
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

const journalFile = "training.csv";

/** After each epoch at most so many held-out slices are looked at, evenly spaced. */
const mostWatched = 256;

/**
 * Trains a network and writes models/<model>/. After each epoch the state is kept, with the journal
 * so far, in models/<model>/state/, so that the same call after a stop goes on there and ends with the
 * same weights. The held-out patients are watched but choose nothing: the last weights (or their
 * average, where the recipe keeps one) are the model.
 *
 * @throws `cohort.no-masks` without slices to train on; `train.diverged` when the loss is no number;
 *   `run.stopped` when the signal says so
 */
export async function trainModel(options: TrainOptions): Promise<TrainResult> {
  const { recipe, seed, progress = silent, threads = availableParallelism() } = options;
  const stores = openStores(options);
  const architecture: Architecture = {
    architecture: "unet",
    channels: channelNames.length,
    classes: classCount,
    widths: recipe.widths,
    convolutions: recipe.convolutions,
  };
  const network = networkOf(architecture);
  const { imageSize, batchSize } = recipe;
  const imageShape = [batchSize, architecture.channels, imageSize, imageSize];
  const graph = trainingGraph(network, {
    imageShape,
    target: await bestTarget(),
    loss: recipe.loss,
    optimiser: recipe.optimiser,
    clipNorm: recipe.clipNorm,
    averageDecay: recipe.averageDecay,
  });
  const folder = join(options.cohort, "models", options.model);
  const stateFolder = join(folder, "state");
  const key = sha256OfJson({
    version: 3,
    recipe,
    seed,
    split: options.split,
    provenance: options.provenance,
  });

  const left = await readState(stateFolder);
  tellOfState(left, { key, progress });
  let state = left?.key === key ? left.state : freshState(graph, seed);
  const watch = await watchOf(network, { store: stores.heldOut, recipe, threads });
  const stepper = await openStepper(graph, { threads }).catch(async (thrown) => {
    await watch.release();
    throw thrown;
  });
  const sampling = {
    batchSize,
    mostSteps: recipe.mostStepsPerEpoch,
    tumourShare: recipe.tumourShare,
  };
  const sampled = stores.train.map(sampledSlice);
  const source = openBatchSource({
    ...{ cohort: options.cohort, rows: stores.train, batchSize, progress },
    batches: plannedBatches(sampled, {
      ...sampling,
      seed,
      epochs: recipe.epochs,
      from: state.steps,
    }),
    imageSize,
    augmentation: recipe.augmentation,
    signal: options.signal,
  });
  progress({ kind: "start", step: "train", total: recipe.epochs, unit: "epochs" });
  try {
    while (state.epochs.length < recipe.epochs) {
      state = await runEpoch(state, {
        ...{ recipe, stepper, watch, source, progress },
        batchesPerEpoch: batchesPerEpoch(sampled.length, sampling),
        signal: options.signal,
        now: options.now,
      });
      await writeState(stateFolder, key, state);
      // Beside the state: the journal of a finished model of that name stays until the new one is.
      await writeTable(join(stateFolder, journalFile), epochColumns, state.epochs);
    }
  } finally {
    await source.close();
    await stepper.release();
    await watch.release();
  }
  const seconds = state.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  await writeTable(join(folder, journalFile), epochColumns, state.epochs);
  await writeModel(folder, {
    vectors: vectorsToUse(state),
    description: {
      architecture,
      imageSize,
      neighbours: 0,
      inputChannels: [...channelNames],
      classes: ["background", "liver", "tumour"],
      training: {
        recipe: recipe.name,
        epochs: recipe.epochs,
        steps: state.steps,
        seed,
        fold: options.fold,
        trainCases: [...options.split.train],
        trainScans: [...options.trainScans],
        heldOutCases: [...options.split.heldOut],
        seconds,
        runtime: stepper.runtime,
      },
    },
  });
  await removeState(stateFolder);
  progress({ kind: "end", step: "train" });
  return { epochs: state.epochs, seconds, runtime: stepper.runtime };
}

function tellOfState(
  left: StoredState | undefined,
  { key, progress }: { readonly key: string; readonly progress: Progress },
): void {
  const epochs = left?.state.epochs.length ?? 0;
  if (epochs === 0) return;
  if (left?.key === key) {
    progress({ kind: "note", message: `training goes on after epoch ${epochs}` });
    return;
  }
  const message = `training starts anew: a training that was stopped after epoch ${epochs} had other settings or slices, and is replaced at the end of the first epoch`;
  progress({ kind: "warning", message });
}

interface Stores {
  readonly train: readonly SliceRow[];
  readonly heldOut: SliceStore;
}

function openStores({ cohort, recipe, slices, split }: TrainOptions): Stores {
  const rowsOf = (cases: readonly string[]): SliceRow[] => {
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
    return rows;
  };
  const heldOut = { rows: rowsOf(split.heldOut), imageSize: recipe.imageSize };
  return { train: rowsOf(split.train), heldOut: openSliceStore(cohort, heldOut) };
}

function freshState(graph: TrainingGraph, seed: number): TrainingState {
  return {
    ...firstState(graph, initialVectors(graph.inventory, randomFrom(seed).fork("weights"))),
    epochs: [],
  };
}

async function watchOf(
  network: Network,
  { store, recipe, threads }: { store: SliceStore; recipe: Recipe; threads: number },
): Promise<HeldOutWatch> {
  const { batchSize, imageSize } = recipe;
  return openHeldOutWatch(store, {
    model: validationGraph(network, {
      imageShape: [batchSize, channelNames.length, imageSize, imageSize],
      loss: recipe.loss,
      target: await bestTarget(),
    }),
    indices: thinned([...store.rows.keys()], mostWatched),
    ...{ batchSize, imageSize, threads },
  });
}
