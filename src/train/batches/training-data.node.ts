import { HeparError, type Progress } from "../../core/index.ts";
import type { SliceOrientation, SliceRow } from "../../slices/index.ts";
import type { Recipe } from "../recipe.ts";
import { samplingOf } from "../step/recipe-graphs.ts";
import { type BatchSource, openBatchSource } from "./batch-source.node.ts";
import { type PlannedBatch, plannedBatches } from "./sampler.ts";
import { openSliceStore, type SliceStore, sampledSlice } from "./slice-store.node.ts";

/** What a training learns from, and how it is drawn. */
export interface TrainingData {
  readonly cohort: string;
  /** Converted slices, each with a mask. */
  readonly rows: readonly SliceRow[];
  readonly recipe: Recipe;
  readonly seed: number;
}

/**
 * The slices of some cases that have a mask.
 *
 * @throws `cohort.no-masks` when there is none
 */
export function slicesOf(cases: readonly string[], slices: readonly SliceRow[]): SliceRow[] {
  const wanted = new Set(cases);
  const rows = slices.filter((row) => wanted.has(row.case) && row.mask !== null);
  if (rows.length > 0) return rows;
  throw new HeparError("cohort.no-masks", `no converted slice with a mask of ${cases.join(", ")}`, {
    hint: "convert the cohort again: hepar convert <cohort>",
  });
}

/**
 * How all slices were cut.
 *
 * @throws `cohort.invalid` when they were not all cut alike
 */
export function orientationOf(slices: readonly SliceRow[]): SliceOrientation {
  const [orientation = "radiological", ...others] = new Set(slices.map((row) => row.orientation));
  if (others.length === 0) return orientation;
  throw new HeparError(
    "cohort.invalid",
    `the slices were cut in more than one way: ${[orientation, ...others].join(", ")}`,
    { hint: `convert the cohort again: hepar convert <cohort> --orientation ${orientation}` },
  );
}

/** Slices to look at, as the recipe's network sees them. */
export const storeOf = ({ cohort, rows, recipe }: Omit<TrainingData, "seed">): SliceStore =>
  openSliceStore(cohort, { rows, imageSize: recipe.imageSize, neighbours: recipe.neighbours });

/** The plan of all batches from one on. */
export const planOf = (
  { rows, recipe, seed }: Omit<TrainingData, "cohort">,
  from: number,
): Iterable<PlannedBatch> =>
  plannedBatches(rows.map(sampledSlice), {
    ...samplingOf(recipe),
    seed,
    epochs: recipe.epochs,
    from,
  });

/** Begins to make the batches from one on. */
export const sourceOf = (
  data: TrainingData,
  options: {
    readonly from: number;
    readonly progress?: Progress;
    readonly signal?: AbortSignal | undefined;
  },
): BatchSource => {
  const { cohort, rows, recipe } = data;
  const { batchSize, imageSize, neighbours, augmentation } = recipe;
  const { from, ...watched } = options;
  return openBatchSource({
    ...{ cohort, rows, batchSize, imageSize, neighbours, augmentation, ...watched },
    batches: planOf(data, from),
  });
};
