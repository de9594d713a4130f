export { countOverlaps, dice, type Overlap, type Score } from "./overlap.ts";
export {
  type CaseScoreRow,
  caseScoreColumns,
  type EvaluationSummary,
  type StructureSummary,
} from "./row.ts";
export { summarise } from "./summarise.ts";
