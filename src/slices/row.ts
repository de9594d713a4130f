import type { Columns } from "../catalog/index.ts";
import type { SliceOrientation } from "./orientation.ts";

/** One slice: a row of slices/slices.parquet. */
export interface SliceRow {
  readonly case: string;
  /** Its number in the scan, from the feet, from 0; in a `notebook` orientation, as stored. */
  readonly slice: number;
  /** Height of the slice's centre, RAS mm; null when the spacing is unknown. */
  readonly z_mm: number | null;
  readonly width: number;
  readonly height: number;
  /** How it was cut from the scan: the same for all slices of a cohort. */
  readonly orientation: SliceOrientation;
  /** Relative to the cohort folder. */
  readonly image: string;
  /** null when the case has no mask. */
  readonly mask: string | null;
  /** Labels present with their pixel counts, `0:65000 1:536`; null without a mask. */
  readonly labels: string | null;
  /** Of the mask as written; null without one. */
  readonly liver_pixels: number | null;
  readonly tumour_pixels: number | null;
  /** What was cut out of the scan's slice, in its pixels; all of it unless cropped. */
  readonly crop_x: number;
  readonly crop_y: number;
  readonly crop_width: number;
  readonly crop_height: number;
}

/** A slice in the index: with its place in splits.json, where there is one. */
export interface IndexedSlice extends SliceRow {
  /** The fold that holds the case out; null when none does. */
  readonly fold: number | null;
  /** What the case is for in the first fold: `train`, `watch` or `held-out`; null when unknown. */
  readonly split: "train" | "watch" | "held-out" | null;
}

export const sliceColumns: Columns<SliceRow> = {
  case: "text",
  slice: "whole",
  z_mm: "number",
  width: "whole",
  height: "whole",
  orientation: "text",
  image: "text",
  mask: "text",
  labels: "text",
  liver_pixels: "whole",
  tumour_pixels: "whole",
  crop_x: "whole",
  crop_y: "whole",
  crop_width: "whole",
  crop_height: "whole",
};

export const sliceIndexColumns: Columns<IndexedSlice> = {
  ...sliceColumns,
  fold: "whole",
  split: "text",
};
