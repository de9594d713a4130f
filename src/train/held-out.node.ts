import { randomFrom } from "../core/index.ts";
import type { NetworkVectors } from "../model/index.ts";
import { openSession } from "../onnx/index.node.ts";
import { augmenterOf } from "./augment.ts";
import { noAugmentation } from "./augmentation.ts";
import { DiceTally } from "./dice-tally.ts";
import type { SliceStore } from "./slice-store.node.ts";

/** What one look at the held-out slices says. */
export interface HeldOutScores {
  readonly loss: number;
  /** Pooled over the slices at the network's size; null when there is neither truth nor finding. */
  readonly liverDice: number | null;
  readonly tumourDice: number | null;
}

/** Runs the network, with given numbers, over slices that training never sees. */
export interface HeldOutWatch {
  look(vectors: NetworkVectors): Promise<HeldOutScores>;
  release(): Promise<void>;
}

export interface HeldOutSettings {
  /** The validation graph's ONNX bytes. */
  readonly model: Uint8Array;
  /** Slices of the store to look at; one or more. */
  readonly indices: readonly number[];
  readonly batchSize: number;
  readonly imageSize: number;
  readonly threads: number;
}

export async function openHeldOutWatch(
  store: SliceStore,
  { model, indices, batchSize, imageSize, threads }: HeldOutSettings,
): Promise<HeldOutWatch> {
  const session = await openSession(model, { threads });
  const pixels = imageSize * imageSize;
  const images = new Float32Array(batchSize * 3 * pixels);
  const labels = new Uint8Array(batchSize * pixels);

  const write = augmenterOf(noAugmentation, { size: imageSize });
  const fill = async (batch: readonly number[]): Promise<void> => {
    const slices = await Promise.all(batch.map((index) => store.get(index)));
    slices.forEach((slice, index) => {
      write(slice, { images, labels, index }, { random: randomFrom(0) });
    });
  };

  return {
    release: () => session.release(),
    async look({ weights, statistics }) {
      const tally = new DiceTally();
      let lossSum = 0;
      for (let start = 0; start < indices.length; start += batchSize) {
        const own = indices.slice(start, start + batchSize);
        // A short last batch is filled up with its first slice; only its own slices are counted.
        await fill(Array.from({ length: batchSize }, (_, n) => own[n] ?? own[0]));
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
