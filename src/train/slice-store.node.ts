import { join } from "node:path";
import { parseLabelCounts } from "../catalog/index.ts";
import { HeparError } from "../core/index.ts";
import { memory } from "../files/index.node.ts";
import { readImage, readMask } from "../slices/index.node.ts";
import { resizeBytes, type SliceRow, targetOf } from "../slices/index.ts";
import type { TrainingSlice } from "./augment.ts";
import type { SampledSlice } from "./sampler.ts";

/** Converted slices at the network's size: read once, kept while memory allows. */
export interface SliceStore {
  readonly rows: readonly SliceRow[];
  /** @throws `image.unreadable` when a file is missing or damaged */
  get(index: number): Promise<TrainingSlice>;
}

/** What the sampler asks about a slice, from its mask's labels: 1 liver, 2 tumour in it. */
export function sampledSlice(row: SliceRow): SampledSlice {
  const labels = parseLabelCounts(row.labels);
  const hasTumour = labels.has(2);
  return { case: row.case, hasLiver: hasTumour || labels.has(1), hasTumour };
}

/** A fifth of the memory: LiTS at 128 × 128 fits into 4 GB. */
const defaultBudget = (): number => memory() / 5;

/**
 * Opens the slices of some rows; nothing is read before it is asked for.
 *
 * @param options.budget - bytes that may be kept; what does not fit is read again each time
 */
export function openSliceStore(
  cohort: string,
  {
    rows,
    imageSize,
    budget = defaultBudget(),
  }: { readonly rows: readonly SliceRow[]; readonly imageSize: number; readonly budget?: number },
): SliceStore {
  const kept = new Map<number, Promise<TrainingSlice>>();
  const mostKept = Math.floor(budget / (imageSize * imageSize * 4));
  return {
    rows,
    get(index) {
      const known = kept.get(index);
      if (known !== undefined) return known;
      const slice = readSlice(cohort, rows[index], imageSize);
      if (kept.size < mostKept) kept.set(index, slice);
      return slice;
    },
  };
}

async function readSlice(cohort: string, row: SliceRow, size: number): Promise<TrainingSlice> {
  if (row.mask === null) {
    throw new HeparError("defect", `the slice ${row.image} has no mask to train on`);
  }
  const [image, mask] = await Promise.all([
    readImage(join(cohort, row.image)),
    readMask(join(cohort, row.mask)),
  ]);
  const to = { toWidth: size, toHeight: size };
  return {
    slices: [resizeBytes(image.channels, { width: image.width, height: image.height, ...to })],
    classes: targetOf(mask, { size }),
  };
}
