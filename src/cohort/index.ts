export type { ConvertSummary } from "./convert-summary.ts";
export { type FigureName, figureNames, figureTable } from "./figure-table.ts";
export { layout } from "./layout.ts";
export type { CaseFailure, Omission, RunOutcome, StepRecord } from "./outcome.ts";
export { differenceText } from "./verification.ts";
