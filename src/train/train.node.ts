import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { writeTable } from "../catalog/index.node.ts";
import { type Progress, silent } from "../core/index.ts";
import { sha256OfJson, writeAtomically } from "../files/index.node.ts";
import { writeModel } from "../model/index.node.ts";
import {
  encodeSafetensors,
  type Inventory,
  type ModelDescription,
  tensorsOf,
} from "../model/index.ts";
import { bestTarget } from "../onnx/index.node.ts";
import { inputChannels, type SliceRow } from "../slices/index.ts";
import { stepsPerEpoch } from "./batches/sampler.ts";
import {
  orientationOf,
  slicesOf,
  sourceOf,
  storeOf,
  type TrainingData,
} from "./batches/training-data.node.ts";
import { isOver } from "./best-epoch.ts";
import { runEpoch } from "./epoch.node.ts";
import { architectureOf, type Recipe } from "./recipe.ts";
import { type EpochRow, epochColumns } from "./row.ts";
import type { Fold } from "./split.ts";
import {
  readState,
  removeState,
  type StoredState,
  type TrainingState,
  writeState,
} from "./state.node.ts";
import { type EncoderWeights, startVectors } from "./step/encoder-weights.ts";
import type { TrainingGraph } from "./step/graphs.ts";
import { samplingOf, trainingGraphOf } from "./step/recipe-graphs.ts";
import { openStepper } from "./step/stepper.node.ts";
import { firstState, vectorsToUse } from "./step/stepper.ts";
import { openWatch } from "./watch.node.ts";

export interface TrainOptions {
  readonly cohort: string;
  /** The model's folder, relative to the cohort's: models/<model>. */
  readonly folder: string;
  readonly recipe: Recipe;
  readonly seed: number;
  /** Which fold of the split this is, for the record. */
  readonly fold: number;
  readonly split: Fold;
  /** The scans to learn from and to choose by, by content, for the record. */
  readonly trainScans: NonNullable<ModelDescription["training"]["trainScans"]>;
  /** What the encoder starts from; chance, if not given. */
  readonly encoderWeights?: EncoderWeights;
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
const lastFile = "last.safetensors";

/**
 * Trains a network and writes its folder. After each epoch the state is kept, with the journal so
 * far, in the folder's state/, so that the same call after a stop goes on there and ends with the same
 * weights. The held-out patients are looked at and choose nothing: the last weights (or their average,
 * where the recipe keeps one) are the model. Where patients are set aside from those to learn from,
 * the weights that segment them best are the model, and the last ones are beside it.
 *
 * @throws `cohort.no-masks` without slices to train on; `train.diverged` when the loss or a weight is
 *   no number; `run.stopped` when the signal says so; `model.invalid`, `graph.shape` when the recipe's
 *   network cannot be built
 */
export async function trainModel(options: TrainOptions): Promise<TrainResult> {
  const { recipe, seed, split, progress = silent } = options;
  const rowsOf = (cases: readonly string[]): SliceRow[] => slicesOf(cases, options.slices);
  const { cohort } = options;
  orientationOf(options.slices); // refuses a mixture before any work
  const data: TrainingData = { cohort, rows: rowsOf(split.train), recipe, seed };
  const stores = {
    heldOut: storeOf({ ...data, rows: rowsOf(split.heldOut) }),
    setAside:
      split.watch.length === 0 ? undefined : storeOf({ ...data, rows: rowsOf(split.watch) }),
  };
  const graph = trainingGraphOf(recipe, await bestTarget());
  const kept = { folder: join(cohort, options.folder, "state"), key: keyOf(options) };
  const left = await readState(kept.folder);
  tellOfState(left, { key: kept.key, progress });
  let state = left?.key === kept.key ? left.state : freshState(graph, options);

  const tools = await openTools(data, { ...options, graph, from: state.steps });
  progress({ kind: "start", step: "train", total: recipe.epochs, unit: "epochs" });
  try {
    while (!isOver(state, recipe)) {
      state = await runEpoch(state, {
        ...{ data, ...stores, ...tools, progress },
        stateFolder: `${options.folder}/state`,
        signal: options.signal,
        now: options.now,
      });
      await writeState(kept.folder, kept.key, state);
      // Beside the state: the journal of a finished model of that name stays until the new one is.
      await writeTable(join(kept.folder, journalFile), epochColumns, state.epochs);
    }
  } finally {
    await tools.close();
  }
  const { runtime } = tools.stepper;
  const seconds = state.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  await writeTrained(state, { ...options, runtime, seconds, inventory: graph.inventory });
  await removeState(kept.folder);
  progress({ kind: "end", step: "train" });
  return { epochs: state.epochs, seconds, runtime };
}

function keyOf({ recipe, seed, split, provenance, encoderWeights }: TrainOptions): string {
  const { about: _, ...settings } = recipe;
  const encoder = encoderWeights?.sha256 ?? null;
  return sha256OfJson({ version: 4, recipe: settings, encoder, seed, split, provenance });
}

async function openTools(
  data: TrainingData,
  options: TrainOptions & { readonly graph: TrainingGraph; readonly from: number },
) {
  const { graph, from, progress, signal, threads = availableParallelism() } = options;
  const { recipe, rows } = data;
  const watch = await openWatch(recipe, { threads });
  const stepper = await openStepper(graph, { threads }).catch(async (thrown) => {
    await watch.release();
    throw thrown;
  });
  const source = sourceOf(data, {
    from: from * recipe.accumulate,
    signal,
    ...(progress === undefined ? {} : { progress }),
  });
  return {
    ...{ watch, stepper, source },
    stepsPerEpoch: stepsPerEpoch(rows.length, samplingOf(recipe)),
    async close() {
      await source.close();
      await stepper.release();
      await watch.release();
    },
  };
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

const freshState = (graph: TrainingGraph, options: TrainOptions): TrainingState => ({
  ...firstState(graph, startVectors(graph.inventory, options)),
  epochs: [],
});

/** The journal, the last weights where others are chosen, and the model, which is whole at the end. */
async function writeTrained(
  state: TrainingState,
  options: TrainOptions & {
    readonly runtime: string;
    readonly seconds: number;
    readonly inventory: Inventory;
  },
): Promise<void> {
  const { recipe, split, inventory } = options;
  const folder = join(options.cohort, options.folder);
  const last = vectorsToUse(state);
  await writeTable(join(folder, journalFile), epochColumns, state.epochs);
  if (state.best === undefined) await rm(join(folder, lastFile), { force: true });
  else {
    const tensors = tensorsOf(last, inventory);
    const metadata = { format: "hepar-model/1", epoch: String(state.epochs.length) };
    await writeAtomically(join(folder, lastFile), encodeSafetensors({ tensors, metadata }));
  }
  await writeModel(folder, {
    vectors: state.best?.vectors ?? last,
    description: {
      architecture: architectureOf(recipe),
      imageSize: recipe.imageSize,
      neighbours: recipe.neighbours,
      orientation: orientationOf(options.slices),
      prediction: {
        mirrors: recipe.mirrors,
        smallestTumour: recipe.smallestTumour,
        tumourThreshold: recipe.tumourThreshold,
      },
      inputChannels: inputChannels(recipe.neighbours),
      classes: ["background", "liver", "tumour"],
      training: {
        recipe: recipe.name,
        epochs: state.epochs.length,
        steps: state.steps,
        seed: options.seed,
        fold: options.fold,
        trainCases: [...split.train],
        watchCases: [...split.watch],
        trainScans: [...options.trainScans],
        heldOutCases: [...split.heldOut],
        chosen:
          state.best === undefined
            ? { by: "last", epoch: state.epochs.length, score: null }
            : { by: "set-aside", epoch: state.best.epoch, score: state.best.score },
        seconds: options.seconds,
        runtime: options.runtime,
      },
    },
  });
}
