export { type TrainOptions, type TrainResult, trainModel } from "./train.node.ts";
