export type { Columns, ColumnType } from "./columns.ts";
export { type CatalogRow, catalogColumns } from "./row.ts";
export { countLabels } from "./voxels.ts";
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
