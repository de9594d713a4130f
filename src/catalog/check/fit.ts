import type { Triple } from "../../volume/index.ts";
import { type Finding, when } from "./finding.ts";
import type { Preview } from "./preview.ts";

/**
 * A mask that lies right has its outline where the scan has edges. So the mean step of grey value
 * across the outline is measured with the mask as it is, and with it mirrored, turned by quarters
 * and its slices reversed; where another way gives at least this many times the step, it is told.
 * Measured on 19 LiTS cases and one of TotalSegmentator: the right way gives 1.6 times the step of
 * the best wrong one or more, so that neither false alarms nor misses are near.
 */
const clearlyBetter = 1.25;

/** Outlines of fewer neighbours say nothing. */
const fewestPairs = 300;

/** A way to lay a mask on its scan: its rows mirrored, then turned by quarters; its slices reversed. */
export interface Way {
  readonly quarters: 0 | 1 | 2 | 3;
  readonly mirrored: boolean;
  readonly reversed: boolean;
}

export const asItIs: Way = { quarters: 0, mirrored: false, reversed: false };

/** The other 15 ways; 7 where columns and rows are not as many. */
export function otherWays([width, height]: Triple): readonly Way[] {
  const turns = width === height ? ([0, 1, 2, 3] as const) : ([0, 2] as const);
  return turns
    .flatMap((quarters) => [false, true].map((mirrored) => ({ quarters, mirrored })))
    .flatMap((way) => [false, true].map((reversed) => ({ ...way, reversed })))
    .slice(1);
}

/** Whether a mask would fit its scan much better another way; nothing when their shapes differ. */
export function checkFit(scan: Preview, mask: Preview): readonly Finding[] {
  if (scan.dims.some((size, axis) => size !== mask.dims[axis])) return [];
  const outline = outlineOf(mask);
  if (outline.length < fewestPairs) return [];
  const present = meanStep(scan, outline, asItIs);
  const [best] = otherWays(scan.dims)
    .map((way) => ({ way, step: meanStep(scan, outline, way) }))
    .sort((a, b) => b.step - a.step);
  const steps = `steps of ${best.step.toFixed(0)} instead of ${present.toFixed(0)} across its outline`;
  return when(
    best.step >= clearlyBetter * present,
    "mask-turned",
    `${describeWay(best.way)} (${steps})`,
  );
}

/** Two neighbours of which one is inside the mask: the first, and the axis along which the second lies. */
type OutlinePair = readonly [i: number, j: number, k: number, axis: 0 | 1 | 2];

/** All pairs of neighbours on the mask's outline. */
export function outlineOf({ dims, voxels }: Preview): readonly OutlinePair[] {
  const strides = [1, dims[0], dims[0] * dims[1]];
  const pairs: OutlinePair[] = [];
  let at = 0;
  for (let k = 0; k < dims[2]; k++) {
    for (let j = 0; j < dims[1]; j++) {
      for (let i = 0; i < dims[0]; i++, at++) {
        for (const axis of [0, 1, 2] as const) {
          const isLast = (axis === 0 ? i : axis === 1 ? j : k) + 1 === dims[axis];
          if (!isLast && voxels[at] !== voxels[at + strides[axis]]) pairs.push([i, j, k, axis]);
        }
      }
    }
  }
  return pairs;
}

/** Mean absolute step of grey value across an outline that is laid on the scan in a given way. */
export function meanStep(scan: Preview, outline: readonly OutlinePair[], way: Way): number {
  const { origin, strides } = placeOf(scan.dims, way);
  let sum = 0;
  for (const [i, j, k, axis] of outline) {
    const at = origin + i * strides[0] + j * strides[1] + k * strides[2];
    sum += Math.abs(scan.voxels[at + strides[axis]] - scan.voxels[at]);
  }
  return sum / outline.length;
}

/** Where the mask's first voxel comes to lie in the scan, and one step along each of its axes. */
function placeOf(
  [width, height, depth]: Triple,
  { quarters, mirrored, reversed }: Way,
): { readonly origin: number; readonly strides: Triple } {
  const slice = width * height;
  const [corner, i, j] = [
    [0, 1, width],
    [width - 1, width, -1],
    [slice - 1, -1, -width],
    [slice - width, -width, 1],
  ][quarters];
  const origin = corner + (mirrored ? (height - 1) * j : 0);
  return {
    origin: origin + (reversed ? (depth - 1) * slice : 0),
    strides: [i, mirrored ? -j : j, reversed ? -slice : slice],
  };
}

const inPlane = {
  turned: ["", "turned by 90°", "turned by 180°", "turned by 270°"],
  mirrored: [
    "with its rows in reverse order",
    "with columns and rows exchanged",
    "with its columns in reverse order",
    "with columns and rows exchanged and both in reverse order",
  ],
} as const;

/** What would have to be done to the mask, as a person says it. */
function describeWay({ quarters, mirrored, reversed }: Way): string {
  const turn = inPlane[mirrored ? "mirrored" : "turned"][quarters];
  const order = reversed ? "with its slices in reverse order" : "";
  return [turn, order].filter((part) => part !== "").join(", ");
}
