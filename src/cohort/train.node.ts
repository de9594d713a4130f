import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import type { SliceRow } from "../slices/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { trainModel } from "../train/index.node.ts";
import type { EncoderWeights, Fold, Recipe } from "../train/index.ts";
import { sliceSettingsOf } from "./convert.node.ts";
import { caseOfSlice, throwDamage } from "./damage.node.ts";
import { layout } from "./layout.ts";
import { noLongerLeftOut } from "./left-out.node.ts";
import type { ModelPlace } from "./model.node.ts";
import {
  closeNetworks,
  openNetworks,
  type PlannedNetwork,
  planNetworks,
  requireKind,
  trainStep,
} from "./networks.node.ts";
import { type CohortRun, warn } from "./run.node.ts";
import { indexSlices } from "./slice-index.node.ts";
import { dealOut, defaultFolds, type SplitChoices, writeSplit } from "./split.node.ts";
import { provenanceOf, readStamp } from "./stamp.node.ts";
import { runStep } from "./step.node.ts";
import { requireTrainable } from "./trainable.ts";

/** What is chosen of a training. */
export interface TrainChoices extends SplitChoices {
  /** Name of the model's folder. */
  readonly model: string;
  readonly recipe: Recipe;
  /** What the encoder starts from; chance, if not given. */
  readonly encoderWeights?: EncoderWeights | undefined;
  readonly seed: number;
  readonly threads?: number | undefined;
  /** Starts again, whatever an earlier training of that name has reached. */
  readonly restart?: boolean;
}

/** What a training is given: the catalogue's rows and their slices. */
export interface TrainCases {
  readonly rows: readonly StudiedRow[];
  readonly slices: readonly SliceRow[];
}

/**
 * Trains a model on the cases with masks, but for those held out, and writes `splits.json`; for all
 * folds, and for the members of an ensemble, a network each into a folder of its own in the model's.
 * A training that was stopped goes on; one that is finished is kept.
 *
 * @throws `cohort.no-masks` without a mask; `split.too-few` with too few patients; `usage.argument`
 *   when there is no such fold or case, or the name is another kind of model's; `train.diverged`;
 *   `runtime.missing`
 */
export async function train(
  run: CohortRun,
  cases: TrainCases,
  choices: TrainChoices,
): Promise<void> {
  const { model, recipe, seed } = choices;
  for (const note of requireTrainable(await sliceSettingsOf(run), recipe)) warn(run, note);
  const { rows, slices } = learnable(cases);
  const { split, chosen } = dealOut(run, rows, { ...choices, watchShare: recipe.watchShare });
  const planned = planNetworks(chosen, {
    ...{ members: recipe.members, everyFold: choices.fold === "all", seed },
  });
  if (choices.restart) {
    await rm(join(run.folder, layout.model(model)), { recursive: true, force: true });
  }
  await requireKind(run, model, planned);
  await writeSplit(run, split);
  await indexSlices(run, cases.slices);
  run.journal.seed = seed;
  run.journal.settings = settingsOf(choices);
  const converted = [...new Set(slices.map((slice) => slice.case))];
  const provenance = await provenanceOf(run, { step: "convert", cases: converted });
  for (const [index, network] of planned.entries()) {
    if (planned.length > 1) {
      const message = `network ${index + 1} of ${planned.length}: ${network.name}`;
      run.progress({ kind: "note", message });
    }
    await trainNetwork(run, { rows, slices }, { choices, network, provenance });
  }
  const names = planned.map(({ name }) => name).filter((name) => name !== null);
  if (names.length > 0) await closeNetworks(run, model, names);
  await noLongerLeftOut(run, { step: "train" });
}

/** What of the cases can be learned from: what was converted, with masks. */
export function learnable(cases: TrainCases): TrainCases {
  const slices = cases.slices.filter(({ mask }) => mask !== null);
  const converted = new Set(slices.map((slice) => slice.case));
  return { slices, rows: cases.rows.filter((row) => converted.has(row.case)) };
}

interface NetworkTraining {
  readonly choices: TrainChoices;
  readonly network: PlannedNetwork;
  readonly provenance: string;
}

const modelFiles = ["model.json", "weights.safetensors", "model.onnx", "training.csv"];

async function trainNetwork(
  run: CohortRun,
  cases: TrainCases,
  { choices, network, provenance }: NetworkTraining,
): Promise<void> {
  const { model, recipe, threads, encoderWeights } = choices;
  const { name, seed } = network;
  const { index, split } = network.fold;
  warnWithoutTumour(run, cases, split);
  const folder = [layout.model(model), ...(name === null ? [] : [name])].join("/");
  const settings = settingsOf(choices);
  const record: TrainingRecord = await runStep(run, {
    ...trainStep(model, name),
    version: 3,
    settings: { ...recipe, ...settings },
    inputs: [split, provenance],
    outputs: modelFiles.map((file) => `${folder}/${file}`),
    work: async () => {
      if (name !== null) await openNetworks(run, model);
      const { runtime } = await trainModel({
        ...{ cohort: run.folder, folder, recipe, seed, fold: index, split, provenance },
        slices: cases.slices,
        trainScans: scansOf(cases, split),
        ...(encoderWeights === undefined ? {} : { encoderWeights }),
        ...(threads === undefined ? {} : { threads }),
        progress: run.progress,
        signal: run.signal,
        now: run.clock,
      }).catch((thrown) => {
        const caseOf = caseOfSlice(run.folder, cases.slices);
        return throwDamage(run, thrown, { step: "convert", caseOf });
      });
      return { runtime, seed, settings };
    },
  });
  run.journal.runtime = record.runtime;
}

function warnWithoutTumour(run: CohortRun, { rows }: TrainCases, { train }: Fold): void {
  if (rows.some((row) => row.has_tumour && train.includes(row.case))) return;
  warn(run, "no case to learn from has a tumour: only the liver is learned");
}

/** The scans that a training knows, by content. */
function scansOf({ rows }: TrainCases, { train, watch }: Fold) {
  const seen = new Set([...train, ...watch]);
  return rows
    .filter((row) => seen.has(row.case))
    .map((row) => ({ case: row.case, patient: row.patient, sha256: row.voxels_sha256 ?? "" }));
}

/** What was chosen, for people. */
function settingsOf(choices: TrainChoices): Record<string, string | number> {
  const { recipe, folds, fold, holdOut, encoderWeights } = choices;
  const { network } = recipe;
  const known = {
    recipe: recipe.name,
    architecture: network.architecture,
    widths: "widths" in network ? network.widths.join(", ") : undefined,
    encoderWeights: encoderWeights?.sha256,
    imageSize: recipe.imageSize,
    neighbours: recipe.neighbours,
    members: recipe.members > 1 ? recipe.members : undefined,
    epochs: recipe.epochs,
    batchSize: recipe.batchSize,
    accumulate: recipe.accumulate,
    learningRate: recipe.learningRate,
    watchShare: recipe.watchShare,
    patience: recipe.patience,
    ...(holdOut === undefined ? { folds: folds ?? defaultFolds, fold: fold ?? 0 } : {}),
    holdOut: holdOut?.join(", "),
  };
  return Object.fromEntries(
    Object.entries(known).filter(
      (entry): entry is [string, string | number] => entry[1] !== undefined,
    ),
  );
}

const trainingRecordSchema = z.object({
  runtime: z.string(),
  seed: z.number(),
  settings: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** How a model of the cohort was trained: enough to do it again. */
export type TrainingRecord = z.infer<typeof trainingRecordSchema>;

/** null when hepar has not trained a model of that name here. */
export async function trainingOf(
  run: CohortRun,
  model: Pick<ModelPlace, "name" | "networks">,
): Promise<TrainingRecord | null> {
  const first = model.networks?.[0];
  const network = first === undefined ? null : basename(first.folder);
  const stamp = await readStamp(run, trainStep(model.name, network));
  return trainingRecordSchema.safeParse(stamp?.value).data ?? null;
}
