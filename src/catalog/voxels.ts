import type { CtVolume, LabelVolume } from "../volume/index.ts";

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

/** How many voxels hold each label, from the smallest label to the largest. */
export function countLabels({ voxels }: Pick<LabelVolume, "voxels">): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  // Masks are long runs of one label: the map is asked once a run, not once a voxel.
  let start = 0;
  for (let n = 1; n <= voxels.length; n++) {
    if (n < voxels.length && voxels[n] === voxels[start]) continue;
    counts.set(voxels[start], (counts.get(voxels[start]) ?? 0) + n - start);
    start = n;
  }
  return new Map([...counts].sort(([a], [b]) => a - b));
}

/** `0:1044388 1:69347 2:377` */
export const formatLabelCounts = (counts: Iterable<readonly [number, number]>): string =>
  Array.from(counts, ([label, count]) => `${label}:${count}`).join(" ");
