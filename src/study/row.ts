import { type CatalogRow, type Columns, catalogColumns } from "../catalog/index.ts";
import type { HuStatistics } from "./hu-histogram.ts";
import type { Measurement } from "./measure.ts";

/** The columns that the study adds to the catalogue. All null where there is no usable mask. */
export interface StudyColumns {
  /** Liver including its tumours; null when the spacing is unknown, as is every mL and mm. */
  readonly liver_ml: number | null;
  readonly tumour_ml: number | null;
  /** 26-connected tumour components. */
  readonly lesion_count: number | null;
  /** By volume; null without a lesion. */
  readonly largest_lesion_ml: number | null;
  /** Of all lesions, in an axial slice; null without a lesion. */
  readonly longest_axial_diameter_mm: number | null;
  /** Of all voxels. */
  readonly scan_mean_hu: number | null;
  readonly scan_sd_hu: number | null;
  readonly scan_p10_hu: number | null;
  readonly scan_p25_hu: number | null;
  readonly scan_median_hu: number | null;
  readonly scan_p75_hu: number | null;
  readonly scan_p90_hu: number | null;
  /** Of the liver without its tumours; null where it has no voxel. */
  readonly liver_mean_hu: number | null;
  readonly liver_sd_hu: number | null;
  readonly liver_p10_hu: number | null;
  readonly liver_p25_hu: number | null;
  readonly liver_median_hu: number | null;
  readonly liver_p75_hu: number | null;
  readonly liver_p90_hu: number | null;
  /** Of all tumour voxels; null without a tumour. */
  readonly tumour_mean_hu: number | null;
  readonly tumour_sd_hu: number | null;
  readonly tumour_p10_hu: number | null;
  readonly tumour_p25_hu: number | null;
  readonly tumour_median_hu: number | null;
  readonly tumour_p75_hu: number | null;
  readonly tumour_p90_hu: number | null;
}

const addedColumns: Columns<StudyColumns> = {
  liver_ml: "number",
  tumour_ml: "number",
  lesion_count: "whole",
  largest_lesion_ml: "number",
  longest_axial_diameter_mm: "number",
  scan_mean_hu: "number",
  scan_sd_hu: "number",
  scan_p10_hu: "number",
  scan_p25_hu: "number",
  scan_median_hu: "number",
  scan_p75_hu: "number",
  scan_p90_hu: "number",
  liver_mean_hu: "number",
  liver_sd_hu: "number",
  liver_p10_hu: "number",
  liver_p25_hu: "number",
  liver_median_hu: "number",
  liver_p75_hu: "number",
  liver_p90_hu: "number",
  tumour_mean_hu: "number",
  tumour_sd_hu: "number",
  tumour_p10_hu: "number",
  tumour_p25_hu: "number",
  tumour_median_hu: "number",
  tumour_p75_hu: "number",
  tumour_p90_hu: "number",
};

/** The study's columns before there was a study, or where there is no mask. */
export const unstudied = Object.fromEntries(
  Object.keys(addedColumns).map((name) => [name, null]),
) as { readonly [Name in keyof StudyColumns]: null };

/** A row of catalog.parquet once it has been studied. */
export type StudiedRow = CatalogRow & StudyColumns;

export const studiedColumns: Columns<StudiedRow> = { ...catalogColumns, ...addedColumns };

/** A measured case as the study's columns. */
export function studyColumnsOf(measured: Measurement): StudyColumns {
  const { liverMl, tumourMl, lesions, scanHu, liverHu, tumourHu } = measured;
  const diameters = lesions.flatMap(({ shape }) => shape?.longestAxial.lengthMm ?? []);
  return {
    liver_ml: liverMl,
    tumour_ml: tumourMl,
    lesion_count: lesions.length,
    largest_lesion_ml: lesions[0]?.shape?.volumeMl ?? null,
    longest_axial_diameter_mm: diameters.length === 0 ? null : Math.max(...diameters),
    ...huColumns("scan", scanHu),
    ...huColumns("liver", liverHu),
    ...huColumns("tumour", tumourHu),
  };
}

type HuName = "mean" | "sd" | "p10" | "p25" | "median" | "p75" | "p90";

const huColumns = <Part extends string>(part: Part, hu: HuStatistics | null) =>
  ({
    [`${part}_mean_hu`]: hu?.meanHu ?? null,
    [`${part}_sd_hu`]: hu?.sdHu ?? null,
    [`${part}_p10_hu`]: hu?.p10Hu ?? null,
    [`${part}_p25_hu`]: hu?.p25Hu ?? null,
    [`${part}_median_hu`]: hu?.medianHu ?? null,
    [`${part}_p75_hu`]: hu?.p75Hu ?? null,
    [`${part}_p90_hu`]: hu?.p90Hu ?? null,
  }) as { readonly [Name in `${Part}_${HuName}_hu`]: number | null };
