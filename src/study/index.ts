export { findLesions, type Lesion } from "./lesions.ts";
export { type MeasuredLesion, type Measurement, measureLabels } from "./measure.ts";
export {
  type LesionRow,
  lesionColumns,
  type StudiedRow,
  type StudyColumns,
  studiedColumns,
  unstudied,
} from "./row.ts";
export { formatCatalogTable, type TableRow } from "./terminal-table.ts";
