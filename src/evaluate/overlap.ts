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
 * Voxels of liver (labels 1 and 2: tumours are part of it) and of tumour (label 2), as the LiTS
 * scorer counts them. Any other label is neither, as in the study and in training.
 *
 * @param reference - [i, j, k]
 * @param prediction - the same shape, on the same grid
 * @see https://github.com/PatrickChrist/lits-challenge-scoring
 */
export function countOverlaps(
  reference: ArrayLike<number>,
  prediction: ArrayLike<number>,
): { readonly liver: Overlap; readonly tumour: Overlap } {
  const liver = { reference: 0, predicted: 0, common: 0 };
  const tumour = { reference: 0, predicted: 0, common: 0 };
  for (let at = 0; at < reference.length; at++) {
    const truth = reference[at];
    const found = prediction[at];
    if (isLiver(truth)) {
      liver.reference++;
      if (isLiver(found)) liver.common++;
      if (truth === 2) {
        tumour.reference++;
        if (found === 2) tumour.common++;
      }
    }
    if (isLiver(found)) {
      liver.predicted++;
      if (found === 2) tumour.predicted++;
    }
  }
  return { liver, tumour };
}

const isLiver = (label: number): boolean => label === 1 || label === 2;

/**
 * Dice = 2 · common / (reference + predicted), 0 to 1. Both empty: not defined, neither 0 nor 1.
 *
 * @see Dice 1945, doi:10.2307/1932409
 */
export function dice({ reference, predicted, common }: Overlap): Score {
  if (reference + predicted === 0) return { defined: false, why: "both empty" };
  return { defined: true, value: (2 * common) / (reference + predicted) };
}
