import {
  componentRuns,
  dilate,
  forEachRun,
  type LabelVolume,
  largestComponent,
  spacingIsKnown,
  withoutSmallComponents,
} from "../volume/index.ts";

const [liver, tumour] = [1, 2];
const isLiver = (label: number): boolean => label === liver || label === tumour;
const isTumour = (label: number): boolean => label === tumour;

/** Which steps are taken after the labels are made, in this order. */
export interface PostProcessing {
  /** Only the largest connected part of liver and tumour stays (26-connected): a person has one. */
  readonly largestLiver: boolean;
  /**
   * Tumours that are not part of the liver stay when they come within so many mm of it, and become
   * background else; null: whatever the step before leaves.
   */
  readonly tumourWithinMm: number | null;
  /** Tumours below become liver, in mL; not applied where the spacing is unknown. */
  readonly smallestTumourMl: number;
  /** The same in voxels. */
  readonly smallestTumourVoxels: number;
}

/** A step that was taken, and how many voxels it changed. */
export interface PostProcessingStep {
  readonly step: keyof PostProcessing;
  readonly setting: boolean | number;
  readonly changedVoxels: number;
}

/** The mask after the steps, and a record of each that was asked for. Labels above 2 stay. */
export function postProcess(
  mask: LabelVolume,
  settings: PostProcessing,
): { readonly mask: LabelVolume; readonly steps: readonly PostProcessingStep[] } {
  const steps: PostProcessingStep[] = [];
  let made = mask;
  const take = (step: keyof PostProcessing, next: LabelVolume, changedVoxels: number): void => {
    steps.push({ step, setting: settings[step] ?? false, changedVoxels });
    made = next;
  };
  const { largestLiver, tumourWithinMm, smallestTumourMl, smallestTumourVoxels } = settings;
  if (largestLiver) {
    const { mask: next, removedVoxels } = largestComponent(made, isLiver);
    take("largestLiver", next, removedVoxels);
  }
  if (tumourWithinMm !== null) {
    const { next, changedVoxels } = tumoursNear(made, { before: mask, mm: tumourWithinMm });
    take("tumourWithinMm", next, changedVoxels);
  }
  const asLiver = { label: liver } as const;
  if (smallestTumourMl > 0 && spacingIsKnown(made)) {
    const least = { ...asLiver, leastMl: smallestTumourMl };
    const { mask: next, removedVoxels } = withoutSmallComponents(made, isTumour, least);
    take("smallestTumourMl", next, removedVoxels);
  }
  if (smallestTumourVoxels > 0) {
    const least = { ...asLiver, leastVoxels: smallestTumourVoxels };
    const { mask: next, removedVoxels } = withoutSmallComponents(made, isTumour, least);
    take("smallestTumourVoxels", next, removedVoxels);
  }
  return { mask: made, steps };
}

/**
 * Tumours by their nearest voxel: those that touch the liver of `mask`, or come within `mm` of it, are
 * in it, also those that an earlier step took away; no other is.
 */
function tumoursNear(
  mask: LabelVolume,
  { before, mm }: { readonly before: LabelVolume; readonly mm: number },
): { readonly next: LabelVolume; readonly changedVoxels: number } {
  const lesions = componentRuns(before, isTumour);
  if (lesions.sizes.length === 0) return { next: mask, changedVoxels: 0 };
  const isNear = new Array<boolean>(lesions.sizes.length).fill(false);
  const reach = reachOf(mask, mm);
  forEachRun(lesions, before, (run, from, to) => {
    for (let at = from; at < to; at++) {
      if (reach[at] !== 0) isNear[lesions.component[run] - 1] = true;
    }
  });
  const voxels = mask.voxels.slice();
  let changedVoxels = 0;
  forEachRun(lesions, before, (run, from, to) => {
    const label = isNear[lesions.component[run] - 1] ? tumour : 0;
    for (let at = from; at < to; at++) {
      if (voxels[at] !== label) changedVoxels++;
      voxels[at] = label;
    }
  });
  return { next: changedVoxels === 0 ? mask : { ...mask, voxels }, changedVoxels };
}

/** The liver's neighbours (26), and what lies within `mm` of it. */
function reachOf(mask: LabelVolume, mm: number): LabelVolume["voxels"] {
  const isOrgan = mask.voxels.includes(liver) ? (label: number) => label === liver : isLiver;
  const touching = dilate(mask, isOrgan, { connectivity: 26 });
  if (mm === 0) return touching.voxels;
  const near = dilate(mask, isOrgan, { radiusMm: mm });
  return near.voxels.map((value, at) => value | touching.voxels[at]);
}
