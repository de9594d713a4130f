import { connectedComponents, type LabelVolume } from "../volume/index.ts";

/**
 * The mask with its largest connected part only (liver and tumour together, 26-connected): a person
 * has one liver. An empty mask stays empty.
 *
 * @returns the mask, and how many voxels of other parts became background
 */
export function keepLiver(mask: LabelVolume): { mask: LabelVolume; removedVoxels: number } {
  // Components need four bytes a voxel, so they are looked for only where there is something.
  const { first, last } = occupiedSlices(mask);
  const [width, height] = mask.dims;
  const plane = width * height;
  const occupied = mask.voxels.subarray(first * plane, (last + 1) * plane);
  const { labels, sizes } = connectedComponents(
    { dims: [width, height, last + 1 - first], voxels: occupied },
    (label) => label > 0,
  );
  if (sizes.length <= 1) return { mask, removedVoxels: 0 };
  // Not Math.max(...sizes): a barely trained network leaves more parts than a call has arguments.
  const largest = 1 + sizes.indexOf(sizes.reduce((most, size) => Math.max(most, size)));
  const voxels = mask.voxels.slice();
  const kept = voxels.subarray(first * plane, (last + 1) * plane);
  for (let at = 0; at < kept.length; at++) if (labels[at] !== largest) kept[at] = 0;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return { mask: { ...mask, voxels }, removedVoxels: total - sizes[largest - 1] };
}

/** First and last slice with a label above 0; none: an empty range. */
function occupiedSlices({ dims, voxels }: LabelVolume): { first: number; last: number } {
  const plane = dims[0] * dims[1];
  const isEmpty = (k: number): boolean =>
    voxels.subarray(k * plane, (k + 1) * plane).every((label) => label <= 0);
  let first = 0;
  let last = dims[2] - 1;
  while (first <= last && isEmpty(first)) first++;
  while (last > first && isEmpty(last)) last--;
  return { first, last };
}
