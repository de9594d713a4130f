import { countLabels } from "../catalog/index.ts";
import { type LabelVolume, voxelVolumeMm3 } from "../volume/index.ts";
import { findLesions } from "./lesions.ts";
import type { LesionRow, StudyColumns } from "./row.ts";

/** A lesion, before it is known whose it is. */
export type MeasuredLesion = Omit<LesionRow, "case">;

export interface Measurement {
  readonly columns: StudyColumns;
  /** Largest first; [] when there is no tumour. */
  readonly lesions: readonly MeasuredLesion[];
}

const liver = 1;
const tumour = 2;

/**
 * Liver, tumour and lesions of a mask. The liver is labels 1 and 2, since a tumour lies in it; any
 * other label is neither. No liver: percent of it is null; no tumour: 0 lesions.
 *
 * @param mask - [i, j, k]; 1 = liver, 2 = tumour (LiTS convention)
 * @param options.spacingKnown - false leaves out mL and mm, which would be made up
 * @returns volumes in mL, percents 0–100, positions in RAS mm
 */
export function measureLabels(
  mask: LabelVolume,
  { spacingKnown }: { readonly spacingKnown: boolean },
): Measurement {
  const counts = countLabels(mask.voxels);
  const tumourVoxels = counts.get(tumour) ?? 0;
  const liverVoxels = (counts.get(liver) ?? 0) + tumourVoxels;
  // V = n · |det A|, A the 3 × 3 of the affine: right for oblique scans too.
  const voxelMl = voxelVolumeMm3(mask.affine) / 1000;
  const volume = (voxels: number): number | null => (spacingKnown ? voxels * voxelMl : null);
  const lesions = tumourVoxels === 0 ? [] : findLesions(mask, tumour);
  return {
    columns: {
      liver_ml: volume(liverVoxels),
      tumour_ml: volume(tumourVoxels),
      lesion_count: lesions.length,
    },
    lesions: lesions.map(({ voxels, slice, centroid }, index) => ({
      lesion: index + 1,
      voxels,
      volume_ml: volume(voxels),
      x_mm: spacingKnown ? centroid[0] : null,
      y_mm: spacingKnown ? centroid[1] : null,
      z_mm: spacingKnown ? centroid[2] : null,
      slice,
    })),
  };
}
