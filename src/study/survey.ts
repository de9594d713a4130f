import type { LabelCounts } from "../catalog/index.ts";
import {
  boundsOfRuns,
  type ComponentRuns,
  type Connectivity,
  componentRuns,
  findRuns,
  forEachRun,
  type LabelVolume,
  type Runs,
  voxelCount,
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
 * Labels, liver and lesions of a mask. Its background, which is nearly all of it, is passed over once.
 *
 * @param options.connectivity - which tumour voxels are one lesion; 26 unless told
 */
export function surveyMask(
  mask: LabelVolume,
  { connectivity = 26 }: { readonly connectivity?: Connectivity | undefined } = {},
): MaskSurvey {
  const marked = findRuns(mask, (label) => label !== 0);
  const box = boundsOfRuns(marked);
  const isLiver = (label: number): boolean => label === liverLabel || label === tumourLabel;
  return {
    mask,
    labels: labelsOf(mask, marked),
    healthy: findRuns(mask, (label) => label === liverLabel, box),
    liver: findRuns(mask, isLiver, box),
    tumour: componentRuns(mask, (label) => label === tumourLabel, {
      connectivity,
      ...(box === undefined ? {} : { box }),
    }),
  };
}

/** How many voxels hold each label: of the marked ones counted, of 0 what is left. */
function labelsOf(mask: LabelVolume, marked: Runs): LabelCounts {
  const counts = new Map<number, number>();
  const { voxels } = mask;
  let background = voxelCount(mask);
  let label = 0;
  let equal = 0; // voxels of that label not yet counted: the map is asked when it changes
  const settle = (): void => {
    if (equal > 0) counts.set(label, (counts.get(label) ?? 0) + equal);
  };
  forEachRun(marked, mask, (_run, from, to) => {
    background -= to - from;
    for (let at = from; at < to; at++) {
      if (voxels[at] !== label) {
        settle();
        label = voxels[at];
        equal = 0;
      }
      equal++;
    }
  });
  settle();
  if (background > 0) counts.set(0, background);
  return new Map([...counts].sort(([a], [b]) => a - b));
}
