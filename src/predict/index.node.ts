export { openNetwork } from "./model.node.ts";
export {
  lesionExamples,
  type MapChoices,
  type Prediction,
  predictCase,
  predictFile,
} from "./predict.node.ts";
