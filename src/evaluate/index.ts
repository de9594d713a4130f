export {
  type CaseScoreRow,
  caseScoreColumns,
  type EvaluationSummary,
  type StructureSummary,
} from "./row.ts";
