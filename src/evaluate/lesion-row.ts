import type { Columns } from "../catalog/index.ts";

/** One lesion of a reference or of a prediction: a row of evaluation/<model>/lesions.csv. */
export interface LesionScoreRow {
  readonly case: string;
  readonly side: "reference" | "prediction";
  /** Counted from 1 in order of first voxel. */
  readonly lesion: number;
  readonly voxels: number;
  /** null when the spacing is unknown. */
  readonly volume_ml: number | null;
  /** RECIST's, from voxel boundary to boundary; null when the spacing is unknown. */
  readonly longest_axial_diameter_mm: number | null;
  /** Whether it shares a voxel with any lesion of the other side. */
  readonly overlaps: boolean;
  /** The lesion of the other side that it is paired with, one to one, the largest IoU first; null: none. */
  readonly match: number | null;
  /** Of that pair; 0 without one. */
  readonly iou: number;
}

export const lesionScoreColumns: Columns<LesionScoreRow> = {
  case: "text",
  side: "text",
  lesion: "whole",
  voxels: "whole",
  volume_ml: "number",
  longest_axial_diameter_mm: "number",
  overlaps: "yes-no",
  match: "whole",
  iou: "number",
};
