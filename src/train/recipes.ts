import { type Augmentation, mildAugmentation, usualAugmentation } from "./augmentation.ts";
import type { Optimisation } from "./graphs.ts";
import { crossEntropyAndDice, type LossSettings } from "./loss.ts";
import { adamWDefaults } from "./optimisers.ts";
import { oneCycle, type Schedule } from "./schedule.ts";

/** How a network is built and trained: data, so that a new recipe is a row. */
export interface Recipe extends Optimisation {
  readonly name: string;
  /** Slices are stretched to imageSize × imageSize. */
  readonly imageSize: number;
  readonly widths: readonly number[];
  readonly convolutions: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** An epoch is the training slices once, but at most so many batches. */
  readonly mostStepsPerEpoch: number;
  /** The schedule's top. */
  readonly learningRate: number;
  readonly schedule: Schedule;
  readonly loss: LossSettings;
  /** Share of each batch that is drawn from slices with tumour, which are rare. */
  readonly tumourShare: number;
  readonly augmentation: Augmentation;
}

const small: Recipe = {
  name: "small",
  imageSize: 128,
  widths: [16, 32, 64, 128, 256],
  convolutions: 2,
  batchSize: 8,
  epochs: 16,
  mostStepsPerEpoch: 250,
  learningRate: 3e-3,
  schedule: oneCycle,
  loss: crossEntropyAndDice,
  optimiser: adamWDefaults,
  tumourShare: 1 / 3,
  augmentation: usualAugmentation,
};

export const recipes = {
  /** For the phantoms of `npm run demo`: a minute or two on two cores. */
  demo: {
    ...small,
    name: "demo",
    widths: [12, 24, 48, 96],
    epochs: 6,
    augmentation: mildAugmentation,
  },
  /** For a small machine: about twenty minutes for twenty scans. */
  small,
  /** For a day of training: twice the resolution and the width. */
  default: {
    ...small,
    name: "default",
    imageSize: 256,
    widths: [32, 64, 128, 256, 512],
    epochs: 60,
  },
} as const satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof recipes;
