import { HeparError } from "../core/index.ts";
import type { Triple } from "./affine.ts";
import type { NiftiHeader } from "./nifti-header.ts";
import { type CtVolume, type LabelVolume, voxelCount } from "./volume.ts";

type ScalarArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** How the bytes of each type become numbers. 64-bit integers become the nearest float64. */
const readers = {
  uint8: (buffer, at, length) => new Uint8Array(buffer, at, length),
  int8: (buffer, at, length) => new Int8Array(buffer, at, length),
  uint16: (buffer, at, length) => new Uint16Array(buffer, at, length),
  int16: (buffer, at, length) => new Int16Array(buffer, at, length),
  uint32: (buffer, at, length) => new Uint32Array(buffer, at, length),
  int32: (buffer, at, length) => new Int32Array(buffer, at, length),
  float32: (buffer, at, length) => new Float32Array(buffer, at, length),
  float64: (buffer, at, length) => new Float64Array(buffer, at, length),
  int64: (buffer, at, length) =>
    joined(new Uint32Array(buffer, at, length * 2), new Int32Array(buffer, at, length * 2)),
  uint64: (buffer, at, length) => {
    const words = new Uint32Array(buffer, at, length * 2);
    return joined(words, words);
  },
} as const satisfies Record<
  NiftiHeader["type"],
  (buffer: ArrayBufferLike, at: number, length: number) => ScalarArray
>;

/** 64-bit integers from their lower words (even places) and upper words (odd places). */
function joined(lower: Uint32Array, upper: Uint32Array | Int32Array): Float64Array {
  const values = new Float64Array(lower.length / 2);
  for (let n = 0; n < values.length; n++) values[n] = upper[2 * n + 1] * 2 ** 32 + lower[2 * n];
  return values;
}

/**
 * The stored values of a voxel block, before slope and intercept. They share memory with `bytes`
 * where alignment and byte order allow; `bytes` are never changed.
 */
function storedValues(header: NiftiHeader, bytes: Uint8Array): ScalarArray {
  const { bytesPerVoxel: size, littleEndian, type, dims } = header;
  const count = voxelCount(header);
  if (bytes.length < count * size) {
    throw new HeparError(
      "nifti.truncated",
      `the voxels are cut off: ${dims.join(" × ")} ${type} needs ${count * size} bytes, got ${bytes.length}`,
      { hint: "copy the file again" },
    );
  }
  const turned = !littleEndian && size > 1;
  const own = turned || bytes.byteOffset % size !== 0 ? new Uint8Array(bytes) : bytes;
  if (turned) turnBytes(own, size);
  return readers[type](own.buffer, own.byteOffset, count);
}

/** Big-endian to little-endian, in place. */
function turnBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start + size <= bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const kept = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = kept;
    }
  }
}

/**
 * The scan in a NIfTI file's voxel bytes, in HU: Int16 when every value is a whole number that
 * Int16 holds, else Float32. May share memory with `bytes`.
 *
 * @throws `nifti.value` when voxels are NaN or infinite; `nifti.truncated` when bytes are missing
 */
export function toCtVolume(header: NiftiHeader, bytes: Uint8Array): CtVolume {
  const stored = storedValues(header, bytes);
  const { dims, affine, affineFrom, slope, intercept } = header;
  const grid = { kind: "ct", dims, affine, affineFrom } as const;
  if (slope === 1 && intercept === 0 && stored instanceof Int16Array) {
    return { ...grid, voxels: stored };
  }
  const whole = asInt16(stored, header);
  if (whole !== undefined) return { ...grid, voxels: whole };
  const voxels = new Float32Array(stored.length);
  let bad = 0;
  let firstBad = 0;
  for (let n = 0; n < voxels.length; n++) {
    voxels[n] = stored[n] * slope + intercept;
    if (!Number.isFinite(voxels[n]) && bad++ === 0) firstBad = n;
  }
  if (bad > 0) {
    throw new HeparError(
      "nifti.value",
      `${bad} of ${voxels.length} voxels are NaN or infinite, the first at ${placeOf(firstBad, dims)}`,
      {
        hint: "export the scan again, or replace them by −1024 HU if they lie outside the patient",
      },
    );
  }
  return { ...grid, voxels };
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
const placeOf = (n: number, [width, height]: Triple): string =>
  `(${n % width}, ${Math.floor(n / width) % height}, ${Math.floor(n / (width * height))})`;

/**
 * The mask in a NIfTI file's voxel bytes: Uint8 when every label fits, else Int16, else Int32. May
 * share memory with `bytes`.
 *
 * @throws `labels.value` when a voxel is not a whole number that 32 bits hold; `nifti.truncated`
 * when bytes are missing
 */
export function toLabelVolume(header: NiftiHeader, bytes: Uint8Array): LabelVolume {
  const stored = storedValues(header, bytes);
  const { dims, affine, affineFrom, slope, intercept } = header;
  const grid = { kind: "labels", dims, affine, affineFrom } as const;
  const scaled = slope !== 1 || intercept !== 0;
  if (!scaled && stored instanceof Uint8Array) return { ...grid, voxels: stored };
  const tolerance = scaled ? halfStep(slope) : 0;
  let low = 0;
  let high = 0;
  for (let n = 0; n < stored.length; n++) {
    const value = stored[n] * slope + intercept;
    const label = Math.round(value);
    if (label !== (label | 0) || Math.abs(value - label) > tolerance) {
      throw new HeparError(
        "labels.value",
        `a mask holds whole numbers, but voxel ${placeOf(n, dims)} is ${value}`,
        { hint: "it was interpolated or is no mask: resample masks with nearest neighbour" },
      );
    }
    if (label < low) low = label;
    if (label > high) high = label;
  }
  const voxels = labelArray(low, high, stored.length);
  for (let n = 0; n < stored.length; n++) voxels[n] = Math.round(stored[n] * slope + intercept);
  return { ...grid, voxels };
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
function labelArray(low: number, high: number, length: number): LabelVolume["voxels"] {
  if (low >= 0 && high <= 255) return new Uint8Array(length);
  return low >= -32768 && high <= 32767 ? new Int16Array(length) : new Int32Array(length);
}
