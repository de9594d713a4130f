import { HeparError } from "../../core/index.ts";
import { type Affine, spacingOf } from "../affine.ts";
import type { VoxelBox } from "../crop.ts";
import {
  boundsOfGaps,
  findRuns,
  type Inside,
  requireWithin,
  sizeOf,
  type VoxelGrid,
  wholeBox,
} from "../runs.ts";
import type { Grid } from "../volume.ts";
import { alongColumns, alongRows, alongSlices, type Field } from "./field.ts";

/** Distances of a box's voxels. */
export interface Distances {
  readonly box: VoxelBox;
  /** [i, j, k] of the box, i fastest, mm. */
  readonly mm: Float32Array;
}

export interface DistanceOptions {
  /** The voxels whose distances are wanted: all unless told. */
  readonly box?: VoxelBox;
  /** Whether what lies beyond the grid's ends counts as accepted; it does not unless told. */
  readonly beyond?: boolean;
}

/**
 * Distance in mm from each voxel's centre to the centre of the nearest voxel that `accepts` chooses
 * (0 for such a voxel itself): exact Euclidean, rounded to float32. The depth within a liver is
 * `distanceMm(mask, (label) => label === 0)`; the face between two voxels is half a voxel nearer than
 * the centre behind it.
 *
 * Axes are taken to be at right angles. Memory is four bytes a voxel of `box`, and as much again for
 * the smallest box around its voxels that are not accepted, where that is not `box` itself.
 *
 * @returns Infinity everywhere when no voxel is accepted
 * @throws `geometry.singular` when a spacing is 0 or no number; `usage.argument` for a box that
 * reaches beyond the grid, or voxels that do not fill the grid
 * @see Felzenszwalb and Huttenlocher 2012, doi:10.4086/toc.2012.v008a019
 */
export function distanceMm(
  mask: VoxelGrid & Pick<Grid, "affine">,
  accepts: Inside,
  { box = wholeBox(mask), beyond = false }: DistanceOptions = {},
): Distances {
  const [di, dj, dk] = requireSpacing(mask.affine);
  requireWithin(mask, box);
  const near = findRuns(mask, accepts, around(box, mask));
  const target = boundsOfGaps(near, box);
  if (target === undefined) return { box, mm: new Float32Array(voxelsOf(box)) };
  // When all voxels around the target are accepted, one of them is nearer than any beyond them.
  const closed = around(target, mask);
  const isClosed = isSame(boundsOfGaps(near, closed), target);
  const source = isClosed ? closed : wholeBox(mask);
  const runs = isClosed || isSame(near.box, source) ? near : findRuns(mask, accepts);
  const field = emptyField(target, source);
  const ends = [0, 1, 2].map((axis) => ({
    before: beyond && source.low[axis] === 0,
    after: beyond && source.high[axis] === mask.dims[axis],
  }));
  alongRows(field, runs, { spacing: di, ends: ends[0] });
  alongColumns(field, { spacing: dj, ends: ends[1] });
  alongSlices(field, { spacing: dk, ends: ends[2] });
  return { box, mm: rootsIn(box, field) };
}

const voxelsOf = (box: VoxelBox): number => sizeOf(box).reduce((product, size) => product * size);

function emptyField(target: VoxelBox, source: VoxelBox): Field {
  const [width] = sizeOf(target);
  const [, height, depth] = sizeOf(source);
  return { target, source, squared: new Float32Array(width * height * depth) };
}

/** The box and one voxel more on each side, as far as the grid goes. */
function around({ low, high }: VoxelBox, { dims }: Pick<Grid, "dims">): VoxelBox {
  return {
    low: [Math.max(0, low[0] - 1), Math.max(0, low[1] - 1), Math.max(0, low[2] - 1)],
    high: [
      Math.min(dims[0], high[0] + 1),
      Math.min(dims[1], high[1] + 1),
      Math.min(dims[2], high[2] + 1),
    ],
  };
}

const isSame = (a: VoxelBox | undefined, b: VoxelBox): boolean =>
  a !== undefined &&
  [0, 1, 2].every((axis) => a.low[axis] === b.low[axis] && a.high[axis] === b.high[axis]);

/** Square roots of the field's part in the box; 0 elsewhere, where voxels are accepted themselves. */
function rootsIn(box: VoxelBox, { target, source, squared }: Field): Float32Array {
  if (isSame(target, box) && isSame(source, box)) {
    for (let at = 0; at < squared.length; at++) squared[at] = Math.sqrt(squared[at]);
    return squared;
  }
  const size = sizeOf(box);
  const mm = new Float32Array(voxelsOf(box));
  const width = target.high[0] - target.low[0];
  const rows = source.high[1] - source.low[1];
  for (let k = target.low[2]; k < target.high[2]; k++) {
    for (let j = target.low[1]; j < target.high[1]; j++) {
      const from = width * (j - source.low[1] + rows * (k - source.low[2]));
      const row = size[0] * (j - box.low[1] + size[1] * (k - box.low[2]));
      const to = row + target.low[0] - box.low[0];
      for (let i = 0; i < width; i++) mm[to + i] = Math.sqrt(squared[from + i]);
    }
  }
  return mm;
}

function requireSpacing(affine: Affine): readonly [number, number, number] {
  const spacing = spacingOf(affine);
  if (spacing.every((size) => size > 0 && Number.isFinite(size))) return spacing;
  throw new HeparError("geometry.singular", `no distances in a spacing of ${spacing.join(" × ")}`, {
    hint: "the header's sform or qform is broken: export the scan again",
  });
}
