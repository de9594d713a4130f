export { bodyOf, listComponents } from "./bodies.ts";
export { axialDiameters } from "./diameters.ts";
export type { HuStatistics } from "./hu-histogram.ts";
export type { LesionShape, MeasuredDiameter } from "./lesion.ts";
export { type LesionRow, lesionColumns } from "./lesion-row.ts";
export { cellSurfaces } from "./marching-cubes.ts";
export {
  type Lesion,
  type Measurement,
  type MeasureOptions,
  measureMask,
  measureScan,
} from "./measure.ts";
export { measurementJson } from "./measurement-json.ts";
export { measurementLines } from "./measurement-text.ts";
export type { Between } from "./outline.ts";
export type { LesionPlace } from "./place.ts";
export { type StudiedRow, type StudyColumns, studiedColumns, unstudied } from "./row.ts";
export { formatCatalogTable, type TableRow } from "./terminal-table.ts";
