export { type LoadedModel, openModel } from "./model.node.ts";
export { type Prediction, predictCase } from "./predict.node.ts";
export { segment } from "./segment.node.ts";
