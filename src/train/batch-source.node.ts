import { HeparError, randomFrom } from "../core/index.ts";
import { augmenterOf } from "./augment.ts";
import type { Augmentation } from "./augmentation.ts";
import type { PlannedBatch } from "./sampler.ts";
import type { SliceStore } from "./slice-store.node.ts";
import type { Batch } from "./stepper.ts";

/** A training's batches in order, made ahead of their use. */
export interface BatchSource {
  /**
   * The next batch. Its arrays are the source's again at the next call.
   *
   * @throws `input.missing`, `image.unreadable` when a slice of it cannot be read
   */
  next(): Promise<Batch>;
  /** Stops making batches and frees their memory. */
  close(): Promise<void>;
}

export interface BatchSourceOptions {
  readonly store: SliceStore;
  readonly batches: Iterable<PlannedBatch>;
  readonly imageSize: number;
  readonly augmentation: Augmentation;
}

/** Begins to make the batches of a plan. */
export function openBatchSource(options: BatchSourceOptions): BatchSource {
  const plan = options.batches[Symbol.iterator]();
  const begin = (): Promise<Batch> | undefined => {
    const planned = plan.next();
    if (planned.done) return undefined;
    const batch = makeBatch(planned.value, options);
    // Awaited later, or never if a step throws first: its failure must not end the process.
    batch.catch(() => {});
    return batch;
  };
  let ahead = begin();
  return {
    async next() {
      if (ahead === undefined) throw new HeparError("defect", "all planned batches were taken");
      const batch = await ahead;
      ahead = begin();
      return batch;
    },
    async close() {
      ahead = undefined;
    },
  };
}

async function makeBatch(
  { slices: indices, seed }: PlannedBatch,
  { store, imageSize: size, augmentation: settings }: BatchSourceOptions,
): Promise<Batch> {
  const image = new Float32Array(indices.length * 3 * size * size);
  const labels = new Uint8Array(indices.length * size * size);
  const slices = await Promise.all(indices.map((index) => store.get(index)));
  const augment = augmenterOf(settings, { size });
  slices.forEach((slice, index) => {
    augment(slice, { images: image, labels, index }, { random: randomFrom(seed).fork(index) });
  });
  return { image, labels };
}
