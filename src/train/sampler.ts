import type { Random } from "../core/index.ts";

/**
 * The batches of one epoch, as slice numbers: each slice about once, and in each batch a share of
 * slices with tumour, which come round as often as that takes.
 *
 * @param slices - all training slices, by whether they show tumour
 * @returns at least one batch; the last few slices of a pass that fill no batch are left out
 */
export function epochBatches(
  slices: readonly { readonly hasTumour: boolean }[],
  {
    batchSize,
    mostSteps,
    tumourShare,
    random,
  }: {
    readonly batchSize: number;
    readonly mostSteps: number;
    readonly tumourShare: number;
    readonly random: Random;
  },
): number[][] {
  const all = slices.map((_, index) => index);
  const tumour = all.filter((index) => slices[index].hasTumour);
  const drawAny = endless(all, random.fork("any"));
  const drawTumour = endless(tumour, random.fork("tumour"));
  const fromTumour = tumour.length === 0 ? 0 : Math.round(tumourShare * batchSize);
  const steps = Math.min(mostSteps, Math.max(1, Math.floor(slices.length / batchSize)));
  return Array.from({ length: steps }, () =>
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
