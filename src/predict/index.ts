export type { LoadedNetwork } from "./network.ts";
export type { PostProcessingStep } from "./post-process.ts";
export { type Segmentation, segment } from "./segment.ts";
export type { PredictionChoices, PredictionSettings } from "./settings.ts";
