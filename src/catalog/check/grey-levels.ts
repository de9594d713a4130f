import type { CtVolume, Grid } from "../../volume/index.ts";

/** Bins of one HU from `lowestHu`; what lies outside goes into the first or last. */
const lowestHu = -1100;
const bins = 5200;

/** How often each value occurs in a scan, and its ends: all that the checks of intensities need. */
export interface GreyLevels {
  readonly voxels: number;
  readonly min: number;
  readonly max: number;
  /** Voxels that hold exactly the smallest and the largest value. */
  readonly atMin: number;
  readonly atMax: number;
  /** Voxels a HU, from `lowestHu`. */
  readonly histogram: Uint32Array;
}

/** One pass over a scan. */
export function greyLevelsOf({
  voxels,
}: Pick<CtVolume, "voxels"> & Pick<Grid, "dims">): GreyLevels {
  const histogram = new Uint32Array(bins);
  let min = voxels[0];
  let max = min;
  let atMin = 0;
  let atMax = 0;
  for (let n = 0; n < voxels.length; n++) {
    const value = voxels[n];
    if (value <= min) {
      if (value < min) atMin = 0;
      min = value;
      atMin++;
    }
    if (value >= max) {
      if (value > max) atMax = 0;
      max = value;
      atMax++;
    }
    const bin = Math.floor(value) - lowestHu;
    histogram[bin < 0 ? 0 : bin < bins ? bin : bins - 1]++;
  }
  return { voxels: voxels.length, min, max, atMin, atMax, histogram };
}

/** Voxels from one HU value to another, both included. */
export function countBetween({ histogram }: GreyLevels, from: number, to: number): number {
  let count = 0;
  const last = Math.min(bins - 1, to - lowestHu);
  for (let bin = Math.max(0, from - lowestHu); bin <= last; bin++) count += histogram[bin];
  return count;
}
