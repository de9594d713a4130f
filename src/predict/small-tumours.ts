import { type LabelVolume, type Reduced, withoutSmallComponents } from "../volume/index.ts";

const [liver, tumour] = [1, 2];

/**
 * The mask with tumours (26-connected) of fewer voxels than `least` as liver.
 *
 * @returns the mask (the one given, where nothing changed), and how many voxels became liver
 */
export const withoutSmallTumours = (mask: LabelVolume, least: number): Reduced =>
  withoutSmallComponents(mask, (label) => label === tumour, { leastVoxels: least, label: liver });
