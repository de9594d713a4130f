export {
  catalogueCohort,
  convertCohort,
  evaluateCohort,
  predictCohort,
  reportCohort,
  runCohort,
  studyCohort,
  trainCohort,
} from "./commands.node.ts";
export { predictScan, type ScanPrediction } from "./predict-scan.node.ts";
export type { RunContext } from "./run.node.ts";
export type { RunChoices, RunResult } from "./run-all.node.ts";
export type { TrainChoices } from "./train.node.ts";
