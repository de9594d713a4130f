import { type LabelVolume, largestComponent, type Reduced } from "../volume/index.ts";

/**
 * The mask with its largest connected part only (liver and tumour together, 26-connected): a person
 * has one liver. An empty mask stays empty.
 *
 * @returns the mask, and how many voxels of other parts became background
 */
export const keepLiver = (mask: LabelVolume): Reduced =>
  largestComponent(mask, (label) => label > 0);
