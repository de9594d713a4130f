import { HeparError } from "../core/index.ts";
import {
  axisCodes,
  type CtVolume,
  cornerDistanceMm,
  type Grid,
  type LabelVolume,
  requireSameShape,
  spacingIsKnown,
  spacingOf,
} from "../volume/index.ts";
import { countLabels, formatLabelCounts } from "./label-counts.ts";
import type { CatalogRow } from "./row.ts";
import { rangeOf } from "./voxels.ts";
import type { Warning, WarningCode } from "./warnings.ts";

/** Warnings about a case, before they become a cell of the table. */
export type Warnings = readonly Warning<WarningCode>[];

type ScanColumns = Pick<
  CatalogRow,
  | "width"
  | "height"
  | "depth"
  | "spacing_x_mm"
  | "spacing_y_mm"
  | "spacing_z_mm"
  | "orientation"
  | "hu_min"
  | "hu_max"
>;

/** Above this the coldest voxel is too warm for air (−1000 HU), which every whole slice shows. */
const warmestAir = -500;

/** What a scan's voxels and geometry say, and what is odd about them. */
export function inspectScan(scan: CtVolume): { columns: ScanColumns; warnings: Warnings } {
  const [width, height, depth] = scan.dims;
  const spacing = spacingIsKnown(scan) ? spacingOf(scan.affine) : [null, null, null];
  const orientation = scan.affineFrom === "default" ? null : axisCodes(scan.affine);
  const { min, max } = rangeOf(scan);
  const range = `${min}..${max}`;
  return {
    columns: {
      width,
      height,
      depth,
      spacing_x_mm: spacing[0],
      spacing_y_mm: spacing[1],
      spacing_z_mm: spacing[2],
      orientation,
      hu_min: min,
      hu_max: max,
    },
    warnings: [
      ...when(spacing[0] === null, "spacing-unknown"),
      ...when(orientation === null, "orientation-unknown"),
      ...when(scan.dims.includes(1), "single-slice"),
      ...when(min >= 0, "intensities-not-hu", range),
      ...when(min < 0 && min > warmestAir, "intensities-cut", range),
    ],
  };
}

/**
 * What a mask says, and what is odd about it and its place on the scan.
 *
 * @throws `geometry.mismatch` when the shapes differ; `geometry.orientation` when the axes run in
 *   other directions
 */
export function inspectMask(
  mask: LabelVolume,
  scan: Grid,
): { columns: Pick<CatalogRow, "labels">; warnings: Warnings } {
  requireSameShape(scan, mask);
  const counts = countLabels(mask.voxels);
  const unexpected = [...counts].filter(([label]) => ![0, 1, 2].includes(label));
  return {
    columns: { labels: formatLabelCounts(counts) },
    warnings: [
      ...comparePlaces(scan, mask),
      ...when(unexpected.length > 0, "labels-unexpected", shortened(unexpected)),
      ...when(!counts.has(1) && !counts.has(2), "mask-empty"),
      ...when(!counts.has(1) && counts.has(2), "tumour-without-liver"),
    ],
  };
}

/** The first ten: a scan given as its own mask has thousands. */
function shortened(counts: readonly (readonly [number, number])[]): string {
  const more = counts.length > 10 ? ` and ${counts.length - 10} more` : "";
  return formatLabelCounts(counts.slice(0, 10)) + more;
}

/**
 * Whether the headers place the mask where the scan is. Half of the smallest voxel edge, at any
 * corner, passes: rounding in headers is far below (LiTS: 0.0003 mm), a shift by a slice above.
 *
 * A mask whose axes run in other directions is refused, not warned about: laid on voxel by voxel,
 * as everything after this does, it would mark the mirrored side of the patient, and nothing
 * downstream could notice. If only its header is wrong, writing it anew mends it.
 */
function comparePlaces(scan: Grid, mask: Grid): Warnings {
  const unplaced = [scan, mask].filter(({ affineFrom }) => affineFrom === "default");
  if (unplaced.length > 0) {
    const which = unplaced[0] === scan ? "scan's" : "mask's";
    return when(unplaced.length === 1, "geometry-one-sided", which);
  }
  const distance = cornerDistanceMm(scan, mask);
  if (distance <= Math.min(...spacingOf(scan.affine)) / 2) return [];
  const [expected, found] = [axisCodes(scan.affine), axisCodes(mask.affine)];
  if (expected !== found) {
    throw new HeparError(
      "geometry.orientation",
      `the mask's axes run in other directions than its scan's: expected ${expected}, got ${found}`,
      { hint: "save the mask again on the scan's own grid, with the scan's header" },
    );
  }
  return when(true, "affine-mismatch", `${distance.toFixed(2)} mm`);
}

const when = (yes: boolean, code: WarningCode, detail = ""): Warnings =>
  yes ? [{ code, detail }] : [];
