import { networkOf } from "../../model/index.ts";
import type { Shape, Target } from "../../onnx/index.ts";
import type { Sampling } from "../batches/sampler.ts";
import { architectureOf, type Recipe } from "../recipe.ts";
import { type TrainingGraph, trainingGraph, validationGraph } from "./graphs.ts";

/** Of a recipe's batches: [n, channels, size, size]. */
export const imageShapeOf = (recipe: Recipe): Shape => [
  recipe.batchSize,
  architectureOf(recipe).channels,
  recipe.imageSize,
  recipe.imageSize,
];

/** @throws `model.invalid`, `graph.shape` when the network cannot be built for the recipe's images */
export const trainingGraphOf = (recipe: Recipe, target: Target): TrainingGraph =>
  trainingGraph(networkOf(architectureOf(recipe)), { ...stepSettingsOf(recipe), target });

/** Forward and loss of a recipe's network. Throws as `trainingGraphOf`. */
export const validationGraphOf = (recipe: Recipe, target: Target): Uint8Array =>
  validationGraph(networkOf(architectureOf(recipe)), {
    imageShape: imageShapeOf(recipe),
    loss: recipe.loss,
    target,
  });

/** What a recipe's step is made of. */
export const stepSettingsOf = (recipe: Recipe) => ({
  imageShape: imageShapeOf(recipe),
  loss: recipe.loss,
  optimiser: recipe.optimiser,
  clipNorm: recipe.clipNorm,
  averageDecay: recipe.averageDecay,
  accumulate: recipe.accumulate,
});

/** How a recipe draws its batches. */
export const samplingOf = (recipe: Recipe): Sampling => ({
  batchSize: recipe.batchSize,
  accumulate: recipe.accumulate,
  mostSteps: recipe.mostStepsPerEpoch,
  tumourShare: recipe.tumourShare,
  liverShare: recipe.liverShare,
  byCase: recipe.byCase,
});
