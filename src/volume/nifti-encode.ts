import { HeparError } from "../core/index.ts";
import { affineOf, geometryOf, type NiftiGeometry } from "./nifti-affine.ts";
import { cornerDistanceMm, type Grid, type Volume, voxelCount } from "./volume.ts";

/** NIfTI-1's dimensions are 16-bit. */
const longestAxis = 32767;

/** Float32 rounding of the affine's 12 numbers stays far below this. */
const toleranceMm = 0.01;

const scalars = {
  uint8: { code: 2, bits: 8 },
  int16: { code: 4, bits: 16 },
  int32: { code: 8, bits: 32 },
  float32: { code: 16, bits: 32 },
} as const;

function scalarOf(voxels: Volume["voxels"]): keyof typeof scalars {
  if (voxels instanceof Uint8Array) return "uint8";
  if (voxels instanceof Int16Array) return "int16";
  return voxels instanceof Int32Array ? "int32" : "float32";
}

/**
 * A volume as the bytes of a NIfTI-1 file, in two parts to be written one after the other.
 *
 * @param geometry - the scan's own header fields: a mask written with them lies exactly on it
 * @throws `nifti.dimensions` when an axis is longer than NIfTI-1 allows (32,767);
 * `geometry.mismatch` when `geometry` is that of another grid
 */
export function encodeNifti(volume: Volume, geometry?: NiftiGeometry): [Uint8Array, Uint8Array] {
  const { voxels, dims } = volume;
  if (voxels.length !== voxelCount(volume)) {
    throw new HeparError("defect", `${dims.join(" × ")} voxels, but ${voxels.length} values`);
  }
  if (dims.some((size) => size > longestAxis)) {
    throw new HeparError(
      "nifti.dimensions",
      `${dims.join(" × ")} cannot be written as NIfTI-1: an axis holds at most ${longestAxis} voxels`,
      { hint: "crop the volume" },
    );
  }
  if (geometry !== undefined) requireSameGrid(volume, geometry);
  return [
    encodeHeader(volume, scalars[scalarOf(voxels)], geometry ?? geometryOf(volume)),
    new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength),
  ];
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

/** A NIfTI-1 header (348 bytes and the empty extension flag: 352) for unscaled voxels. */
function encodeHeader(
  { dims }: Grid,
  scalar: { readonly code: number; readonly bits: number },
  geometry: NiftiGeometry,
): Uint8Array {
  const bytes = new Uint8Array(352);
  const view = new DataView(bytes.buffer);
  const floats = (at: number, values: readonly number[]): void => {
    values.forEach((value, n) => {
      view.setFloat32(at + 4 * n, value, true);
    });
  };
  view.setInt32(0, 348, true);
  [3, ...dims, 1, 1, 1, 1].forEach((size, n) => {
    view.setInt16(40 + 2 * n, size, true);
  });
  view.setInt16(70, scalar.code, true);
  view.setInt16(72, scalar.bits, true);
  floats(76, fullRank(geometry).pixdim);
  floats(108, [352, 1, 0]); // vox_offset, scl_slope, scl_inter
  view.setUint8(123, geometry.units);
  view.setInt16(252, geometry.qformCode, true);
  view.setInt16(254, geometry.sformCode, true);
  floats(256, geometry.quaternion);
  floats(280, geometry.sform);
  bytes.set([0x6e, 0x2b, 0x31, 0], 344); // "n+1"
  return bytes;
}
