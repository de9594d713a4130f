import { type CatalogRow, type Columns, catalogColumns } from "../catalog/index.ts";

/** The columns that the study adds to the catalogue. All null where there is no usable mask. */
export interface StudyColumns {
  /** Liver including its tumours; null when the spacing is unknown. */
  readonly liver_ml: number | null;
  readonly tumour_ml: number | null;
  /** 26-connected tumour components. */
  readonly lesion_count: number | null;
}

/** The study's columns before there was a study, or where there is no mask. */
export const unstudied: StudyColumns = {
  liver_ml: null,
  tumour_ml: null,
  lesion_count: null,
};

/** A row of catalog.parquet once it has been studied. */
export type StudiedRow = CatalogRow & StudyColumns;

export const studiedColumns: Columns<StudiedRow> = {
  ...catalogColumns,
  liver_ml: "number",
  tumour_ml: "number",
  lesion_count: "whole",
};

/** One lesion of a reference mask: a row of lesions.parquet. */
export interface LesionRow {
  readonly case: string;
  /** 1 is the largest of its case. */
  readonly lesion: number;
  readonly voxels: number;
  /** null when the spacing is unknown, as are the positions. */
  readonly volume_ml: number | null;
  /** Centroid, RAS mm. */
  readonly x_mm: number | null;
  readonly y_mm: number | null;
  readonly z_mm: number | null;
  /** Axial slice (as in slices/) with the most of the lesion, counted from the feet, from 0. */
  readonly slice: number;
}

export const lesionColumns: Columns<LesionRow> = {
  case: "text",
  lesion: "whole",
  voxels: "whole",
  volume_ml: "number",
  x_mm: "number",
  y_mm: "number",
  z_mm: "number",
  slice: "whole",
};
