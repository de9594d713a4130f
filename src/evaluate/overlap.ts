/** Voxels of a structure in two masks. */
export interface Overlap {
  readonly reference: number;
  readonly predicted: number;
  readonly common: number;
}

/** A score that may not exist, with the reason. */
export type Score =
  | { readonly defined: true; readonly value: number }
  | { readonly defined: false; readonly why: string };

/**
 * Dice = 2 · common / (reference + predicted), 0 to 1. Both empty: not defined, neither 0 nor 1.
 *
 * @see Dice 1945, doi:10.2307/1932409
 */
export function dice({ reference, predicted, common }: Overlap): Score {
  if (reference + predicted === 0) return { defined: false, why: "both empty" };
  return { defined: true, value: (2 * common) / (reference + predicted) };
}

/** IoU (Jaccard) = common / union, 0 to 1; the volumetric overlap error VOE is 1 − IoU. Both empty: not defined. */
export function iou({ reference, predicted, common }: Overlap): Score {
  const union = reference + predicted - common;
  return union === 0
    ? { defined: false, why: "both empty" }
    : { defined: true, value: common / union };
}

/**
 * Relative volume difference = (predicted − reference) / reference: −1 when all is missed, above 0
 * when too much was found. Reference empty: not defined.
 *
 * @see Heimann et al. 2009, doi:10.1109/TMI.2009.2013851
 */
export function rvd({ reference, predicted }: Overlap): Score {
  return reference === 0
    ? { defined: false, why: "the reference is empty" }
    : { defined: true, value: (predicted - reference) / reference };
}
