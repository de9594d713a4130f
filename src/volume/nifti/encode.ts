import { HeparError } from "../../core/index.ts";
import { cornerDistanceMm, type Grid, type Volume, voxelCount } from "../volume.ts";
import { affineOf, geometryOf, type NiftiGeometry } from "./affine.ts";

/** NIfTI-1's dimensions are 16-bit. */
const longestAxis = 32767;

/** Float32 rounding of the affine's 12 numbers stays far below this. */
const toleranceMm = 0.01;

/** The types that hepar writes. */
export const writtenTypes = {
  uint8: { code: 2, array: Uint8Array },
  int16: { code: 4, array: Int16Array },
  int32: { code: 8, array: Int32Array },
  float32: { code: 16, array: Float32Array },
} as const;

export type WrittenType = keyof typeof writtenTypes;

export interface EncodeOptions {
  /** The scan's own header fields: a mask written with them lies exactly on it. */
  readonly geometry?: NiftiGeometry;
  /**
   * 1 unless given, which every program reads. 2 keeps a NIfTI-2 scan's float64 geometry to the last
   * bit and axes over 32,767 voxels; ITK (3D Slicer, ITK-SNAP, SimpleITK) does not read it.
   */
  readonly version?: 1 | 2;
}

/**
 * A volume as the bytes of a NIfTI file, in two parts to be written one after the other.
 *
 * @throws `nifti.dimensions` when an axis is longer than NIfTI-1 allows (32,767);
 * `geometry.mismatch` when `geometry` is that of another grid
 */
export function encodeNifti(
  volume: Volume,
  options: EncodeOptions = {},
): [header: Uint8Array, voxels: Uint8Array] {
  const { voxels, dims } = volume;
  if (voxels.length !== voxelCount(volume)) {
    throw new HeparError("defect", `${dims.join(" × ")} voxels, but ${voxels.length} values`);
  }
  return [
    encodeNiftiHeader(volume, { ...options, type: typeOf(voxels) }),
    new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength),
  ];
}

function typeOf(voxels: Volume["voxels"]): WrittenType {
  if (voxels instanceof Uint8Array) return "uint8";
  if (voxels instanceof Int16Array) return "int16";
  return voxels instanceof Int32Array ? "int32" : "float32";
}

/**
 * The bytes before the voxels: a little-endian header, unscaled, without extensions.
 *
 * @throws as `encodeNifti`
 */
export function encodeNiftiHeader(
  grid: Grid,
  { geometry, version = 1, type }: EncodeOptions & { readonly type: WrittenType },
): Uint8Array {
  if (version === 1 && grid.dims.some((size) => size > longestAxis)) {
    throw new HeparError(
      "nifti.dimensions",
      `${grid.dims.join(" × ")} cannot be written as NIfTI-1: an axis holds at most ${longestAxis} voxels`,
      { hint: "crop the volume, or write it as NIfTI-2" },
    );
  }
  if (geometry !== undefined) requireSameGrid(grid, geometry);
  const fields = {
    dim: [3, ...grid.dims, 1, 1, 1, 1],
    code: writtenTypes[type].code,
    bits: writtenTypes[type].array.BYTES_PER_ELEMENT * 8,
    geometry: fullRank(geometry ?? geometryOf(grid)),
  };
  return version === 1 ? encodeVersion1(fields) : encodeVersion2(fields);
}

function requireSameGrid(grid: Grid, geometry: NiftiGeometry): void {
  const distance = cornerDistanceMm(grid, affineOf(grid.dims, fullRank(geometry)));
  if (distance <= toleranceMm) return;
  throw new HeparError(
    "geometry.mismatch",
    `the volume lies ${distance.toFixed(2)} mm away from the scan whose header it is to carry`,
    { hint: "turn it back to the scan's own axes before it is written" },
  );
}

/** A 2D file may leave the third voxel size at 0; a 3D file may not. */
const fullRank = (geometry: NiftiGeometry): NiftiGeometry => ({
  ...geometry,
  pixdim: geometry.pixdim.map((size, n) => (n > 0 && n <= 3 && !(size > 0) ? 1 : size)),
});

interface Fields {
  readonly dim: readonly number[];
  readonly code: number;
  readonly bits: number;
  readonly geometry: NiftiGeometry;
}

/** 348 bytes and the empty extension flag: 352. */
function encodeVersion1({ dim, code, bits, geometry }: Fields): Uint8Array {
  const bytes = new Uint8Array(352);
  const view = new DataView(bytes.buffer);
  const floats = (at: number, values: readonly number[]): void => {
    values.forEach((value, n) => {
      view.setFloat32(at + 4 * n, value, true);
    });
  };
  view.setInt32(0, 348, true);
  dim.forEach((size, n) => {
    view.setInt16(40 + 2 * n, size, true);
  });
  view.setInt16(70, code, true);
  view.setInt16(72, bits, true);
  floats(76, geometry.pixdim);
  floats(108, [352, 1, 0]); // vox_offset, scl_slope, scl_inter
  view.setUint8(123, geometry.units);
  view.setInt16(252, geometry.qformCode, true);
  view.setInt16(254, geometry.sformCode, true);
  floats(256, geometry.quaternion);
  floats(280, geometry.sform);
  bytes.set([0x6e, 0x2b, 0x31, 0], 344); // "n+1"
  return bytes;
}

/** 540 bytes and the empty extension flag: 544. */
function encodeVersion2({ dim, code, bits, geometry }: Fields): Uint8Array {
  const bytes = new Uint8Array(544);
  const view = new DataView(bytes.buffer);
  const floats = (at: number, values: readonly number[]): void => {
    values.forEach((value, n) => {
      view.setFloat64(at + 8 * n, value, true);
    });
  };
  view.setInt32(0, 540, true);
  bytes.set([0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a], 4); // "n+2", and the line ends
  view.setInt16(12, code, true);
  view.setInt16(14, bits, true);
  dim.forEach((size, n) => {
    view.setBigInt64(16 + 8 * n, BigInt(size), true);
  });
  floats(104, geometry.pixdim);
  view.setBigInt64(168, 544n, true); // vox_offset
  floats(176, [1, 0]); // scl_slope, scl_inter
  view.setInt32(344, geometry.qformCode, true);
  view.setInt32(348, geometry.sformCode, true);
  floats(352, geometry.quaternion);
  floats(400, geometry.sform);
  view.setInt32(500, geometry.units, true);
  return bytes;
}
