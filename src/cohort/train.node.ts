import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { HeparError } from "../core/index.ts";
import { writeJson } from "../files/index.node.ts";
import type { SliceRow } from "../slices/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { trainModel } from "../train/index.node.ts";
import { type Fold, splitByPatient } from "../train/index.ts";
import { caseOfSlice, throwDamage } from "./damage.node.ts";
import { layout } from "./layout.ts";
import { noLongerLeftOut } from "./left-out.node.ts";
import { type FoldChoices, type RecipeChoices, recipeOf } from "./recipe.node.ts";
import { type CohortRun, warn } from "./run.node.ts";
import { provenanceOf, readStamp, removeStamp } from "./stamp.node.ts";
import { runStep } from "./step.node.ts";

/** What the user may choose of a training. */
export interface TrainChoices extends RecipeChoices, FoldChoices {
  /** Name of the model's folder. */
  readonly model: string;
  readonly seed: number;
  readonly threads?: number | undefined;
  /** Starts again, whatever an earlier training of that name has reached. */
  readonly restart?: boolean;
}

/**
 * Trains a model on the cases with masks, but for one fold of the patients, and writes
 * `splits.json`. A training that was stopped goes on; one that is finished is kept.
 *
 * @throws `cohort.no-masks` without a mask; `split.too-few` with fewer than two patients;
 *   `usage.argument` when there is no such fold; `train.diverged`; `runtime.missing`
 */
export async function train(
  run: CohortRun,
  cases: { readonly rows: readonly StudiedRow[]; readonly slices: readonly SliceRow[] },
  choices: TrainChoices,
): Promise<void> {
  const slices = cases.slices.filter(({ mask }) => mask !== null);
  const converted = new Set(slices.map((slice) => slice.case));
  const rows = cases.rows.filter((row) => converted.has(row.case));
  const fold = await split(run, rows, choices);
  if (!rows.some((row) => row.has_tumour && fold.train.includes(row.case))) {
    warn(run, "no case to learn from has a tumour: only the liver is learned");
  }
  const step = { step: "train", of: choices.model };
  const folder = layout.model(choices.model);
  if (choices.restart) {
    await removeStamp(run, step);
    await rm(join(run.folder, folder), { recursive: true, force: true });
  }
  const recipe = recipeOf(choices);
  const { seed, fold: index, folds, threads } = choices;
  const settings = {
    recipe: recipe.name,
    epochs: recipe.epochs,
    imageSize: recipe.imageSize,
    widths: recipe.widths.join(", "),
    batchSize: recipe.batchSize,
    learningRate: recipe.learningRate,
    folds,
    fold: index,
  };
  run.journal.seed = seed;
  run.journal.settings = settings;
  const provenance = await provenanceOf(run, { step: "convert", cases: [...converted] });
  const files = ["model.json", "weights.safetensors", "model.onnx", "training.csv"];
  const training: TrainingRecord = await runStep(run, {
    ...step,
    version: 2,
    settings: { ...recipe, seed, folds, fold: index },
    inputs: [fold, provenance],
    outputs: files.map((file) => `${folder}/${file}`),
    work: () =>
      trainModel({
        cohort: run.folder,
        model: choices.model,
        recipe,
        seed,
        fold: index,
        slices,
        provenance,
        split: fold,
        trainScans: rows
          .filter((row) => fold.train.includes(row.case))
          .map((row) => ({
            case: row.case,
            patient: row.patient,
            sha256: row.voxels_sha256 ?? "",
          })),
        ...(threads === undefined ? {} : { threads }),
        progress: run.progress,
        signal: run.signal,
        now: run.clock,
      }).then(
        ({ runtime }) => ({ runtime, seed, settings }),
        (thrown) =>
          throwDamage(run, thrown, { step: "convert", caseOf: caseOfSlice(run.folder, slices) }),
      ),
  });
  run.journal.runtime = training.runtime;
  await noLongerLeftOut(run, { step: "train" });
}

const trainingRecordSchema = z.object({
  runtime: z.string(),
  seed: z.number(),
  settings: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** How a model of the cohort was trained: enough to do it again. */
export type TrainingRecord = z.infer<typeof trainingRecordSchema>;

/** null when hepar has not trained a model of that name here. */
export async function trainingOf(run: CohortRun, model: string): Promise<TrainingRecord | null> {
  const stamp = await readStamp(run, { step: "train", of: model });
  return trainingRecordSchema.safeParse(stamp?.value).data ?? null;
}

async function split(
  run: CohortRun,
  rows: readonly StudiedRow[],
  { seed, folds, fold }: TrainChoices,
): Promise<Fold> {
  if (rows.length === 0) {
    throw new HeparError(
      "cohort.no-masks",
      "no case has a mask that could be converted: there is nothing to learn from",
      {
        file: run.folder,
        hint: "add masks beside the scans (segmentation-0.nii for volume-0.nii), or predict with --model",
      },
    );
  }
  const cases = rows.map((row) => ({
    case: row.case,
    patient: row.patient,
    hasTumour: row.has_tumour,
  }));
  const dealt = splitByPatient(cases, { folds, seed });
  const chosen = dealt.folds[fold];
  if (chosen === undefined) {
    const count = dealt.folds.length;
    throw new HeparError(
      "usage.argument",
      `there is no fold ${fold}: the patients make ${count} folds, 0 to ${count - 1}`,
    );
  }
  await writeJson(join(run.folder, layout.splits), dealt);
  return chosen;
}
