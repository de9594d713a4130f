import { HeparError, type Mm, mm } from "../core/index.ts";
import { applyAffine, spacingOf } from "./affine.ts";
import {
  describeGridDifference,
  type GridDifference,
  placeDifferences,
  short,
} from "./grid-difference.ts";
import { axisCodes, reorientGrid } from "./orientation.ts";
import { cornerDistanceMm, type Grid } from "./volume.ts";

/** What `compareGrids` finds. */
export interface GridComparison {
  /** No difference beyond the tolerance. */
  readonly same: boolean;
  readonly toleranceMm: Mm;
  /** Between the places that the two give a corner of the box; null when the shapes differ. */
  readonly distanceMm: Mm | null;
  /** [] exactly when they are the same. */
  readonly differences: readonly GridDifference[];
}

/**
 * What passes for rounding: half the smallest voxel edge. Up to there the nearest voxel of one grid
 * is that of the other; LiTS headers differ by 0.0003 mm, and a shift by one slice is never less
 * than twice the tolerance.
 */
export const gridToleranceMm = ({ affine }: Pick<Grid, "affine">): Mm =>
  mm(Math.min(...spacingOf(affine)) / 2);

/**
 * Whether voxel (i, j, k) of two grids is the same place in the patient, and if not, what differs.
 * They are the same when their shapes are equal and no corner of their boxes is further apart than
 * the tolerance. Boxes reach to the voxels' outer faces, so that one slice has two sides and a
 * thickness.
 *
 * @param expected - the scan's grid, or the reference's
 * @param found - the mask's, or the prediction's
 * @param options.toleranceMm - default: `gridToleranceMm(expected)`
 */
export function compareGrids(
  expected: Grid,
  found: Grid,
  { toleranceMm = gridToleranceMm(expected) }: { readonly toleranceMm?: number } = {},
): GridComparison {
  const tolerance = mm(toleranceMm);
  const distanceMm = sameShape(expected, found) ? boxDistanceMm(expected, found) : null;
  // Not `> tolerance`, which lets NaN through.
  const same = distanceMm !== null && distanceMm <= tolerance;
  const differences = same ? [] : differencesOf(expected, found, tolerance);
  return { same, toleranceMm: tolerance, distanceMm, differences };
}

/**
 * Refuses a volume that does not lie on the expected grid.
 *
 * @param options.what - the one found, as the message names it: `mask`
 * @param options.toleranceMm - as for `compareGrids`
 * @throws `geometry.mismatch`; `geometry.orientation` when axes run in other directions
 */
export function requireSameGrid(
  expected: Grid,
  found: Grid,
  { what, ...options }: { readonly what: string; readonly toleranceMm?: number },
): void {
  const { same, differences, toleranceMm } = compareGrids(expected, found, options);
  if (same) return;
  const list = differences.map(describeGridDifference).join("; ");
  const turned = differences.find((difference) => difference.kind === "orientation");
  throw new HeparError(
    turned === undefined ? "geometry.mismatch" : "geometry.orientation",
    `the ${what} does not lie on its scan's grid: ${list} (tolerance ${short(toleranceMm)} mm)`,
    {
      hint: turned?.samePlaces
        ? `reorient the ${what} to ${turned.expected}: every voxel is there, in another order`
        : `save the ${what} again on the scan's own grid, with the scan's header`,
    },
  );
}

const sameShape = (a: Grid, b: Grid): boolean =>
  a.dims.every((size, axis) => size === b.dims[axis]);

/** Largest distance between the corners of the two boxes, in mm; NaN for an affine with NaN. */
const boxDistanceMm = (a: Grid, b: Grid): Mm => mm(cornerDistanceMm(outer(a), outer(b)));

/** A grid with one voxel more and moved by half a voxel: its corners are those of the box. */
function outer({ dims, affine, affineFrom }: Grid): Grid {
  const corner = applyAffine(affine, [-0.5, -0.5, -0.5]);
  return {
    dims: [dims[0] + 1, dims[1] + 1, dims[2] + 1],
    affine: affine.map((value, cell) =>
      cell < 12 && cell % 4 === 3 ? corner[(cell - 3) / 4] : value,
    ),
    affineFrom,
  };
}

function differencesOf(expected: Grid, found: Grid, tolerance: Mm): GridDifference[] {
  const codes = axisCodes(expected.affine);
  const foundCodes = axisCodes(found.affine);
  // Compared in one orientation, so that a mirrored axis is not also told as a far origin.
  const turned = reorientGrid(found, codes);
  const shapes: GridDifference[] = sameShape(expected, turned)
    ? []
    : [{ kind: "shape", expected: expected.dims, found: found.dims }];
  if (codes === foundCodes) return [...shapes, ...moved(expected, turned, tolerance)];
  const samePlaces = shapes.length === 0 && boxDistanceMm(expected, turned) <= tolerance;
  return [
    ...shapes,
    { kind: "orientation", expected: codes, found: foundCodes, samePlaces },
    ...(samePlaces ? [] : moved(expected, turned, tolerance)),
  ];
}

/** Where shapes differ, the places may still be the same: the grid was only cut or continued. */
function moved(expected: Grid, found: Grid, tolerance: Mm): GridDifference[] {
  const sized = { ...found, dims: expected.dims };
  return boxDistanceMm(expected, sized) <= tolerance
    ? []
    : placeDifferences(expected, sized, tolerance);
}
