import {
  componentRuns,
  forEachRun,
  type LabelVolume,
  spacingIsKnown,
  voxelVolumeMm3,
} from "../volume/index.ts";
import type { VoxelMaps } from "./maps.ts";

const tumour = 2;

/** A predicted lesion (26-connected), and what the network thought of it. */
export interface PredictedLesion {
  /** 1 is the first in storage. */
  readonly lesion: number;
  readonly voxels: number;
  /** Null when the spacing is unknown. */
  readonly volumeMl: number | null;
  readonly meanTumourProbability: number;
  readonly maxTumourProbability: number;
  /** Mean share of the networks that say tumour; 1 of a single one. */
  readonly agreement: number;
  /** Mean of the voxels' entropy, 0 to 1. */
  readonly meanEntropy: number | null;
  /** How likely it is real; null where the model was not calibrated (`hepar calibrate`). */
  readonly probability: number | null;
}

/** Share of a lesion's voxels that lie in another mask's tumour, by lesion. */
export function sharesInTumour(mask: LabelVolume, reference: LabelVolume): number[] {
  const runs = componentRuns(mask, (label) => label === tumour);
  const common = new Float64Array(runs.sizes.length);
  forEachRun(runs, mask, (run, from, to) => {
    for (let at = from; at < to; at++) {
      if (reference.voxels[at] === tumour) common[runs.component[run] - 1]++;
    }
  });
  return Array.from(common, (voxels, n) => voxels / runs.sizes[n]);
}

/**
 * The lesions of a mask with what the maps say of them.
 *
 * @param maps - on the mask's voxels; of tumour at least
 */
export function predictedLesions(
  mask: LabelVolume,
  maps: VoxelMaps,
  probabilityOf: (features: readonly number[]) => number | null,
): PredictedLesion[] {
  const runs = componentRuns(mask, (label) => label === tumour);
  const count = runs.sizes.length;
  const sums = {
    tumour: new Float64Array(count),
    agreement: new Float64Array(count),
    entropy: new Float64Array(count),
  };
  const most = new Uint8Array(count);
  forEachRun(runs, mask, (run, from, to) => {
    const n = runs.component[run] - 1;
    for (let at = from; at < to; at++) {
      const probability = maps.tumour?.voxels[at] ?? 0;
      sums.tumour[n] += probability;
      if (probability > most[n]) most[n] = probability;
      sums.agreement[n] += maps.agreement?.voxels[at] ?? 255;
      sums.entropy[n] += maps.entropy?.voxels[at] ?? 0;
    }
  });
  const voxelMl = spacingIsKnown(mask) ? voxelVolumeMm3(mask.affine) / 1000 : null;
  return Array.from(runs.sizes, (voxels, n) => {
    const mean = (sum: Float64Array): number => sum[n] / voxels / 255;
    const lesion = {
      lesion: n + 1,
      voxels,
      volumeMl: voxelMl === null ? null : voxels * voxelMl,
      meanTumourProbability: mean(sums.tumour),
      maxTumourProbability: most[n] / 255,
      agreement: mean(sums.agreement),
      meanEntropy: maps.entropy === undefined ? null : mean(sums.entropy),
    };
    return { ...lesion, probability: probabilityOf(featuresOf(lesion)) };
  });
}

/** As `LesionExample` has them; of unknown spacing the volume counts as voxels of 1 mm³. */
export const featuresOf = (lesion: Omit<PredictedLesion, "probability">): readonly number[] => [
  lesion.meanTumourProbability,
  lesion.maxTumourProbability,
  Math.log(lesion.volumeMl ?? lesion.voxels / 1000),
  lesion.agreement,
];
