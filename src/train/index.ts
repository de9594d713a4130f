export { type AdamWSettings, adamWDefaults } from "./adamw.ts";
export { type Augmentation, noAugmentation } from "./augment.ts";
export { type TrainingGraph, trainingGraph } from "./graphs.ts";
export { crossEntropyAndDice, type LossSettings, type LossTerm } from "./loss.ts";
export { type Recipe, type RecipeName, recipes } from "./recipes.ts";
export { type EpochRow, epochColumns } from "./row.ts";
export { type Fold, type Split, type SplitCase, splitByPatient } from "./split.ts";
