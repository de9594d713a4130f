import { HeparError } from "../../core/index.ts";
import type { Triple } from "../affine.ts";
import {
  type CtVolume,
  type Grid,
  type LabelArray,
  type LabelVolume,
  voxelCount,
} from "../volume.ts";
import type { NiftiHeader } from "./header.ts";
import { type ScalarArray, storedValues } from "./stored.ts";

/**
 * The scan in a NIfTI file's voxel bytes, in HU: Int16 when every value is a whole number that
 * Int16 holds, else Float32. May share memory with `bytes`.
 *
 * @throws `nifti.value` when voxels are NaN or infinite; `nifti.truncated` when bytes are missing
 */
export function toCtVolume(header: NiftiHeader, bytes: Uint8Array): CtVolume {
  const { dims, affine, affineFrom } = header;
  const voxels = ctVoxels(header, wanted(header, bytes));
  requireFinite(voxels, header, 0);
  return { kind: "ct", dims, affine, affineFrom, voxels };
}

/** The bytes of some whole slices as HU, as `toCtVolume` does, but whatever stands in them. */
function ctVoxels(header: NiftiHeader, bytes: Uint8Array): CtVolume["voxels"] {
  const stored = storedValues(header, bytes);
  const { slope, intercept } = header;
  if (slope === 1 && intercept === 0 && stored instanceof Int16Array) return stored;
  const whole = asInt16(stored, header);
  if (whole !== undefined) return whole;
  const voxels = new Float32Array(stored.length);
  for (let n = 0; n < voxels.length; n++) voxels[n] = stored[n] * slope + intercept;
  return voxels;
}

function requireFinite(voxels: CtVolume["voxels"], { dims }: Grid, firstSlice: number): void {
  if (voxels instanceof Int16Array) return;
  let bad = 0;
  let firstBad = 0;
  for (let n = 0; n < voxels.length; n++) {
    // A number minus itself is 0, but for NaN and the infinite.
    if (voxels[n] - voxels[n] !== 0 && bad++ === 0) firstBad = n;
  }
  if (bad === 0) return;
  throw new HeparError(
    "nifti.value",
    `${bad} of ${voxels.length} voxels are NaN or infinite, the first at ${placeOf(firstBad, dims, firstSlice)}: expected Hounsfield units`,
    { hint: "export the scan again, or replace them by −1024 HU if they lie outside the patient" },
  );
}

/** The bytes of the voxels, without what follows them. */
function wanted(header: NiftiHeader, bytes: Uint8Array): Uint8Array {
  const size = voxelCount(header) * header.bytesPerVoxel;
  if (bytes.length >= size) return bytes.subarray(0, size);
  throw new HeparError(
    "nifti.truncated",
    `the voxels are cut off: ${header.dims.join(" × ")} ${header.type} needs ${size} bytes, got ${bytes.length}`,
    { hint: "copy the file again" },
  );
}

/** The values as Int16 if nothing is lost by it. Stops at the first that does not fit. */
function asInt16(
  stored: ScalarArray,
  { slope, intercept }: Pick<NiftiHeader, "slope" | "intercept">,
): Int16Array<ArrayBuffer> | undefined {
  const voxels = new Int16Array(stored.length);
  for (let n = 0; n < stored.length; n++) {
    const value = stored[n] * slope + intercept;
    voxels[n] = value;
    if (voxels[n] !== value) return undefined;
  }
  return voxels;
}

/** Column, row and slice of a voxel, for messages. */
const placeOf = (n: number, [width, height]: Triple, firstSlice: number): string =>
  `(${n % width}, ${Math.floor(n / width) % height}, ${Math.floor(n / (width * height)) + firstSlice})`;

/**
 * The mask in a NIfTI file's voxel bytes: Uint8 when every label fits, else Int16, else Int32. May
 * share memory with `bytes`.
 *
 * @throws `labels.value` when a voxel is not a whole number that 32 bits hold; `nifti.truncated`
 * when bytes are missing
 */
export function toLabelVolume(header: NiftiHeader, bytes: Uint8Array): LabelVolume {
  const { dims, affine, affineFrom } = header;
  const voxels = labelVoxels(header, wanted(header, bytes));
  return { kind: "labels", dims, affine, affineFrom, voxels };
}

/**
 * The bytes of some whole slices as labels, as `toLabelVolume` does.
 *
 * @param firstSlice - which slice the bytes begin with, for messages
 */
function labelVoxels(header: NiftiHeader, bytes: Uint8Array, firstSlice = 0): LabelArray {
  const stored = storedValues(header, bytes);
  const { dims, slope, intercept } = header;
  const scaled = slope !== 1 || intercept !== 0;
  if (!scaled && stored instanceof Uint8Array) return stored;
  const exact = scaled ? undefined : exactLabels(stored);
  if (exact !== undefined) return exact;
  const tolerance = scaled ? halfStep(slope) : 0;
  let low = 0;
  let high = 0;
  for (let n = 0; n < stored.length; n++) {
    const value = stored[n] * slope + intercept;
    const label = Math.round(value);
    if (label !== (label | 0) || Math.abs(value - label) > tolerance) {
      throw new HeparError(
        "labels.value",
        `a mask holds whole numbers, but voxel ${placeOf(n, dims, firstSlice)} is ${value}`,
        { hint: "it was interpolated or is no mask: resample masks with nearest neighbour" },
      );
    }
    if (label < low) low = label;
    if (label > high) high = label;
  }
  const voxels = labelArray(low, high, stored.length);
  for (let n = 0; n < stored.length; n++) voxels[n] = Math.round(stored[n] * slope + intercept);
  return voxels;
}

/** Unscaled values as labels; undefined when one is not a whole number of 32 bits. */
function exactLabels(stored: ScalarArray): LabelArray | undefined {
  let low = 0;
  let high = 0;
  for (let n = 0; n < stored.length; n++) {
    const value = stored[n];
    if ((value | 0) !== value) return undefined;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const voxels = labelArray(low, high, stored.length);
  voxels.set(stored);
  return voxels;
}

/**
 * What a label may be off by in a file that stores stored · slope + intercept. Writers that squeeze
 * a float mask into integers (nibabel's default) choose a slope such as 2 ÷ 65535, and a label then
 * falls between two steps: half a step is rounding. For coarse steps it is that of a float32 slope.
 */
const halfStep = (slope: number): number => {
  const step = Math.abs(slope);
  return step < 0.02 ? step * 0.5001 + 1e-6 : 1e-4;
};

/** The smallest array type that holds the labels from low to high. */
function labelArray(low: number, high: number, length: number): LabelArray {
  if (low >= 0 && high <= 255) return new Uint8Array(length);
  return low >= -32768 && high <= 32767 ? new Int16Array(length) : new Int32Array(length);
}

/** How voxels of one kind are made of a file's bytes. */
export interface VoxelKind<Voxels> {
  /** Whether the file's bytes are the values as they stand. */
  readonly inPlace: (header: NiftiHeader) => boolean;
  /** Some whole slices, the first of them `firstSlice`, in the narrowest array that holds them. */
  readonly convert: (header: NiftiHeader, bytes: Uint8Array, firstSlice: number) => Voxels;
  /** Refuses values that cannot be used. */
  readonly check: (voxels: Voxels, grid: Grid, firstSlice: number) => void;
  /** From narrow to wide, each holding what those before it hold. */
  readonly arrays: readonly (new (
    length: number,
  ) => Voxels)[];
}

const isStoredAs =
  (wanted: NiftiHeader["type"]) =>
  ({ type, slope, intercept, littleEndian, bytesPerVoxel }: NiftiHeader): boolean =>
    type === wanted && slope === 1 && intercept === 0 && (littleEndian || bytesPerVoxel === 1);

export const huKind: VoxelKind<CtVolume["voxels"]> = {
  inPlace: isStoredAs("int16"),
  convert: ctVoxels,
  check: requireFinite,
  arrays: [Int16Array, Float32Array],
};

export const labelKind: VoxelKind<LabelArray> = {
  inPlace: isStoredAs("uint8"),
  convert: labelVoxels,
  check: () => {},
  arrays: [Uint8Array, Int16Array, Int32Array],
};
