import type { SliceLabels } from "./resample.ts";
import type { ConvertSettings } from "./settings.ts";

/**
 * Numbers of the slices that may be converted, ascending: of `depth`, every k-th from 0.
 *
 * With `liverOnly`, those of them are left out that bear no liver (`bearsLiver`).
 */
export const sliceNumbers = (
  depth: number,
  { everyKth }: Pick<ConvertSettings, "everyKth">,
): number[] => Array.from({ length: Math.ceil(depth / everyKth) }, (_, n) => n * everyKth);

/** Whether there is liver (1) or tumour (2) among the labels. */
export const bearsLiver = (labels: SliceLabels): boolean =>
  labels.includes(1) || labels.includes(2);
