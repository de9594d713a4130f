import { type Random, randomFrom } from "../../core/index.ts";

/** What the drawing of batches asks about a training slice. */
export interface SampledSlice {
  readonly case: string;
  /** Tumour counts as liver. */
  readonly hasLiver: boolean;
  readonly hasTumour: boolean;
}

/** How an epoch's batches are drawn. */
export interface Sampling {
  readonly batchSize: number;
  /** Batches a step; 1 if not given. An epoch ends with a whole step. */
  readonly accumulate?: number | undefined;
  /** An epoch is the training slices once, but at most so many steps. */
  readonly mostSteps: number;
  /** Share of each batch that is drawn from slices with tumour, which are rare. */
  readonly tumourShare: number;
  /** Share of each batch that is drawn, besides, from slices with liver; 0 if not given. */
  readonly liverShare?: number | undefined;
  /** Each case is as likely as any other, however many slices it has. */
  readonly byCase?: boolean | undefined;
}

/** One batch to be made. */
export interface PlannedBatch {
  /** Positions among the training slices. */
  readonly slices: readonly number[];
  /** Seeds the changes made to its slices: the same plan gives the same batch, wherever it is made. */
  readonly seed: string;
}

type Lengths = Pick<Sampling, "batchSize" | "accumulate" | "mostSteps">;

/** Steps in an epoch; at least one, however few the slices. */
export const stepsPerEpoch = (
  slices: number,
  { batchSize, accumulate = 1, mostSteps }: Lengths,
): number => Math.min(mostSteps, Math.max(1, Math.floor(slices / (batchSize * accumulate))));

/** Batches in an epoch: those of its steps. */
export const batchesPerEpoch = (slices: number, sampling: Lengths): number =>
  stepsPerEpoch(slices, sampling) * (sampling.accumulate ?? 1);

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
 * The batches of one epoch, as slice numbers: each slice about once, and in each batch its shares of
 * slices with tumour and with liver, which come round as often as that takes. Where no slice has
 * tumour, or liver, its share goes to any slice.
 *
 * @param slices - one or more
 * @returns at least one step's; the last few slices of a pass that fill no step are left out
 */
export function epochBatches(
  slices: readonly SampledSlice[],
  { random, ...sampling }: Sampling & { readonly random: Random },
): number[][] {
  const { batchSize, tumourShare, liverShare = 0, byCase = false } = sampling;
  const drawFrom = (name: string, indices: readonly number[]): Draw =>
    byCase
      ? endlessByCase(indices, { caseOf: (at) => slices[at].case, random: random.fork(name) })
      : endless(indices, random.fork(name));
  const all = [...slices.keys()];
  const liver = all.filter((index) => slices[index].hasLiver);
  const tumour = all.filter((index) => slices[index].hasTumour);
  const drawAny = drawFrom("any", all);
  const drawLiver = liver.length === 0 ? drawAny : drawFrom("liver", liver);
  const drawTumour = tumour.length === 0 ? drawAny : drawFrom("tumour", tumour);
  const withTumour = Math.round(tumourShare * batchSize);
  const withLiver = withTumour + Math.round(liverShare * batchSize);
  const draw = (place: number): number =>
    place < withTumour ? drawTumour() : place < withLiver ? drawLiver() : drawAny();
  return Array.from({ length: batchesPerEpoch(slices.length, sampling) }, () =>
    Array.from({ length: batchSize }, (_, place) => draw(place)),
  );
}

type Draw = () => number;

/** Items (one or more) in shuffled order, again and again, each pass in a new one. */
function endless<Item>(items: readonly Item[], random: Random): () => Item {
  let queue: Item[] = [];
  return () => {
    if (queue.length === 0) queue = random.shuffled(items);
    return queue.pop() as Item;
  };
}

/** The next case's next slice, each case's slices in shuffled order, again and again. */
function endlessByCase(
  indices: readonly number[],
  { caseOf, random }: { readonly caseOf: (index: number) => string; readonly random: Random },
): Draw {
  const cases = new Map<string, number[]>();
  for (const index of indices) {
    cases.set(caseOf(index), [...(cases.get(caseOf(index)) ?? []), index]);
  }
  const draws = [...cases].map(([name, own]) => endless(own, random.fork(`case ${name}`)));
  const nextCase = endless(draws, random.fork("cases"));
  return () => nextCase()();
}

/** At most `most` of the slices, evenly spaced: what is watched after each epoch. */
export function thinned<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, n) => items[Math.floor((n * items.length) / most)]);
}
