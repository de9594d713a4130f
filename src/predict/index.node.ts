export { type LoadedModel, openModel } from "./model.node.ts";
export { type Prediction, predictCase, predictFile } from "./predict.node.ts";
export { type Segmentation, segment } from "./segment.node.ts";
