import { HeparError } from "../core/index.ts";
import { spacingOf, type Triple } from "./affine.ts";
import type { Connectivity } from "./components.ts";
import type { VoxelBox } from "./crop.ts";
import { distanceMm } from "./distance/distance.ts";
import { boundsOfRuns, findRuns, type Inside, sizeOf, wholeBox } from "./runs.ts";
import { type LabelVolume, voxelCount } from "./volume.ts";

/** What a voxel is replaced by: its neighbours, once or several times, or a ball about its centre. */
export type Element =
  | { readonly connectivity: Connectivity; readonly times?: number }
  | { readonly radiusMm: number };

export type MorphologyOptions = Element & {
  /** Whether what lies beyond the grid's ends counts as inside; it does not unless told. */
  readonly beyond?: boolean;
};

/**
 * The voxels that `inside` accepts and those near them: neighbours, `times` over, or all whose centre
 * is within `radiusMm` of such a voxel's centre (to a millionth). Of nothing: nothing.
 *
 * @returns 1 inside, 0 outside, on the mask's grid
 * @throws `usage.argument` for another connectivity, or a radius or number of times that is not above 0
 */
export const dilate = (
  mask: LabelVolume,
  inside: Inside,
  options: MorphologyOptions,
): LabelVolume => inFrame(mask, inside, { options, steps: [grow] });

/** The voxels that `inside` accepts whose neighbours or ball are all accepted; else as `dilate`. */
export const erode = (mask: LabelVolume, inside: Inside, options: MorphologyOptions): LabelVolume =>
  inFrame(mask, inside, { options, steps: [shrink] });

/** Eroded, then dilated: without spikes and bridges that the element does not fit into. */
export const open = (mask: LabelVolume, inside: Inside, options: MorphologyOptions): LabelVolume =>
  inFrame(mask, inside, { options, steps: [shrink, grow] });

/**
 * Dilated, then eroded: without gaps that the element does not fit into. It is done as if the grid
 * went on, so that nothing is lost at its ends (scipy's `binary_closing` loses it).
 */
export const close = (mask: LabelVolume, inside: Inside, options: MorphologyOptions): LabelVolume =>
  inFrame(mask, inside, { options, steps: [grow, shrink] });

/** A mask of 0 and 1 with a border that the element cannot cross. */
interface Frame {
  readonly dims: Triple;
  readonly affine: LabelVolume["affine"];
  readonly voxels: Uint8Array;
}

type Step = (frame: Frame, element: Element) => Frame;

const grow: Step = (frame, element) => {
  if ("connectivity" in element) return sweep(frame, element, orInto);
  const { mm } = distanceMm(frame, (value) => value === 1);
  const reach = reachOf(element);
  const voxels = new Uint8Array(mm.length);
  for (let at = 0; at < mm.length; at++) voxels[at] = mm[at] <= reach ? 1 : 0;
  return { ...frame, voxels };
};

const shrink: Step = (frame, element) => {
  if ("connectivity" in element) return sweep(frame, element, andInto);
  const { mm } = distanceMm(frame, (value) => value === 0);
  const reach = reachOf(element);
  const voxels = new Uint8Array(mm.length);
  for (let at = 0; at < mm.length; at++) voxels[at] = mm[at] > reach ? 1 : 0;
  return { ...frame, voxels };
};

/** A centre at exactly the radius is within it, whatever the last digit of a spacing. */
const reachOf = ({ radiusMm }: { readonly radiusMm: number }): number => radiusMm * (1 + 1e-6);

/** Does steps on the part of the mask that they can change, and puts it on the grid again. */
function inFrame(
  mask: LabelVolume,
  inside: Inside,
  { options, steps }: { readonly options: MorphologyOptions; readonly steps: readonly Step[] },
): LabelVolume {
  const margin = marginOf(mask, options);
  const { dims, affine, affineFrom } = mask;
  const made = new Uint8Array(voxelCount(mask));
  const bounds = options.beyond ? wholeBox(mask) : boundsOfRuns(findRuns(mask, inside));
  if (bounds === undefined) return { kind: "labels", dims, affine, affineFrom, voxels: made };
  const box = {
    low: shift(bounds.low, margin, -1),
    high: shift(bounds.high, margin, 1),
  };
  let frame = frameOf(mask, inside, { box, fill: options.beyond ? 1 : 0 });
  for (const step of steps) frame = step(frame, options);
  const [width, height] = frame.dims;
  forEachRow(box, dims, ({ j, k, i0, i1 }) => {
    const from = width * (j - box.low[1] + height * (k - box.low[2])) - box.low[0];
    made.set(frame.voxels.subarray(from + i0, from + i1), i0 + dims[0] * (j + dims[1] * k));
  });
  return { kind: "labels", dims, affine, affineFrom, voxels: made };
}

/** Voxels that the element reaches along each axis, and one more. */
function marginOf({ affine }: LabelVolume, element: Element): Triple {
  if (!("connectivity" in element)) {
    const { radiusMm } = element;
    if (!(radiusMm > 0 && Number.isFinite(radiusMm))) {
      throw new HeparError("usage.argument", `no element of a radius of ${radiusMm} mm`, {
        hint: "give a radius above 0",
      });
    }
    const [i, j, k] = spacingOf(affine).map((size) => 1 + Math.ceil(radiusMm / size));
    return [i, j, k];
  }
  const { connectivity, times = 1 } = element;
  if (offsets[connectivity] === undefined || !(Number.isInteger(times) && times > 0)) {
    throw new HeparError(
      "usage.argument",
      `no element of ${connectivity} neighbours, ${times} times`,
      { hint: "give 6, 18 or 26, once or more often" },
    );
  }
  return [times + 1, times + 1, times + 1];
}

const shift = (at: Triple, by: Triple, sign: 1 | -1): Triple => [
  at[0] + sign * by[0],
  at[1] + sign * by[1],
  at[2] + sign * by[2],
];

function frameOf(
  mask: LabelVolume,
  inside: Inside,
  { box, fill }: { readonly box: VoxelBox; readonly fill: 0 | 1 },
): Frame {
  const dims = sizeOf(box);
  const voxels = new Uint8Array(voxelCount({ dims })).fill(fill);
  forEachRow(box, mask.dims, ({ j, k, i0, i1 }) => {
    const to = dims[0] * (j - box.low[1] + dims[1] * (k - box.low[2])) - box.low[0];
    const from = mask.dims[0] * (j + mask.dims[1] * k);
    for (let i = i0; i < i1; i++) voxels[to + i] = inside(mask.voxels[from + i]) ? 1 : 0;
  });
  return { dims, affine: mask.affine, voxels };
}

/** The rows of a grid that lie in a box. */
function forEachRow(
  { low, high }: VoxelBox,
  dims: Triple,
  each: (row: { j: number; k: number; i0: number; i1: number }) => void,
): void {
  const [i0, i1] = [Math.max(0, low[0]), Math.min(dims[0], high[0])];
  for (let k = Math.max(0, low[2]); k < Math.min(dims[2], high[2]); k++) {
    for (let j = Math.max(0, low[1]); j < Math.min(dims[1], high[1]); j++) each({ j, k, i0, i1 });
  }
}

type Offset = readonly [number, number, number];

const steps = [-1, 0, 1];
const around: readonly Offset[] = steps.flatMap((dk) =>
  steps.flatMap((dj) => steps.map((di): Offset => [di, dj, dk])),
);
const along = (axis: number): readonly Offset[] =>
  around.filter((offset) => offset.every((step, other) => (step !== 0) === (other === axis)));

/** The neighbours, in as few passes as give the same: a cube is three lines, one after the other. */
const offsets: { readonly [C in Connectivity]: readonly (readonly Offset[])[] } = {
  6: [[...along(0), ...along(1), ...along(2)]],
  18: [around.filter((offset) => [1, 2].includes(offset.filter((step) => step !== 0).length))],
  26: [along(0), along(1), along(2)],
};

/**
 * Voxels joined with their neighbours. A row's end is beside the next row's start here, which changes
 * nothing: the frame's border is all 0 or all 1, and stays so.
 */
function sweep(
  frame: Frame,
  { connectivity, times = 1 }: { readonly connectivity: Connectivity; readonly times?: number },
  join: (made: Uint8Array, from: Uint8Array, offset: number) => void,
): Frame {
  const [width, height] = frame.dims;
  let { voxels } = frame;
  for (let time = 0; time < times; time++) {
    for (const pass of offsets[connectivity]) {
      const made = voxels.slice();
      for (const [di, dj, dk] of pass) join(made, voxels, di + width * (dj + height * dk));
      voxels = made;
    }
  }
  return { ...frame, voxels };
}

function orInto(made: Uint8Array, from: Uint8Array, offset: number): void {
  const end = Math.min(made.length, made.length - offset);
  for (let at = Math.max(0, -offset); at < end; at++) made[at] |= from[at + offset];
}

function andInto(made: Uint8Array, from: Uint8Array, offset: number): void {
  const end = Math.min(made.length, made.length - offset);
  for (let at = Math.max(0, -offset); at < end; at++) made[at] &= from[at + offset];
}
