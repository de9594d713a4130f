import { type Random, randomFrom } from "../core/index.ts";

/** What the drawing of batches asks about a training slice. */
export interface SampledSlice {
  readonly hasTumour: boolean;
}

/** How an epoch's batches are drawn. */
export interface Sampling {
  readonly batchSize: number;
  /** An epoch is the training slices once, but at most so many batches. */
  readonly mostSteps: number;
  /** Share of each batch that is drawn from slices with tumour, which are rare. */
  readonly tumourShare: number;
}

/** One batch to be made. */
export interface PlannedBatch {
  /** Positions among the training slices. */
  readonly slices: readonly number[];
  /** Seeds the changes made to its slices: the same plan gives the same batch, wherever it is made. */
  readonly seed: string;
}

/** Batches in an epoch; at least one, however few the slices. */
export const batchesPerEpoch = (
  slices: number,
  { batchSize, mostSteps }: Pick<Sampling, "batchSize" | "mostSteps">,
): number => Math.min(mostSteps, Math.max(1, Math.floor(slices / batchSize)));

/**
 * All batches of a training, in order. Each one's chance comes from the seed and its place alone, so
 * that a training that was broken off can go on from any batch and ends the same.
 *
 * @param options.from - batches that are done already
 */
export function* plannedBatches(
  slices: readonly SampledSlice[],
  options: Sampling & { readonly seed: number; readonly epochs: number; readonly from: number },
): Generator<PlannedBatch> {
  const { seed, epochs, from } = options;
  const perEpoch = batchesPerEpoch(slices.length, options);
  for (let epoch = Math.floor(from / perEpoch); epoch < epochs; epoch++) {
    const random = randomFrom(seed).fork(`epoch ${epoch}`);
    const batches = epochBatches(slices, { ...options, random });
    for (let batch = Math.max(0, from - epoch * perEpoch); batch < perEpoch; batch++) {
      yield { slices: batches[batch], seed: `${seed}/epoch ${epoch}/batch ${batch}` };
    }
  }
}

/**
 * The batches of one epoch, as slice numbers: each slice about once, and in each batch a share of
 * slices with tumour, which come round as often as that takes.
 *
 * @param slices - all training slices, by whether they show tumour
 * @returns at least one batch; the last few slices of a pass that fill no batch are left out
 */
export function epochBatches(
  slices: readonly SampledSlice[],
  { random, ...sampling }: Sampling & { readonly random: Random },
): number[][] {
  const { batchSize, tumourShare } = sampling;
  const all = slices.map((_, index) => index);
  const tumour = all.filter((index) => slices[index].hasTumour);
  const drawAny = endless(all, random.fork("any"));
  const drawTumour = endless(tumour, random.fork("tumour"));
  const fromTumour = tumour.length === 0 ? 0 : Math.round(tumourShare * batchSize);
  return Array.from({ length: batchesPerEpoch(slices.length, sampling) }, () =>
    Array.from({ length: batchSize }, (_, place) =>
      place < fromTumour ? drawTumour() : drawAny(),
    ),
  );
}

/** Items in shuffled order, again and again, each pass in a new one. */
function endless(items: readonly number[], random: Random): () => number {
  let queue: number[] = [];
  return () => {
    if (queue.length === 0) queue = random.shuffled(items);
    return queue.pop() ?? 0;
  };
}

/** At most `most` of the slices, evenly spaced: what is watched after each epoch. */
export function thinned<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, n) => items[Math.floor((n * items.length) / most)]);
}
