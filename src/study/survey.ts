import { countLabels, type LabelCounts } from "../catalog/index.ts";
import {
  type ComponentRuns,
  type Connectivity,
  componentRuns,
  findRuns,
  type LabelVolume,
  type Runs,
} from "../volume/index.ts";

/** The LiTS convention. Any other label is neither liver nor tumour. */
export const liverLabel = 1;
export const tumourLabel = 2;

/** Where liver and tumour are in a mask, as runs along its rows: small beside the mask itself. */
export interface MaskSurvey {
  readonly mask: LabelVolume;
  readonly labels: LabelCounts;
  /** Liver without its tumours. */
  readonly healthy: Runs;
  /** Liver with its tumours. */
  readonly liver: Runs;
  readonly tumour: ComponentRuns;
}

/**
 * Labels, liver and lesions of a mask.
 *
 * @param options.connectivity - which tumour voxels are one lesion; 26 unless told
 */
export function surveyMask(
  mask: LabelVolume,
  { connectivity = 26 }: { readonly connectivity?: Connectivity | undefined } = {},
): MaskSurvey {
  return {
    mask,
    labels: countLabels(mask.voxels),
    healthy: findRuns(mask, (label) => label === liverLabel),
    liver: findRuns(mask, (label) => label === liverLabel || label === tumourLabel),
    tumour: componentRuns(mask, (label) => label === tumourLabel, { connectivity }),
  };
}
