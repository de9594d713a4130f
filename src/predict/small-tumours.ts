import { connectedComponents, type LabelVolume } from "../volume/index.ts";

const [liver, tumour] = [1, 2];

/**
 * The mask with tumours (26-connected) of fewer voxels than `least` as liver.
 *
 * @returns the mask (the one given, where nothing changed), and how many voxels became liver
 */
export function withoutSmallTumours(
  mask: LabelVolume,
  least: number,
): { mask: LabelVolume; removedVoxels: number } {
  if (least <= 1) return { mask, removedVoxels: 0 };
  const { labels, sizes } = connectedComponents(mask, (label) => label === tumour);
  const small = sizes.map((size) => size < least);
  const removedVoxels = sizes.reduce((sum, size) => sum + (size < least ? size : 0), 0);
  if (removedVoxels === 0) return { mask, removedVoxels };
  const voxels = mask.voxels.map((label, at) =>
    label === tumour && small[labels[at] - 1] ? liver : label,
  );
  return { mask: { ...mask, voxels }, removedVoxels };
}
