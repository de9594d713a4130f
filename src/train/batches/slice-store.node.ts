import { join } from "node:path";
import { parseLabelCounts } from "../../catalog/index.ts";
import { HeparError } from "../../core/index.ts";
import { memory } from "../../files/index.node.ts";
import { readImage, readMask } from "../../slices/index.node.ts";
import { resizeBytes, type SliceRow, targetOf } from "../../slices/index.ts";
import type { TrainingSlice } from "../training-slice.ts";
import { neighbourhoodsOf } from "./neighbourhood.ts";
import type { SampledSlice } from "./sampler.ts";
import { bytesPerSlice, type SharedSlice } from "./slice-memory.ts";

/** Converted slices at the network's size, with their neighbours: read once, kept while memory allows. */
export interface SliceStore {
  readonly rows: readonly SliceRow[];
  /** @throws `input.missing`, `image.unreadable` when a file is missing or damaged */
  get(index: number): Promise<TrainingSlice>;
}

/** What the sampler asks about a slice, from its mask's labels: 1 liver, 2 tumour in it. */
export function sampledSlice(row: SliceRow): SampledSlice {
  const labels = parseLabelCounts(row.labels);
  const hasTumour = labels.has(2);
  return { case: row.case, hasLiver: hasTumour || labels.has(1), hasTumour };
}

/** What slices may take of the memory, unless said otherwise: an eighth of it, in bytes. */
export const sliceBudget = (): number => memory() / 8;

/**
 * Opens the slices of some rows; nothing is read before it is asked for.
 *
 * @param options.neighbours - slices below and above that belong to a sample
 * @param options.budget - bytes that may be kept; what does not fit is read again each time
 */
export function openSliceStore(
  cohort: string,
  {
    rows,
    imageSize,
    neighbours = 0,
    budget = sliceBudget(),
  }: {
    readonly rows: readonly SliceRow[];
    readonly imageSize: number;
    readonly neighbours?: number;
    readonly budget?: number;
  },
): SliceStore {
  const kept = new Map<number, Promise<SharedSlice>>();
  const mostKept = Math.floor(budget / bytesPerSlice(imageSize));
  const neighbourhoods = neighbourhoodsOf(rows, neighbours);
  const read = (index: number): Promise<SharedSlice> => {
    const known = kept.get(index);
    if (known !== undefined) return known;
    const slice = readSlice(slicePaths(cohort, rows[index]), imageSize);
    if (kept.size < mostKept) kept.set(index, slice);
    return slice;
  };
  return {
    rows,
    async get(index) {
      const slices = await Promise.all(neighbourhoods.of[index].map(read));
      const { classes } = slices[neighbours];
      return { slices: slices.map(({ channels }) => channels), classes };
    },
  };
}

/** Where a slice's picture and mask are. */
export interface SlicePaths {
  readonly image: string;
  readonly mask: string;
}

export function slicePaths(cohort: string, { image, mask }: SliceRow): SlicePaths {
  if (mask === null) throw new HeparError("defect", `the slice ${image} has no mask to train on`);
  return { image: join(cohort, image), mask: join(cohort, mask) };
}

/**
 * A slice at the network's size.
 *
 * @throws `input.missing`, `image.unreadable`
 */
export async function readSlice({ image, mask }: SlicePaths, size: number): Promise<SharedSlice> {
  const [seen, truth] = await Promise.all([readImage(image), readMask(mask)]);
  const { width, height, channels } = seen;
  return {
    channels: resizeBytes(channels, { width, height, toWidth: size, toHeight: size }),
    classes: targetOf(truth, { size }),
  };
}
