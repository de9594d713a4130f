import type { ComponentRuns } from "../volume/index.ts";
import { forEachOverlap } from "./run-overlap.ts";

/** A reference and a predicted lesion that share voxels; both counted from 0. */
export interface LesionPair {
  readonly reference: number;
  readonly predicted: number;
  readonly common: number;
  readonly iou: number;
}

/** Lesions of two masks, and which of them meet. */
export interface LesionOverlap {
  readonly referenceSizes: readonly number[];
  readonly predictedSizes: readonly number[];
  /** Largest IoU first; of equal ones the earlier reference, then the earlier prediction. */
  readonly pairs: readonly LesionPair[];
}

/** Every two lesions that share voxels. */
export function overlapLesions(reference: ComponentRuns, prediction: ComponentRuns): LesionOverlap {
  const count = prediction.sizes.length;
  const shared = new Map<number, number>();
  forEachOverlap(reference, prediction, (a, b, voxels) => {
    const key = (reference.component[a] - 1) * count + prediction.component[b] - 1;
    shared.set(key, (shared.get(key) ?? 0) + voxels);
  });
  const pairs = [...shared].map(([key, common]): LesionPair => {
    const [r, p] = [Math.floor(key / count), key % count];
    const union = reference.sizes[r] + prediction.sizes[p] - common;
    return { reference: r, predicted: p, common, iou: common / union };
  });
  pairs.sort((a, b) => b.iou - a.iou || a.reference - b.reference || a.predicted - b.predicted);
  return { referenceSizes: reference.sizes, predictedSizes: prediction.sizes, pairs };
}

/**
 * One-to-one pairs of an IoU above the threshold, the largest IoU first. From 0.5 on no lesion could
 * be in two, so that the order does not matter.
 *
 * @see Kirillov et al. 2019, doi:10.1109/CVPR.2019.00963
 */
export function matchLesions({ pairs }: Pick<LesionOverlap, "pairs">, above: number): LesionPair[] {
  const [references, predictions] = [new Set<number>(), new Set<number>()];
  return pairs.filter(({ reference, predicted, iou }) => {
    if (!(iou > above) || references.has(reference) || predictions.has(predicted)) return false;
    references.add(reference);
    predictions.add(predicted);
    return true;
  });
}
