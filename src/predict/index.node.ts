export { openNetwork } from "./model.node.ts";
export { type MapChoices, type Prediction, predictCase, predictFile } from "./predict.node.ts";
