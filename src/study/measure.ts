import { type LabelCounts, tumourShares } from "../catalog/index.ts";
import {
  type Connectivity,
  type CtVolume,
  type LabelVolume,
  requireSameShape,
  spacingOf,
  type Triple,
  voxelCount,
  voxelVolumeMm3,
} from "../volume/index.ts";
import { bodyOf, listComponents } from "./bodies.ts";
import type { HuStatistics } from "./hu-histogram.ts";
import { Intensities, type IntensityMeasures } from "./intensities.ts";
import { frameOf, fullestSlice, type LesionShape, measureShape } from "./lesion.ts";
import type { Between } from "./outline.ts";
import { type LesionPlace, type LiverPlaces, liverPlaces, placeOf } from "./place.ts";
import { liverLabel, type MaskSurvey, surveyMask, tumourLabel } from "./survey.ts";

export interface MeasureOptions {
  /** false leaves out mL and mm, which would be made up. */
  readonly spacingKnown: boolean;
  /** Which tumour voxels are one lesion; 26 unless told. */
  readonly connectivity?: Connectivity | undefined;
  /** What diameters are measured between; voxel boundaries unless told. */
  readonly between?: Between | undefined;
}

/** One connected part of the tumour. */
export interface Lesion {
  /** 1 is the largest. */
  readonly id: number;
  readonly voxels: number;
  /** Axial slice, from the feet, from 0, that holds most of it; of equal ones the lowest. */
  readonly slice: number;
  /** null when the spacing is unknown. */
  readonly shape: LesionShape | null;
  /** null when the spacing is unknown. */
  readonly place: LesionPlace | null;
  /** null without a scan. */
  readonly hu: HuStatistics | null;
}

/** What scan and mask say together. */
export interface Measurement {
  readonly dims: Triple;
  /** null when it is unknown, as are all mL and mm. */
  readonly spacingMm: Triple | null;
  readonly labels: LabelCounts;
  readonly connectivity: Connectivity;
  readonly between: Between;
  readonly hasTumour: boolean;
  /** Tumour voxels, percent of all voxels. */
  readonly tumourPercent: number;
  /** Tumour, percent of the liver including its tumours (the burden); null without liver. */
  readonly tumourPercentOfLiver: number | null;
  /** Including its tumours. */
  readonly liverMl: number | null;
  readonly tumourMl: number | null;
  /** Of all voxels, of the liver without its tumours, of the tumours; null without a scan or voxels. */
  readonly scanHu: HuStatistics | null;
  readonly liverHu: HuStatistics | null;
  readonly tumourHu: HuStatistics | null;
  /** Largest first; [] when there is no tumour. */
  readonly lesions: readonly Lesion[];
}

/**
 * Liver, tumour and lesions of a mask alone. The liver is labels 1 and 2, since a tumour lies in it;
 * any other label is neither. No liver: percent of it is null; no tumour: no lesions.
 *
 * @param mask - [i, j, k]; 1 = liver, 2 = tumour (LiTS convention)
 * @returns volumes in mL, percents 0–100, lengths and positions in (RAS) mm; every HU null
 */
export const measureMask = (mask: LabelVolume, options: MeasureOptions): Measurement =>
  measureSurvey(surveyMask(mask, options), options);

/**
 * The same with the intensities of the scan that the mask lies on, voxel by voxel.
 *
 * @throws `geometry.mismatch` when the shapes differ
 */
export function measureScan(
  scan: CtVolume,
  { mask, ...options }: MeasureOptions & { readonly mask: LabelVolume },
): Measurement {
  requireSameShape(scan, mask);
  const { affine, affineFrom } = scan;
  const survey = surveyMask({ ...mask, affine, affineFrom }, options);
  const intensities = new Intensities(survey, { fractions: scan.voxels instanceof Float32Array });
  const size = mask.dims[0] * mask.dims[1];
  for (let k = 0; k < mask.dims[2]; k++) {
    intensities.addSlice(k, scan.voxels.subarray(k * size, (k + 1) * size));
  }
  return measureSurvey(survey, { ...options, intensities: intensities.measures() });
}

/**
 * What a survey, and the intensities taken by it, say.
 *
 * @param options.lesions - of the survey, in its order, where they were measured before
 */
export function measureSurvey(
  survey: MaskSurvey,
  {
    intensities,
    spacingKnown,
    connectivity = 26,
    between = "boundaries",
    lesions = [...lesionsOf(survey, { spacingKnown, between })],
  }: MeasureOptions & {
    readonly intensities?: IntensityMeasures;
    readonly lesions?: readonly SurveyedLesion[];
  },
): Measurement {
  const { grid, labels } = survey;
  const tumourVoxels = labels.get(tumourLabel) ?? 0;
  const liverVoxels = (labels.get(liverLabel) ?? 0) + tumourVoxels;
  const voxelMl = voxelVolumeMm3(grid.affine) / 1000;
  const shares = tumourShares(labels);
  return {
    dims: grid.dims,
    spacingMm: spacingKnown ? spacingOf(grid.affine) : null,
    labels,
    connectivity,
    between,
    hasTumour: tumourVoxels > 0,
    tumourPercent: (100 * tumourVoxels) / voxelCount(grid),
    tumourPercentOfLiver: shares.tumour_percent_of_liver,
    liverMl: spacingKnown ? liverVoxels * voxelMl : null,
    tumourMl: spacingKnown ? tumourVoxels * voxelMl : null,
    scanHu: intensities?.scan ?? null,
    liverHu: intensities?.liver ?? null,
    tumourHu: intensities?.tumour ?? null,
    lesions: lesions
      .map((lesion, index) => ({ ...lesion, hu: intensities?.components[index] ?? null }))
      .sort((a, b) => b.voxels - a.voxels || a.slice - b.slice)
      .map((lesion, index) => ({ id: index + 1, ...lesion })),
  };
}

/** What the mask says of a lesion. */
export type SurveyedLesion = Omit<Lesion, "id" | "hu">;

/** The survey's lesions in its order, each measured when it is asked for. */
export function* lesionsOf(
  { grid, liver, tumour }: MaskSurvey,
  { spacingKnown, between = "boundaries" }: MeasureOptions,
): Generator<SurveyedLesion> {
  if (tumour.sizes.length === 0) return;
  const list = listComponents(grid, tumour);
  const frame = frameOf(grid);
  const places: LiverPlaces | null = spacingKnown ? liverPlaces(grid, liver) : null;
  for (const [index, voxels] of tumour.sizes.entries()) {
    const body = bodyOf(grid, list, index + 1);
    yield {
      voxels,
      slice: fullestSlice(body, frame),
      shape: spacingKnown ? measureShape(body, { frame, between }) : null,
      place: places === null ? null : placeOf(body, places),
    };
  }
}
