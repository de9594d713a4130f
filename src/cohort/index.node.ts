export { checkOnThreads } from "./check.node.ts";
export {
  bringBackCohort,
  calibrateCohort,
  catalogueCohort,
  convertCohort,
  evaluateCohort,
  findCohortRate,
  predictCohort,
  reportCohort,
  runCohort,
  studyCohort,
  trainCohort,
  verifyCohort,
} from "./commands.node.ts";
export { exportNnunetCohort, type NnunetExport } from "./export-nnunet.node.ts";
export { exportOnnxModel } from "./export-onnx.node.ts";
export { makeFigure } from "./figure.node.ts";
export type { DataSource } from "./find-data.node.ts";
export type { RateFinding } from "./find-rate.node.ts";
export {
  predictScan,
  predictScans,
  type ScanFailure,
  type ScanPrediction,
} from "./predict-scan.node.ts";
export { type PatientReport, reportCase, reportScan } from "./report-scan.node.ts";
export type { TrainRequest } from "./request.node.ts";
export type { RunContext } from "./run.node.ts";
export type { RunChoices, RunResult } from "./run-all.node.ts";
