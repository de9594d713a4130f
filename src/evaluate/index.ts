export { type Agreement, agreementOf, blandAltman, consensusOf } from "./agreement.ts";
export { agreementLines } from "./agreement-text.ts";
export { type ScoredCase, unreferenced } from "./case-row.ts";
export { compareModels, type ScoreComparison } from "./compare.ts";
export { type FullSummary, type PatientCase, summariseFully } from "./full-summary.ts";
export { type LesionScoreRow, lesionScoreColumns } from "./lesion-row.ts";
export { type LitsCase, scoreLitsCase } from "./lits.ts";
export { type LitsSummary, summariseLits } from "./lits-summary.ts";
export { dice, iou, type Overlap, rvd, type Score } from "./overlap.ts";
export { type PairScores, type ScoreOptions, scorePair } from "./pair-scores.ts";
export {
  type CaseScoreRow,
  caseScoreColumns,
  type EvaluationSummary,
  type FullCaseRow,
  fullCaseColumns,
  type StructureSummary,
} from "./row.ts";
export { caseJson } from "./score-json.ts";
export { comparisonLines, litsLines, summaryLines } from "./score-text.ts";
export { summarise } from "./summarise.ts";
