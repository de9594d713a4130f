export { type Augmenter, augmenterOf, type BatchPlace } from "./augment/augment.ts";
export {
  type Augmentation,
  augmentationSchema,
  mildAugmentation,
  noAugmentation,
  strongAugmentation,
  usualAugmentation,
} from "./augment/augmentation.ts";
export {
  type RatePoint,
  type RateSuggestions,
  ratePointColumns,
  suggestRates,
} from "./rate-finder.ts";
export {
  type ArchitectureName,
  architectureOf,
  type NetworkChoice,
  parseRecipe,
  type Recipe,
} from "./recipe.ts";
export { type RecipeName, recipes, standardNetworks } from "./recipes.ts";
export { type EpochRow, epochColumns } from "./row.ts";
export {
  type Fold,
  type Split,
  type SplitCase,
  splitByPatient,
  splitHoldingOut,
} from "./split.ts";
export type { EncoderWeights } from "./step/encoder-weights.ts";
export { type Optimisation, type TrainingGraph, trainingGraph } from "./step/graphs.ts";
export { crossEntropyAndDice, type LossSettings, type LossTerm } from "./step/loss.ts";
export {
  type AdamWSettings,
  adamWDefaults,
  type OptimiserSettings,
  type SgdSettings,
  sgdDefaults,
} from "./step/optimisers.ts";
export { oneCycle, rateOf, type Schedule } from "./step/schedule.ts";
export { largestBatch, trainingMemory } from "./step/step-memory.ts";
export {
  type Batch,
  firstState,
  type StepLosses,
  type Stepper,
  type StepState,
  stepperOn,
  vectorsToUse,
} from "./step/stepper.ts";
export type { TrainingSlice } from "./training-slice.ts";
