import {
  lesionAugmentation,
  mildAugmentation,
  noAugmentation,
  usualAugmentation,
} from "./augment/augmentation.ts";
import type { ArchitectureName, NetworkChoice, Recipe } from "./recipe.ts";
import { crossEntropyAndDice } from "./step/loss.ts";
import { adamWDefaults } from "./step/optimisers.ts";
import { oneCycle } from "./step/schedule.ts";

const small: Recipe = {
  name: "small",
  about: "for a small machine: about twenty minutes for twenty scans on two cores",
  network: { architecture: "unet", widths: [16, 32, 64, 128, 256], convolutions: 2 },
  imageSize: 128,
  neighbours: 0,
  batchSize: 8,
  accumulate: 1,
  epochs: 16,
  mostStepsPerEpoch: 250,
  learningRate: 3e-3,
  schedule: oneCycle,
  optimiser: adamWDefaults,
  loss: crossEntropyAndDice,
  tumourShare: 1 / 3,
  liverShare: 0,
  byCase: false,
  augmentation: usualAugmentation,
  members: 1,
  mirrors: false,
  smallestTumour: 0,
};

/** The built-in recipes; a new one is a row. */
export const recipes = {
  demo: {
    ...small,
    name: "demo",
    about: "for the phantoms of npm run demo: a minute or two on two cores",
    network: { architecture: "unet", widths: [12, 24, 48, 96], convolutions: 2 },
    epochs: 6,
    augmentation: mildAugmentation,
  },
  small,
  default: {
    ...small,
    name: "default",
    about: "for a day of training: twice the resolution and the width of small",
    network: { architecture: "unet", widths: [32, 64, 128, 256, 512], convolutions: 2 },
    imageSize: 256,
    epochs: 60,
  },
  accurate: {
    ...small,
    name: "accurate",
    about:
      "the best scores that an hour on two cores gives: 256², neighbours, painted lesions, two networks",
    network: { architecture: "unet", widths: [16, 32, 64, 128, 192], convolutions: 2 },
    imageSize: 256,
    neighbours: 1,
    batchSize: 4,
    epochs: 11,
    members: 2,
    averageDecay: 0.998,
    clipNorm: 12,
    liverShare: 1 / 3,
    byCase: true,
    augmentation: lesionAugmentation,
    smallestTumour: 100,
    tumourThreshold: 0.7,
  },
  /**
   * fastai's `unet_learner(dls, resnet34)` and `fine_tune(5, wd=0.1)` on 128 × 128 and batches of 16,
   * as the LiTS notebooks have it. Not equal to theirs, for good or by nature: their encoder starts
   * from ImageNet's weights (give --encoder-weights) and is frozen in the first of six epochs, with
   * rates a hundred times lower at its bottom; their momentum goes down as the rate goes up; and their
   * random split puts neighbouring slices of one patient on both sides, ours never does.
   */
  notebook: {
    ...small,
    name: "notebook",
    about:
      "as the fastai notebooks: ResNet-34 U-Net, 128², batches of 16, cross-entropy, no augmentation",
    network: { architecture: "resnet34-unet", imageNet: true },
    batchSize: 16,
    epochs: 6,
    mostStepsPerEpoch: 100_000,
    learningRate: 1e-3,
    // fine_tune's second part: rise 0.3, from a fifth of the maximum, down to 1/100,000 of it
    schedule: { kind: "one-cycle", rise: 0.3, startFactor: 5, endFactor: 20_000 },
    // fastai's Adam: decoupled decay, ε = 1e-5, a β₂ of 0.99
    optimiser: { ...adamWDefaults, beta2: 0.99, epsilon: 1e-5, weightDecay: 0.1 },
    loss: { terms: [{ kind: "cross-entropy", weight: 1 }] },
    tumourShare: 0,
    augmentation: noAugmentation,
  },
} as const satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof recipes;

/** The network that an architecture's name alone stands for. */
export const standardNetworks: {
  readonly [Name in ArchitectureName]: Extract<NetworkChoice, { architecture: Name }>;
} = {
  unet: small.network as Extract<NetworkChoice, { architecture: "unet" }>,
  unet2015: { architecture: "unet2015", widths: [64, 128, 256, 512, 1024], mirrored: true },
  "resnet34-unet": { architecture: "resnet34-unet", imageNet: true },
};
