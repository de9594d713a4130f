export { requireLabels } from "./check/are-labels.ts";
export type { Finding } from "./check/finding.ts";
export { checkMask } from "./check/pair.ts";
export type { CheckReport, ReportedFinding } from "./check/report.ts";
export type { Rule, Severity, Stage } from "./check/rule.ts";
export { type FindingCode, findingRules, isWarning } from "./check/rules.ts";
export { checkScan } from "./check/scan.ts";
export type { Columns, ColumnType } from "./columns.ts";
export { compareLabels } from "./declared-labels.ts";
export {
  countLabels,
  formatLabelCounts,
  type LabelCounts,
  parseLabelCounts,
} from "./label-counts.ts";
export { forEachLabelRun } from "./label-runs.ts";
export { type LayoutName, layoutNames, layouts } from "./layouts/index.ts";
export { type CatalogRow, catalogColumns } from "./row.ts";
export { type Totals, totalsOf } from "./totals.ts";
export { tumourShares } from "./tumour-shares.ts";
export {
  describeWarning,
  formatWarnings,
  linkDuplicates,
  parseWarnings,
  type Warning,
} from "./warnings.ts";
