import type { Triple } from "../volume/index.ts";
import { resizeBytes, resizeClasses, type SliceLabels } from "./resample.ts";

/**
 * @file The only crossing between the two axis orders. A volume is [x, y, z] with x fastest, a
 * tensor [n, c, y, x] with x fastest: the same memory, read from the other end, so no voxel moves.
 */

/** A slice as the network sees it; with its neighbours (`stackNeighbours`) it has more channels. */
export interface SliceImage {
  readonly width: number;
  readonly height: number;
  /** Planar [channels, height, width], 0–255; three channels of each slice. */
  readonly channels: Uint8Array;
}

/** A slice of a mask. */
export interface SliceMask {
  readonly width: number;
  readonly height: number;
  /** [height, width] */
  readonly labels: SliceLabels;
}

/** Background, liver, tumour. */
export const classCount = 3;

/**
 * Slice k of a volume, [height, width]: row j, column i. A view, not a copy.
 *
 * @param volume - reoriented for slicing (`sliceCodes`)
 */
export function axialSlice<Voxels extends { subarray(from: number, to: number): Voxels }>(
  volume: { readonly dims: Triple; readonly voxels: Voxels },
  k: number,
): Voxels {
  const pixels = volume.dims[0] * volume.dims[1];
  return volume.voxels.subarray(k * pixels, (k + 1) * pixels);
}

// (v/255 − ½) · 2: black −1, white 1.
const inputTable = Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - 0.5) * 2);

/**
 * What a network gets for bytes, −1 to 1; same shape. The one place where this scale is said.
 *
 * @param into - filled and returned when given, from `at` on
 */
export function inputOf(
  bytes: Uint8Array,
  options: { readonly into?: Float32Array; readonly at?: number } = {},
): Float32Array {
  const { into = new Float32Array(bytes.length), at = 0 } = options;
  for (let i = 0; i < bytes.length; i++) into[at + i] = inputTable[bytes[i]];
  return into;
}

/** The class of each label: 1 liver, 2 tumour; every other label is background. Same shape. */
export function classesOf(labels: SliceLabels): Uint8Array {
  const classes = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    classes[i] = label === 1 || label === 2 ? label : 0;
  }
  return classes;
}

/**
 * Slices as a network's input, each stretched to size × size.
 *
 * @param images - all of as many channels
 * @returns [n, channels, size, size], −1 to 1; empty without images
 */
export function inputTensor(
  images: readonly SliceImage[],
  { size }: { readonly size: number },
): Float32Array {
  const resized = images.map(({ width, height, channels }) =>
    resizeBytes(channels, { width, height, toWidth: size, toHeight: size }),
  );
  const tensor = new Float32Array(resized.reduce((sum, { length }) => sum + length, 0));
  resized.forEach((bytes, n) => {
    inputOf(bytes, { into: tensor, at: n * bytes.length });
  });
  return tensor;
}

/**
 * A mask as a network's target, stretched to size × size.
 *
 * @returns [size, size], class numbers 0, 1, 2 (see `classesOf`)
 */
export function targetOf(
  { width, height, labels }: SliceMask,
  { size }: { readonly size: number },
): Uint8Array {
  const resize = { width, height, toWidth: size, toHeight: size };
  return resizeClasses(classesOf(labels), { ...resize, classCount });
}
