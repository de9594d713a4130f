export { type Augmenter, augmenterOf, type BatchPlace } from "./augment.ts";
export {
  type Augmentation,
  augmentationSchema,
  mildAugmentation,
  noAugmentation,
  strongAugmentation,
  usualAugmentation,
} from "./augmentation.ts";
export type { EncoderWeights } from "./encoder-weights.ts";
export { type Optimisation, type TrainingGraph, trainingGraph } from "./graphs.ts";
export { crossEntropyAndDice, type LossSettings, type LossTerm } from "./loss.ts";
export {
  type AdamWSettings,
  adamWDefaults,
  type OptimiserSettings,
  type SgdSettings,
  sgdDefaults,
} from "./optimisers.ts";
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
export { oneCycle, rateOf, type Schedule } from "./schedule.ts";
export {
  type Fold,
  type Split,
  type SplitCase,
  splitByPatient,
  splitHoldingOut,
} from "./split.ts";
export { largestBatch, trainingMemory } from "./step-memory.ts";
export {
  type Batch,
  firstState,
  type StepLosses,
  type Stepper,
  type StepState,
  stepperOn,
  vectorsToUse,
} from "./stepper.ts";
export type { TrainingSlice } from "./training-slice.ts";
