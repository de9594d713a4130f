import type { LesionOverlap, LesionPair } from "./lesion-overlap.ts";

/** What the LiTS scorer calls detected: some predicted lesions against some reference lesions. */
export interface LitsObject {
  /** Counted from 0. */
  readonly references: readonly number[];
  readonly predictions: readonly number[];
  /** Voxels that they share. */
  readonly common: number;
}

/**
 * Lesions as the LiTS scorer detects them: reference lesions of which one prediction is the largest
 * overlap are merged, each prediction goes to the (merged) reference that it overlaps most, and
 * predictions of one reference are merged. A merged pair counts when its IoU is above the threshold.
 * `detected` is the scorer's own count, which mixes merged and unmerged lesions.
 *
 * @see https://github.com/PatrickChrist/lits-challenge-scoring, `detect_lesions`
 */
export function detectLits(
  overlap: LesionOverlap,
  above: number,
): { readonly detected: number; readonly objects: readonly LitsObject[] } {
  const groups = mergeReferences(overlap.pairs);
  const merged = mergePredictions(overlap.pairs, groups);
  const size = (sizes: readonly number[], of: readonly number[]): number =>
    of.reduce((sum, one) => sum + sizes[one], 0);
  let detected = merged.length;
  const objects: LitsObject[] = [];
  for (const { references, predictions, common } of merged) {
    const union =
      size(overlap.predictedSizes, predictions) + size(overlap.referenceSizes, references) - common;
    if (common / union > above) objects.push({ references, predictions, common });
    else detected -= references.length;
  }
  return { detected, objects };
}

/** Of each reference lesion that is met, those that it is merged with, in order; one list for all of them. */
function mergeReferences(pairs: readonly LesionPair[]): ReadonlyMap<number, readonly number[]> {
  const owners = new Map<number, LesionPair>();
  for (const pair of pairs) {
    const owner = owners.get(pair.reference);
    const isMore = owner === undefined || pair.common > owner.common;
    // Of equal overlaps the earlier prediction's.
    const isEarlier = owner?.common === pair.common && pair.predicted < owner.predicted;
    if (isMore || isEarlier) owners.set(pair.reference, pair);
  }
  const ofOwner = new Map<number, number[]>();
  for (const [reference, { predicted }] of [...owners].sort(([a], [b]) => a - b)) {
    const own = ofOwner.get(predicted);
    if (own === undefined) ofOwner.set(predicted, [reference]);
    else own.push(reference);
  }
  return new Map([...ofOwner.values()].flatMap((own) => own.map((reference) => [reference, own])));
}

/** Each prediction goes to the merged lesion that it overlaps most, of equal ones the first. */
function mergePredictions(
  pairs: readonly LesionPair[],
  groups: ReadonlyMap<number, readonly number[]>,
): readonly LitsObject[] {
  const shared = new Map<number, Map<readonly number[], number>>();
  for (const { predicted, reference, common } of pairs) {
    const group = groups.get(reference) ?? [];
    const row = shared.get(predicted) ?? new Map<readonly number[], number>();
    shared.set(predicted, row.set(group, (row.get(group) ?? 0) + common));
  }
  const merged = new Map<readonly number[], { predictions: number[]; common: number }>();
  for (const [predicted, row] of [...shared].sort(([a], [b]) => a - b)) {
    const [[group, common]] = [...row].sort(
      ([a, much], [b, more]) => more - much || (a[0] ?? 0) - (b[0] ?? 0),
    );
    const { predictions = [], common: before = 0 } = merged.get(group) ?? {};
    merged.set(group, { predictions: [...predictions, predicted], common: before + common });
  }
  return [...merged]
    .sort(([a], [b]) => a[0] - b[0])
    .map(([references, one]) => ({ references, ...one }));
}
