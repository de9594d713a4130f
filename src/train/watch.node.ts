import { randomFrom } from "../core/index.ts";
import type { NetworkVectors } from "../model/index.ts";
import { bestTarget, openSession } from "../onnx/index.node.ts";
import { sizeOf } from "../onnx/index.ts";
import { augmenterOf } from "./augment/augment.ts";
import { noAugmentation } from "./augment/augmentation.ts";
import { thinned } from "./batches/sampler.ts";
import type { SliceStore } from "./batches/slice-store.node.ts";
import { DiceTally } from "./dice-tally.ts";
import type { Recipe } from "./recipe.ts";
import { imageShapeOf, validationGraphOf } from "./step/recipe-graphs.ts";

/** What one look at slices that training does not learn from says. */
export interface WatchScores {
  readonly loss: number;
  /** Pooled over the slices at the network's size; null when there is neither truth nor finding. */
  readonly liverDice: number | null;
  readonly tumourDice: number | null;
}

/** Runs a recipe's network, with given numbers, over slices that training does not learn from. */
export interface Watch {
  /** At most 256 of the slices, evenly spaced, are looked at. */
  look(vectors: NetworkVectors, store: SliceStore): Promise<WatchScores>;
  release(): Promise<void>;
}

const mostWatched = 256;

/** Throws as `openSession`. */
export async function openWatch(
  recipe: Recipe,
  { threads }: { readonly threads: number },
): Promise<Watch> {
  const { batchSize, imageSize } = recipe;
  const session = await openSession(validationGraphOf(recipe, await bestTarget()), { threads });
  const pixels = imageSize * imageSize;
  const images = new Float32Array(sizeOf(imageShapeOf(recipe)));
  const labels = new Uint8Array(batchSize * pixels);
  const write = augmenterOf(noAugmentation, { size: imageSize });
  const fill = async (store: SliceStore, batch: readonly number[]): Promise<void> => {
    const slices = await Promise.all(batch.map((index) => store.get(index)));
    slices.forEach((slice, index) => {
      write(slice, { images, labels, index }, { random: randomFrom(0) });
    });
  };
  return {
    release: () => session.release(),
    async look({ weights, statistics }, store) {
      const indices = thinned([...store.rows.keys()], mostWatched);
      const tally = new DiceTally();
      let lossSum = 0;
      for (let start = 0; start < indices.length; start += batchSize) {
        const own = indices.slice(start, start + batchSize);
        // A short last batch is filled up with its first slice; only its own slices are counted.
        await fill(
          store,
          Array.from({ length: batchSize }, (_, n) => own[n] ?? own[0]),
        );
        const { logits, loss } = await session.run({ weights, statistics, image: images, labels });
        tally.add(logits, labels, { slices: own.length, pixels });
        lossSum += loss[0] * own.length;
      }
      return {
        loss: lossSum / indices.length,
        liverDice: tally.dice("liver"),
        tumourDice: tally.dice("tumour"),
      };
    },
  };
}
