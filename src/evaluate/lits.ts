import {
  type ComponentRuns,
  componentRuns,
  findRuns,
  type LabelVolume,
  type Runs,
  requireSameShape,
  spacingOf,
  type Triple,
} from "../volume/index.ts";
import { overlapLesions } from "./lesion-overlap.ts";
import { detectLits, type LitsObject } from "./lits-detection.ts";
import { dice, type Overlap } from "./overlap.ts";
import { overlapOf } from "./pair-scores.ts";
import { boxOfLabels, componentLists, listRuns, type RunList } from "./run-overlap.ts";
import { surfaceDistances } from "./surface-distances.ts";

/** What the scorer puts where a number has no meaning; it enters the means. */
const large = 9001;

/** Scores of a liver or of a detected lesion, as the LiTS scorer has them. */
export interface LitsScores {
  readonly dice: number;
  readonly jaccard: number;
  readonly voe: number;
  readonly rvd: number;
  readonly assd: number;
  readonly rmsd: number;
  readonly msd: number;
}

/** Lesions counted at one threshold. */
interface Counts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

/** One case in the LiTS mode. */
export interface LitsCase {
  /** At an IoU above 0 and above 0.5. */
  readonly detection: { readonly above0: Counts; readonly above50: Counts };
  /** Of the lesions detected above 0.5. */
  readonly lesions: readonly LitsScores[];
  readonly liver: LitsScores;
  readonly lesionDice: number;
  readonly liverDice: number;
  readonly lesionVoxels: Overlap;
  /** Nothing predicted when the prediction has no label 1. */
  readonly liverVoxels: Overlap;
  /** Reference minus prediction, shares of 1; null when the reference has no liver. */
  readonly burdenDifference: number | null;
}

/**
 * A case as the official LiTS scorer (commit 090307dd) scores it: liver = labels above 0, lesion =
 * label 2, lesions by shared faces, surfaces of voxels (MedPy). RVD is (predicted − reference) /
 * reference. Where the scorer crashes this does not: a reference without lesions has predictions that
 * are all false, and one without liver no burden; without a prediction all is missed.
 *
 * @throws `geometry.mismatch` when the shapes differ
 * @see https://github.com/PatrickChrist/lits-challenge-scoring
 */
export function scoreLitsCase(
  reference: LabelVolume,
  prediction: LabelVolume | undefined,
): LitsCase {
  if (prediction !== undefined) requireSameShape(reference, prediction);
  const found = prediction ?? { ...reference, voxels: new Uint8Array(reference.voxels.length) };
  const spacing = spacingOf(reference.affine);
  const box = boxOfLabels([reference, found]);
  const isLesion = (label: number): boolean => label === 2;
  const lesions: readonly [ComponentRuns, ComponentRuns] = [
    componentRuns(reference, isLesion, { connectivity: 6, box }),
    componentRuns(found, isLesion, { connectivity: 6, box }),
  ];
  const isLiver = (label: number): boolean => label >= 1;
  const liver: readonly [Runs, Runs] = [
    findRuns(reference, isLiver, box),
    findRuns(found, isLiver, box),
  ];
  const livers = overlapOf(liver);
  const lesionVoxels = overlapOf(lesions);
  const hasLiver = findRuns(found, (label) => label === 1, box).from.length > 0;
  const overlap = overlapLesions(...lesions);
  const [above0, above50] = [detectLits(overlap, 0), detectLits(overlap, 0.5)];
  const counts = ({ detected }: { readonly detected: number }): Counts => ({
    truePositives: detected,
    falsePositives: overlap.predictedSizes.length - detected,
    falseNegatives: overlap.referenceSizes.length - detected,
  });
  const share = (part: number, whole: number): number => part / whole;
  const burden = hasLiver ? share(lesionVoxels.predicted, livers.predicted) : large;
  const lesionDice = dice(lesionVoxels);
  return {
    detection: { above0: counts(above0), above50: counts(above50) },
    // The scorer leaves them out when its count is 0.
    lesions: above50.detected > 0 ? lesionScores(lesions, above50.objects, spacing) : [],
    liver:
      hasLiver && livers.reference > 0
        ? objectScores([listRuns(liver[0]), listRuns(liver[1])], livers, spacing)
        : nothingDetected,
    lesionDice: lesionDice.defined ? lesionDice.value : prediction === undefined ? 0 : 1,
    liverDice: hasLiver ? share(2 * livers.common, livers.reference + livers.predicted) : 0,
    lesionVoxels,
    liverVoxels: hasLiver ? livers : { ...livers, predicted: 0, common: 0 },
    burdenDifference:
      livers.reference === 0 ? null : share(lesionVoxels.reference, livers.reference) - burden,
  };
}

/** The scores of nothing detected, and of a liver that only one of the two has. */
export const nothingDetected: LitsScores = {
  dice: 0,
  jaccard: 0,
  voe: 1,
  rvd: large,
  assd: large,
  rmsd: large,
  msd: large,
};

function objectScores(
  [reference, predicted]: readonly [RunList, RunList],
  voxels: Overlap,
  spacing: Triple,
): LitsScores {
  const value = (2 * voxels.common) / (voxels.reference + voxels.predicted);
  const jaccard = value / (2 - value);
  const options = { spacing, surface: "voxels", toleranceMm: 0 } as const;
  const { assdMm, rmsdMm, msdMm } = surfaceDistances(reference, predicted, options);
  return {
    dice: value,
    jaccard,
    voe: 1 - jaccard,
    rvd: (voxels.predicted - voxels.reference) / voxels.reference,
    assd: assdMm,
    rmsd: rmsdMm,
    msd: msdMm,
  };
}

function lesionScores(
  [reference, prediction]: readonly [ComponentRuns, ComponentRuns],
  objects: readonly LitsObject[],
  spacing: Triple,
): LitsScores[] {
  const [ofReference, ofPrediction] = [componentLists(reference), componentLists(prediction)];
  const size = (sizes: readonly number[], of: readonly number[]): number =>
    of.reduce((sum, one) => sum + sizes[one], 0);
  return objects.map(({ references, predictions, common }) => {
    const voxels: Overlap = {
      reference: size(reference.sizes, references),
      predicted: size(prediction.sizes, predictions),
      common,
    };
    return objectScores([ofReference(references), ofPrediction(predictions)], voxels, spacing);
  });
}
