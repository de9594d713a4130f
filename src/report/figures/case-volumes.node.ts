import sharp from "sharp";
import { requireLabels } from "../../catalog/index.ts";
import { toHeparError } from "../../core/index.ts";
import { axialSlice, channelNames, channelsOf, classesOf } from "../../slices/index.ts";
import { readCt, readLabels } from "../../volume/index.node.ts";
import {
  type CtVolume,
  type Grid,
  type LabelVolume,
  reorient,
  requireSameShape,
  spacingOf,
} from "../../volume/index.ts";
import type { GrayPlane } from "../overlay.ts";

/** Axes to the patient's left, back and head: slices are axial, from the feet, seen as usual. */
export const axialCodes = "LPS";

/** The files of a case; the masks lie on the scan, voxel by voxel. */
export interface CaseFiles {
  readonly scan: string;
  readonly mask: string;
}

/** A case in memory, its volumes turned for axial slices. */
export interface CaseVolumes {
  readonly scan: CtVolume;
  readonly mask: LabelVolume;
  /** The stored mask's: the ends of diameters are its indices. */
  readonly stored: Grid;
}

/**
 * A scan, as it is stored.
 *
 * @throws `nifti.*`, `input.*`
 */
export const readScan = async (path: string): Promise<CtVolume> => (await readCt(path)).scan;

/**
 * A mask as it is stored, on its scan's grid or, without one, on its own.
 *
 * @throws `labels.value` when it holds no labels; `geometry.mismatch` when the shapes differ
 */
export async function readMask(path: string, scan?: Grid): Promise<LabelVolume> {
  const mask = await readLabels(path);
  try {
    requireLabels(mask);
    if (scan === undefined) return mask;
    requireSameShape(scan, mask);
  } catch (thrown) {
    throw toHeparError(thrown).inFile(path);
  }
  const { affine, affineFrom } = scan;
  return { ...mask, affine, affineFrom };
}

/** A scan and its mask. */
export async function readCase(files: CaseFiles): Promise<CaseVolumes> {
  const scan = await readScan(files.scan);
  const stored = await readMask(files.mask, scan);
  const { dims, affine, affineFrom } = stored;
  return {
    scan: reorient(scan, axialCodes),
    mask: reorient(stored, axialCodes),
    stored: { dims, affine, affineFrom },
  };
}

/** The slice with the most of what counts, by its rules in their order; the middle one without any. */
export function fullestSlice(
  { dims }: Pick<Grid, "dims">,
  counts: readonly ((slice: number) => number)[],
): number {
  for (const count of counts) {
    let best = { slice: -1, count: 0 };
    for (let slice = 0; slice < dims[2]; slice++) {
      const found = count(slice);
      if (found > best.count) best = { slice, count: found };
    }
    if (best.slice >= 0) return best.slice;
  }
  return dims[2] >> 1;
}

/** How many voxels of a slice have one of the labels. */
export const countOf =
  (mask: LabelVolume, labels: readonly number[]) =>
  (slice: number): number => {
    let count = 0;
    for (const label of axialSlice(mask, slice)) if (labels.includes(label)) count++;
    return count;
  };

/** All three channels of a slice, planar. */
export const sliceBytes = (scan: CtVolume, slice: number): Uint8Array =>
  channelsOf(axialSlice<Int16Array | Float32Array>(scan, slice));

/** A slice in one of the network's channels: the liver window unless told. */
export function grayPlane(
  scan: CtVolume,
  slice: number,
  channel: (typeof channelNames)[number] = "liver",
): GrayPlane {
  const [width, height] = scan.dims;
  const at = channelNames.indexOf(channel) * width * height;
  return { width, height, gray: sliceBytes(scan, slice).subarray(at, at + width * height) };
}

/** Classes of a slice of a mask, [height, width]: 0 none, 1 liver, 2 tumour. */
export const sliceClasses = (mask: LabelVolume, slice: number): Uint8Array =>
  classesOf(Uint16Array.from(axialSlice(mask, slice)));

/** Width ÷ height of an axial slice in the patient. */
export function aspectOf({ dims, affine }: Grid): number {
  const [x, y] = spacingOf(affine);
  return (dims[0] * x) / (dims[1] * y);
}

/** Pixels as a data URI. */
export async function pngUri(
  pixels: Uint8Array,
  raw: { readonly width: number; readonly height: number; readonly channels: 1 | 3 | 4 },
): Promise<string> {
  const png = await sharp(pixels, { raw }).png().toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}

export const grayUri = ({ gray, width, height }: GrayPlane): Promise<string> =>
  pngUri(gray, { width, height, channels: 1 });
