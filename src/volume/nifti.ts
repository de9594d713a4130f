import { HeparError } from "../core/index.ts";
import {
  encodeNiftiHeader,
  type NiftiGeometry,
  type NiftiHeader,
  type ScalarType,
} from "./nifti-header.ts";
import { type CtVolume, type LabelVolume, type Volume, voxelCount } from "./volume.ts";

type ScalarArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

const arrayTypes = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const satisfies Record<ScalarType, unknown>;

/**
 * The stored values of a voxel block, before slope and intercept. Uses the bytes in place where
 * their alignment allows; turns them round, in place, when the file is big-endian.
 */
export function storedValues(header: NiftiHeader, bytes: Uint8Array): ScalarArray {
  const size = header.bytesPerVoxel;
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  if (!header.littleEndian && size > 1) swapBytes(aligned, size);
  return new arrayTypes[header.type](
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    bytes.length / size,
  );
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) {
    bytes.subarray(start, start + size).reverse();
  }
}

/**
 * The scan in a NIfTI file's voxel bytes, in HU.
 *
 * @throws `nifti.value` when voxels are NaN or infinite
 */
export function toCtVolume(header: NiftiHeader, bytes: Uint8Array): CtVolume {
  const stored = storedValues(header, bytes);
  const grid = { dims: header.dims, affine: header.affine, affineFrom: header.affineFrom };
  if (header.slope === 1 && header.intercept === 0) {
    if (stored instanceof Int16Array) return { kind: "ct", ...grid, voxels: stored };
    if (fitsInt16(stored)) return { kind: "ct", ...grid, voxels: Int16Array.from(stored) };
  }
  const voxels = new Float32Array(stored.length);
  let bad = 0;
  let firstBad = -1;
  for (let n = 0; n < voxels.length; n++) {
    const value = stored[n] * header.slope + header.intercept;
    if (!Number.isFinite(value)) {
      bad++;
      if (firstBad < 0) firstBad = n;
    }
    voxels[n] = value;
  }
  if (bad > 0) {
    const [width, height] = header.dims;
    const place = [
      firstBad % width,
      Math.floor(firstBad / width) % height,
      Math.floor(firstBad / (width * height)),
    ];
    throw new HeparError(
      "nifti.value",
      `${bad} of ${voxels.length} voxels are NaN or infinite, the first at (${place.join(", ")})`,
      {
        hint: "export the scan again, or replace them by −1024 HU if they lie outside the patient",
      },
    );
  }
  return { kind: "ct", ...grid, voxels };
}

/** Whether every stored value is a whole number that Int16 holds: then nothing is lost. */
function fitsInt16(stored: ScalarArray): boolean {
  for (let n = 0; n < stored.length; n++) {
    const value = stored[n];
    if (value !== (value << 16) >> 16) return false;
  }
  return true;
}

/**
 * The mask in a NIfTI file's voxel bytes.
 *
 * @throws `labels.value` when a voxel is not a whole number that 32 bits hold
 */
export function toLabelVolume(header: NiftiHeader, bytes: Uint8Array): LabelVolume {
  const stored = storedValues(header, bytes);
  const grid = { dims: header.dims, affine: header.affine, affineFrom: header.affineFrom };
  const unscaled = header.slope === 1 && header.intercept === 0;
  if (unscaled && stored instanceof Uint8Array) return { kind: "labels", ...grid, voxels: stored };
  let low = 0;
  let high = 0;
  for (let n = 0; n < stored.length; n++) {
    const value = stored[n] * header.slope + header.intercept;
    if (value !== (value | 0)) {
      throw new HeparError(
        "labels.value",
        `a mask holds whole numbers, but voxel ${n} is ${value}`,
        { hint: "it was interpolated or is no mask: resample masks with nearest neighbour" },
      );
    }
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  const Labels =
    low >= 0 && high <= 255 ? Uint8Array : low >= -32768 && high <= 32767 ? Int16Array : Int32Array;
  const voxels = new Labels(stored.length);
  for (let n = 0; n < stored.length; n++) voxels[n] = stored[n] * header.slope + header.intercept;
  return { kind: "labels", ...grid, voxels };
}

/**
 * A volume as the bytes of a NIfTI-1 file, in two parts to be written one after the other.
 *
 * @param geometry - the scan's own header fields: a mask written with them lies exactly on it
 */
export function encodeNifti(volume: Volume, geometry?: NiftiGeometry): [Uint8Array, Uint8Array] {
  const { voxels } = volume;
  const type =
    voxels instanceof Uint8Array
      ? "uint8"
      : voxels instanceof Int16Array
        ? "int16"
        : voxels instanceof Int32Array
          ? "int32"
          : "float32";
  if (voxels.length !== voxelCount(volume)) {
    throw new HeparError(
      "defect",
      `a volume of ${volume.dims.join(" × ")} holds ${voxels.length} voxels`,
    );
  }
  return [
    encodeNiftiHeader(volume, type, geometry),
    new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength),
  ];
}
