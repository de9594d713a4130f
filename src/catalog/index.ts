export type { Columns, ColumnType } from "./columns.ts";
export {
  countLabels,
  formatLabelCounts,
  type LabelCounts,
  parseLabelCounts,
} from "./label-counts.ts";
export { type LayoutName, layoutNames, layouts } from "./layouts/index.ts";
export { type CatalogRow, catalogColumns } from "./row.ts";
export { tumourShares } from "./tumour-shares.ts";
export {
  describeWarning,
  formatWarnings,
  isWarningCode,
  linkDuplicates,
  parseWarnings,
  type Warning,
  type WarningCode,
  warningSentences,
} from "./warnings.ts";
