import { basename } from "node:path";
import type { HeparError } from "../core/index.ts";
import type { FoundCase } from "./found-case.ts";
import type { CatalogRow } from "./row.ts";

/** Why a case cannot be used, as its row says it. */
export function problemOf(
  kind: "scan" | "mask",
  path: string,
  { message, hint, code }: HeparError,
): Pick<CatalogRow, "problem" | "problem_code"> {
  const advice = hint === undefined ? "" : ` (${hint})`;
  return { problem: `${kind} ${basename(path)}: ${message}${advice}`, problem_code: code };
}

/** The row of a case of which nothing is known but its files. */
export const emptyRow = (found: FoundCase): CatalogRow => ({
  case: found.case,
  patient: found.patient ?? found.case,
  visit: found.visit ?? null,
  scan_source: found.scanPath,
  scan_name: basename(found.scanPath),
  mask_source: found.maskPath,
  mask_name: found.maskPath === null ? null : basename(found.maskPath),
  width: null,
  height: null,
  depth: null,
  spacing_x_mm: null,
  spacing_y_mm: null,
  spacing_z_mm: null,
  orientation: null,
  voxel_type: null,
  hu_min: null,
  hu_max: null,
  labels: null,
  has_tumour: null,
  tumour_percent: null,
  tumour_percent_of_liver: null,
  warnings: "",
  problem: null,
  problem_code: null,
  sha256: "",
  voxels_sha256: null,
  mask_voxels_sha256: null,
});
