import type { Columns } from "./columns.ts";

/**
 * One case of the catalogue, as its file's columns. `null` where a value does not exist: no mask,
 * a scan that could not be read, or a size in millimetres that nobody knows.
 */
export interface CatalogRow {
  /** Scan name without ending, `volume-0`: the case's name in every other table and folder. */
  readonly case: string;
  /** Who it is: cases with one patient are never split between training and held-out. */
  readonly patient: string;
  /** Which of the patient's visits, such as `ses-01` or a date; null where nothing says. */
  readonly visit: string | null;
  /** Absolute path of the scan file. */
  readonly scan_source: string;
  readonly scan_name: string;
  readonly mask_source: string | null;
  readonly mask_name: string | null;
  /** Voxels along the stored axes. */
  readonly width: number | null;
  readonly height: number | null;
  readonly depth: number | null;
  /** null when the file does not know its spacing. */
  readonly spacing_x_mm: number | null;
  readonly spacing_y_mm: number | null;
  readonly spacing_z_mm: number | null;
  /** Directions in which the stored axes grow, such as LAS; null when the file gives none. */
  readonly orientation: string | null;
  readonly voxel_type: string | null;
  readonly hu_min: number | null;
  readonly hu_max: number | null;
  /** Labels in the mask with their voxel counts: `0:1044388 1:69347 2:377`. */
  readonly labels: string | null;
  /** null without a usable mask, as are the next two. */
  readonly has_tumour: boolean | null;
  /** Tumour voxels, percent of all voxels of the scan. */
  readonly tumour_percent: number | null;
  /** Tumour, percent of the liver including its tumours (the burden); null without liver. */
  readonly tumour_percent_of_liver: number | null;
  /** Codes with details, `; ` between them: `spacing-unknown; labels-unexpected 3:120`. */
  readonly warnings: string;
  /** Why the case cannot be used, in English; null when it can. */
  readonly problem: string | null;
  readonly problem_code: string | null;
  /** Of the scan's bytes and, after a space, of the mask's. */
  readonly sha256: string;
  /** Of the scan's size and voxels in HU, however the file is packed; null when it was not read. */
  readonly voxels_sha256: string | null;
  /** Of the mask's size and labels; null without a usable mask. */
  readonly mask_voxels_sha256: string | null;
}

export const catalogColumns: Columns<CatalogRow> = {
  case: "text",
  patient: "text",
  visit: "text",
  scan_source: "text",
  scan_name: "text",
  mask_source: "text",
  mask_name: "text",
  width: "whole",
  height: "whole",
  depth: "whole",
  spacing_x_mm: "number",
  spacing_y_mm: "number",
  spacing_z_mm: "number",
  orientation: "text",
  voxel_type: "text",
  hu_min: "number",
  hu_max: "number",
  labels: "text",
  has_tumour: "yes-no",
  tumour_percent: "number",
  tumour_percent_of_liver: "number",
  warnings: "text",
  problem: "text",
  problem_code: "text",
  sha256: "text",
  voxels_sha256: "text",
  mask_voxels_sha256: "text",
};
