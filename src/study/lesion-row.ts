import type { Columns } from "../catalog/index.ts";
import type { MeasuredDiameter } from "./lesion.ts";
import type { Lesion } from "./measure.ts";

/** One lesion of a reference mask: a row of lesions.parquet. Every mL and mm is null when the spacing is unknown. */
export interface LesionRow {
  readonly case: string;
  /** 1 is the largest of its case. */
  readonly lesion: number;
  readonly voxels: number;
  readonly volume_ml: number | null;
  /** Centroid, RAS mm. */
  readonly x_mm: number | null;
  readonly y_mm: number | null;
  readonly z_mm: number | null;
  /** Axial slice (as in slices/) with the most of the lesion, counted from the feet, from 0. */
  readonly slice: number;
  /** RECIST's longest diameter, and the longest at 90° to it on the same slice. */
  readonly longest_axial_diameter_mm: number | null;
  readonly perpendicular_axial_diameter_mm: number | null;
  /** Axial slice of these two, counted as `slice`. */
  readonly axial_slice: number | null;
  readonly longest_3d_diameter_mm: number | null;
  readonly surface_area_mm2: number | null;
  readonly sphericity: number | null;
  readonly mean_hu: number | null;
  readonly sd_hu: number | null;
  readonly min_hu: number | null;
  readonly p10_hu: number | null;
  readonly p25_hu: number | null;
  readonly median_hu: number | null;
  readonly p75_hu: number | null;
  readonly p90_hu: number | null;
  readonly max_hu: number | null;
  /** right or left, of the patient's liver. */
  readonly side: string | null;
  readonly right_of_divide_mm: number | null;
  readonly distance_to_liver_surface_mm: number | null;
  readonly touches_liver_surface: boolean | null;
  /** The ends of the diameters as indices of the stored mask: `[[i,j,k],[i,j,k]]`. */
  readonly longest_axial_ends_voxel: string | null;
  readonly perpendicular_axial_ends_voxel: string | null;
  readonly longest_3d_ends_voxel: string | null;
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
  longest_axial_diameter_mm: "number",
  perpendicular_axial_diameter_mm: "number",
  axial_slice: "whole",
  longest_3d_diameter_mm: "number",
  surface_area_mm2: "number",
  sphericity: "number",
  mean_hu: "number",
  sd_hu: "number",
  min_hu: "number",
  p10_hu: "number",
  p25_hu: "number",
  median_hu: "number",
  p75_hu: "number",
  p90_hu: "number",
  max_hu: "number",
  side: "text",
  right_of_divide_mm: "number",
  distance_to_liver_surface_mm: "number",
  touches_liver_surface: "yes-no",
  longest_axial_ends_voxel: "text",
  perpendicular_axial_ends_voxel: "text",
  longest_3d_ends_voxel: "text",
};

/** A lesion as a row of its case. */
export function lesionRowOf(
  name: string,
  { id, voxels, slice, shape, place, hu }: Lesion,
): LesionRow {
  return {
    case: name,
    lesion: id,
    voxels,
    volume_ml: shape?.volumeMl ?? null,
    x_mm: shape?.centroidMm[0] ?? null,
    y_mm: shape?.centroidMm[1] ?? null,
    z_mm: shape?.centroidMm[2] ?? null,
    slice,
    longest_axial_diameter_mm: shape?.longestAxial.lengthMm ?? null,
    perpendicular_axial_diameter_mm: shape?.perpendicularAxial.lengthMm ?? null,
    axial_slice: shape?.axialSlice ?? null,
    longest_3d_diameter_mm: shape?.longest3d.lengthMm ?? null,
    surface_area_mm2: shape?.surfaceAreaMm2 ?? null,
    sphericity: shape?.sphericity ?? null,
    mean_hu: hu?.meanHu ?? null,
    sd_hu: hu?.sdHu ?? null,
    min_hu: hu?.minHu ?? null,
    p10_hu: hu?.p10Hu ?? null,
    p25_hu: hu?.p25Hu ?? null,
    median_hu: hu?.medianHu ?? null,
    p75_hu: hu?.p75Hu ?? null,
    p90_hu: hu?.p90Hu ?? null,
    max_hu: hu?.maxHu ?? null,
    side: place?.side ?? null,
    right_of_divide_mm: place?.rightOfDivideMm ?? null,
    distance_to_liver_surface_mm: place?.distanceToLiverSurfaceMm ?? null,
    touches_liver_surface: place?.touchesLiverSurface ?? null,
    longest_axial_ends_voxel: endsText(shape?.longestAxial),
    perpendicular_axial_ends_voxel: endsText(shape?.perpendicularAxial),
    longest_3d_ends_voxel: endsText(shape?.longest3d),
  };
}

const endsText = (diameter: MeasuredDiameter | undefined): string | null =>
  diameter === undefined ? null : JSON.stringify(diameter.endsVoxel);
