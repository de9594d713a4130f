import { type Affine, invertAffine, multiplyAffines, type Triple } from "../affine.ts";
import type { Grid } from "../volume.ts";

/**
 * @file Where the voxels of one grid lie among those of another. Positions are voxel indices of the
 * source, whole at its voxels' centres; its box reaches from −½ to n − ½ along each axis.
 */

/** Positions start + step · i, for i = 0 … count − 1. */
export interface Line {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** From the first index inside to the first one after. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What a position may be off by rounding of affines and their inverses, in voxels. */
const positionNoise = 1e-6;

/** What an axis may run askew over its whole length, in voxels, and count as straight. */
const skewNoise = 1e-4;

/** Voxel indices of `onto` → positions in `source`. */
export const positionsIn = (source: Grid, onto: Grid): Affine =>
  multiplyAffines(invertAffine(source.affine), onto.affine);

/**
 * For each axis of the source, the axis of the target along which alone positions change; undefined
 * when a target axis runs obliquely through the source.
 */
export function alignedAxes(positions: Affine, dims: Triple): Triple | undefined {
  const axes = [0, 1, 2].map((row) => {
    const reach = dims.map((size, column) => Math.abs(positions[row * 4 + column]) * size);
    const main = reach.indexOf(Math.max(...reach));
    const skew = reach.reduce((sum, value, column) => (column === main ? sum : sum + value), 0);
    return skew < skewNoise ? main : -1;
  });
  return new Set(axes).size === 3 && !axes.includes(-1) ? [axes[0], axes[1], axes[2]] : undefined;
}

/** The line of positions that a source axis sees along an axis of the target. */
export const lineAlong = (
  positions: Affine,
  { sourceAxis, axis, dims }: { sourceAxis: number; axis: number; dims: Triple },
): Line => ({
  start: positions[sourceAxis * 4 + 3],
  step: positions[sourceAxis * 4 + axis],
  count: dims[axis],
});

/** A position, on a voxel's centre when it is there but for rounding. */
export function positionAt({ start, step }: Line, i: number): number {
  const position = start + step * i;
  const whole = Math.round(position);
  return Math.abs(position - whole) < positionNoise ? whole : position;
}

/** The indices of a line that lie in a box of n voxels, its faces included. */
export function insideRange({ start, step, count }: Line, n: number): Range {
  const low = -0.5 - positionNoise;
  const high = n - 0.5 + positionNoise;
  if (step === 0)
    return start >= low && start <= high ? { from: 0, to: count } : { from: 0, to: 0 };
  const [enter, leave] = [(low - start) / step, (high - start) / step];
  const from = Math.max(0, Math.ceil(Math.min(enter, leave)));
  const to = Math.min(count, Math.floor(Math.max(enter, leave)) + 1);
  return from < to ? { from, to } : { from: 0, to: 0 };
}

/**
 * The voxel that a position belongs to: the nearest; halfway between two (to a millionth), the one
 * of higher index. A position on the box's outer faces belongs to the last voxel there.
 */
export function nearestVoxel(position: number, n: number): number {
  const nearest = Math.floor(position + 0.5 + positionNoise);
  return nearest < 0 ? 0 : nearest >= n ? n - 1 : nearest;
}

/** The positions, along each source axis, of row j of target slice k. */
export const rowLines = (
  { positions, dims }: { readonly positions: Affine; readonly dims: Triple },
  j: number,
  k: number,
): readonly [Line, Line, Line] => {
  const line = (row: number): Line => ({
    start: positions[row + 1] * j + positions[row + 2] * k + positions[row + 3],
    step: positions[row],
    count: dims[0],
  });
  return [line(0), line(4), line(8)];
};

/** The part of a row that lies in the source's box along all three axes. */
export function insideBox(lines: readonly [Line, Line, Line], dims: Triple): Range {
  const ranges = lines.map((line, axis) => insideRange(line, dims[axis]));
  const from = Math.max(...ranges.map((range) => range.from));
  const to = Math.min(...ranges.map((range) => range.to));
  return from < to ? { from, to } : { from: 0, to: 0 };
}
