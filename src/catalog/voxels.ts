import type { CtVolume } from "../volume/index.ts";

/** Smallest and largest value of a scan, in HU. */
export function rangeOf({ voxels }: Pick<CtVolume, "voxels">): { min: number; max: number } {
  let min = voxels[0];
  let max = min;
  for (let n = 1; n < voxels.length; n++) {
    const value = voxels[n];
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  return { min, max };
}
