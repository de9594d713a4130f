export { type FindRateOptions, findRate } from "./find-rate.node.ts";
export { openStepper } from "./step/stepper.node.ts";
export { type TrainOptions, type TrainResult, trainModel } from "./train.node.ts";
