import type { Columns } from "../catalog/index.ts";
import type { SliceOrientation } from "./orientation.ts";

/** One slice: a row of slices/slices.parquet. */
export interface SliceRow {
  readonly case: string;
  /** From the feet, from 0; in a `notebook` orientation, as stored. */
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
};
