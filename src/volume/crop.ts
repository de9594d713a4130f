import { HeparError } from "../core/index.ts";
import { applyAffine, spacingOf, type Triple } from "./affine.ts";
import { compareGrids, gridToleranceMm } from "./compare-grids.ts";
import { outsideOf, requireFits } from "./outside.ts";
import { positionsIn } from "./resample/lines.ts";
import { type Grid, type LabelVolume, type Volume, voxelCount, zerosLike } from "./volume.ts";

/** A box of voxels: from `low`, included, to `high`, excluded. It may reach beyond its grid. */
export interface VoxelBox {
  readonly low: Triple;
  readonly high: Triple;
}

/** What to fill voxels with that were not there: default −1024 HU in a scan, 0 in a mask. */
export interface Filling {
  readonly outside?: number;
}

/**
 * The grid of a box of another's voxels: its axes are the same numbers, its origin the place of the
 * box's first voxel.
 *
 * @throws `usage.argument` when the box holds no voxel or is not of whole numbers
 */
export function cropGrid({ affine, affineFrom }: Grid, { low, high }: VoxelBox): Grid {
  const dims: Triple = [high[0] - low[0], high[1] - low[1], high[2] - low[2]];
  if (![...low, ...dims].every(Number.isInteger) || !dims.every((size) => size > 0)) {
    throw new HeparError("usage.argument", `no box: from ${low.join(", ")} to ${high.join(", ")}`, {
      hint: "give whole numbers, the upper ones larger: they are the first voxel outside",
    });
  }
  const origin = applyAffine(affine, low);
  return {
    dims,
    affine: affine.map((value, cell) =>
      cell < 12 && cell % 4 === 3 ? origin[(cell - 3) / 4] : value,
    ),
    affineFrom,
  };
}

/**
 * A box of a volume, each voxel in its place in the patient. Where the box reaches beyond the
 * volume, it is padded.
 *
 * @throws `usage.argument` as `cropGrid`, and when `outside` does not fit the volume's type
 */
export function crop<V extends Volume>(volume: V, box: VoxelBox, options: Filling = {}): V {
  const grid = cropGrid(volume, box);
  return { ...volume, ...grid, voxels: cut(volume, { ...box, grid, ...options }) };
}

/**
 * The volume with more voxels before its first and after its last, along each axis.
 *
 * @throws as `crop`
 */
export function pad<V extends Volume>(
  volume: V,
  { before, after, ...options }: { readonly before: Triple; readonly after: Triple } & Filling,
): V {
  const { dims } = volume;
  const low: Triple = [-before[0], -before[1], -before[2]];
  const high: Triple = [dims[0] + after[0], dims[1] + after[1], dims[2] + after[2]];
  return crop(volume, { low, high }, options);
}

/**
 * A part of a scan's grid, such as what was computed on a `crop` of it, on the whole grid again:
 * `onto`'s own affine, to the last bit. Voxels beyond it are cut off.
 *
 * @throws `geometry.mismatch` when the part's voxels are not voxels of the grid
 */
export function putBack<V extends Volume>(part: V, onto: Grid, options: Filling = {}): V {
  const positions = positionsIn(onto, part);
  const [i, j, k] = [positions[3], positions[7], positions[11]].map(Math.round);
  const place = cropGrid(onto, {
    low: [i, j, k],
    high: [i + part.dims[0], j + part.dims[1], k + part.dims[2]],
  });
  if (!compareGrids(place, part, { toleranceMm: gridToleranceMm(onto) / 10 }).same) {
    throw new HeparError(
      "geometry.mismatch",
      "the part's voxels are not voxels of the whole grid",
      {
        hint: "resample it onto the grid, or put back what was cropped from it",
      },
    );
  }
  const low: Triple = [-i, -j, -k];
  const high: Triple = [onto.dims[0] - i, onto.dims[1] - j, onto.dims[2] - k];
  const { dims, affine, affineFrom } = onto;
  const voxels = cut(part, { low, high, grid: onto, ...options });
  return { ...part, dims, affine, affineFrom, voxels };
}

/**
 * The smallest box of voxels whose label `inside` accepts, with a margin, cut at the grid's ends;
 * undefined when there are none.
 *
 * @param options.marginMm - at least so much on every side, in whole voxels; default 0
 */
export function boundingBox(
  labels: LabelVolume,
  inside: (label: number) => boolean,
  { marginMm = 0 }: { readonly marginMm?: number } = {},
): VoxelBox | undefined {
  const bounds = boundsOf(labels, inside);
  if (bounds === undefined) return undefined;
  // A margin of exactly two voxels is two, whatever the spacing's last digit.
  const margin = spacingOf(labels.affine).map((size) => Math.ceil(marginMm / size - 1e-6));
  const low = bounds.low.map((value, axis) => Math.max(0, value - margin[axis]));
  const high = bounds.high.map((value, axis) => Math.min(labels.dims[axis], value + margin[axis]));
  return { low: [low[0], low[1], low[2]], high: [high[0], high[1], high[2]] };
}

function boundsOf(
  { dims: [width, height, depth], voxels }: LabelVolume,
  inside: (label: number) => boolean,
): VoxelBox | undefined {
  const low: [number, number, number] = [width, height, depth];
  const high: [number, number, number] = [0, 0, 0];
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const row = width * (j + height * k);
      let first = 0;
      while (first < width && !inside(voxels[row + first])) first++;
      if (first === width) continue;
      let last = width - 1;
      // Only what may widen the box is looked at.
      while (last >= high[0] && last > first && !inside(voxels[row + last])) last--;
      low[0] = Math.min(low[0], first);
      high[0] = Math.max(high[0], last + 1);
      low[1] = Math.min(low[1], j);
      high[1] = Math.max(high[1], j + 1);
      low[2] = Math.min(low[2], k);
      high[2] = k + 1;
    }
  }
  return high[0] === 0 ? undefined : { low, high };
}

/** The voxels of a box, row by row. */
function cut<V extends Volume>(
  volume: V,
  box: VoxelBox & Filling & { readonly grid: Pick<Grid, "dims"> },
): V["voxels"] {
  const { low, high, grid, outside = outsideOf(volume) } = box;
  const { dims, voxels } = volume;
  requireFits(outside, zerosLike(voxels, 1));
  const made = zerosLike<V["voxels"]>(voxels, voxelCount(grid));
  if (outside !== 0) made.fill(outside);
  const [from, to] = [Math.max(0, low[0]), Math.min(dims[0], high[0])];
  if (from >= to) return made;
  for (let k = Math.max(0, low[2]); k < Math.min(dims[2], high[2]); k++) {
    for (let j = Math.max(0, low[1]); j < Math.min(dims[1], high[1]); j++) {
      const row = dims[0] * (j + dims[1] * k);
      const at = grid.dims[0] * (j - low[1] + grid.dims[1] * (k - low[2]));
      made.set(voxels.subarray(row + from, row + to), at + from - low[0]);
    }
  }
  return made;
}
