import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { SliceRow } from "../slices/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { trainModel } from "../train/index.node.ts";
import type { EncoderWeights, Fold, Recipe } from "../train/index.ts";
import { caseOfSlice, throwDamage } from "./damage.node.ts";
import { closeFolds, openFolds, requireKind, trainStep } from "./folds.node.ts";
import { layout } from "./layout.ts";
import { noLongerLeftOut } from "./left-out.node.ts";
import { type CohortRun, warn } from "./run.node.ts";
import {
  type ChosenFold,
  dealOut,
  defaultFolds,
  type SplitChoices,
  writeSplit,
} from "./split.node.ts";
import { provenanceOf, readStamp } from "./stamp.node.ts";
import { runStep } from "./step.node.ts";

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
 * folds, a network for each into the model's fold-0, fold-1 …. A training that was stopped goes on;
 * one that is finished is kept.
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
  const { rows, slices } = learnable(cases);
  const { split, chosen } = dealOut(run, rows, { ...choices, watchShare: recipe.watchShare });
  const each = choices.fold === "all";
  if (choices.restart) {
    await rm(join(run.folder, layout.model(model)), { recursive: true, force: true });
  }
  await requireKind(run, model, { folds: each });
  await writeSplit(run, split);
  run.journal.seed = seed;
  run.journal.settings = settingsOf(choices);
  const converted = [...new Set(slices.map((slice) => slice.case))];
  const provenance = await provenanceOf(run, { step: "convert", cases: converted });
  for (const fold of chosen) {
    if (each) tellFold(run, fold.index, chosen.length);
    await trainFold(run, { rows, slices }, { choices, chosen: fold, provenance });
  }
  if (each) await closeFolds(run, model, chosen.length);
  await noLongerLeftOut(run, { step: "train" });
}

/** What of the cases can be learned from: what was converted, with masks. */
export function learnable(cases: TrainCases): TrainCases {
  const slices = cases.slices.filter(({ mask }) => mask !== null);
  const converted = new Set(slices.map((slice) => slice.case));
  return { slices, rows: cases.rows.filter((row) => converted.has(row.case)) };
}

const tellFold = (run: CohortRun, index: number, count: number): void =>
  run.progress({ kind: "note", message: `fold ${index} of 0 to ${count - 1}` });

interface FoldTraining {
  readonly choices: TrainChoices;
  readonly chosen: ChosenFold;
  readonly provenance: string;
}

const modelFiles = ["model.json", "weights.safetensors", "model.onnx", "training.csv"];

async function trainFold(
  run: CohortRun,
  cases: TrainCases,
  { choices, chosen, provenance }: FoldTraining,
): Promise<void> {
  const { model, recipe, seed, threads, encoderWeights } = choices;
  const { index, split } = chosen;
  warnWithoutTumour(run, cases, split);
  const each = choices.fold === "all";
  const folder = each ? `${layout.model(model)}/${layout.fold(index)}` : layout.model(model);
  const settings = settingsOf(choices);
  const record: TrainingRecord = await runStep(run, {
    ...trainStep(model, each ? index : null),
    version: 3,
    settings: { ...recipe, ...settings },
    inputs: [split, provenance],
    outputs: modelFiles.map((file) => `${folder}/${file}`),
    work: async () => {
      if (each) await openFolds(run, model);
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
  model: { readonly name: string; readonly folds?: readonly unknown[] },
): Promise<TrainingRecord | null> {
  const stamp = await readStamp(run, trainStep(model.name, model.folds === undefined ? null : 0));
  return trainingRecordSchema.safeParse(stamp?.value).data ?? null;
}
