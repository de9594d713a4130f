export {
  type Batch,
  firstState,
  openStepper,
  type StepLosses,
  type Stepper,
  type StepState,
} from "./stepper.node.ts";
export { type TrainOptions, type TrainResult, trainModel } from "./train.node.ts";
