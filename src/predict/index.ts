export {
  type Calibration,
  calibrationSchema,
  fitLesions,
  type LesionExample,
  leftOutProbabilities,
  lesionProbability,
  reliabilityOf,
} from "./calibration.ts";
export type { PredictedLesion } from "./lesions.ts";
export type { LoadedNetwork } from "./network.ts";
export type { PostProcessingStep } from "./post-process.ts";
export { type Segmentation, segment } from "./segment.ts";
export type { PredictionChoices, PredictionSettings } from "./settings.ts";
