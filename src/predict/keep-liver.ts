import { connectedComponents, type LabelVolume } from "../volume/index.ts";

/**
 * The mask with its largest connected part only (liver and tumour together, 26-connected): a person
 * has one liver. An empty mask stays empty.
 *
 * @returns the mask, and how many voxels of other parts became background
 */
export function keepLiver(mask: LabelVolume): { mask: LabelVolume; removedVoxels: number } {
  const { labels, sizes } = connectedComponents(mask, (label) => label > 0);
  if (sizes.length <= 1) return { mask, removedVoxels: 0 };
  // Not Math.max(...sizes): a barely trained network leaves more parts than a call has arguments.
  const largest = 1 + sizes.indexOf(sizes.reduce((most, size) => Math.max(most, size)));
  const voxels = mask.voxels.slice();
  for (let at = 0; at < voxels.length; at++) if (labels[at] !== largest) voxels[at] = 0;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return { mask: { ...mask, voxels }, removedVoxels: total - sizes[largest - 1] };
}
