import { HeparError } from "../core/index.ts";
import type { Triple } from "./affine.ts";
import { affineOf, type NiftiGeometry } from "./nifti-affine.ts";
import type { Grid } from "./volume.ts";

/** Scalar types hepar reads, by NIfTI datatype code. */
const scalarTypes = {
  2: { name: "uint8", bytes: 1 },
  4: { name: "int16", bytes: 2 },
  8: { name: "int32", bytes: 4 },
  16: { name: "float32", bytes: 4 },
  64: { name: "float64", bytes: 8 },
  256: { name: "int8", bytes: 1 },
  512: { name: "uint16", bytes: 2 },
  768: { name: "uint32", bytes: 4 },
  1024: { name: "int64", bytes: 8 },
  1280: { name: "uint64", bytes: 8 },
} as const;

export type ScalarType = (typeof scalarTypes)[keyof typeof scalarTypes]["name"];

/** Types that exist and are refused by name, so that the message can say what was found. */
const refusedTypes: Readonly<Record<number, string>> = {
  0: "unknown",
  1: "1-bit",
  32: "complex64",
  128: "RGB",
  1536: "float128",
  1792: "complex128",
  2048: "complex256",
  2304: "RGBA",
};

/** What a NIfTI-1 or NIfTI-2 header says, checked. */
export interface NiftiHeader extends Grid {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  readonly type: ScalarType;
  readonly bytesPerVoxel: number;
  /** Byte at which the voxels start. */
  readonly voxelOffset: number;
  /** Stored value · slope + intercept = value. */
  readonly slope: number;
  readonly intercept: number;
  /** The geometry fields as they stand in the file, so that a mask can be written with the same. */
  readonly geometry: NiftiGeometry;
}

/** Bytes that are enough to parse either version's header. */
export const headerBytes = 544;

/** Header extensions are small; 64 MiB of them is a broken header. */
const lastVoxelOffset = 2 ** 26;

const fail = (code: "nifti.header" | "nifti.type" | "nifti.dimensions", message: string): never => {
  throw new HeparError(code, message, {
    hint: "export the scan again as NIfTI-1 (.nii or .nii.gz)",
  });
};

/**
 * The header at the start of a NIfTI file.
 *
 * @param bytes - the first 544 bytes, or all of a shorter file
 * @throws `nifti.empty`, `nifti.truncated`, `nifti.header`, `nifti.type`, `nifti.dimensions`,
 * `nifti.too-large`, `geometry.singular`
 * @see NIfTI-1.1 and NIfTI-2 headers, nifti.nimh.nih.gov
 */
export function parseNiftiHeader(bytes: Uint8Array): NiftiHeader {
  if (bytes.length === 0) {
    throw new HeparError("nifti.empty", "the file is empty", { hint: "copy it again" });
  }
  if (bytes.length < 348) {
    throw new HeparError(
      "nifti.truncated",
      `the header is cut off: expected at least 348 bytes, got ${bytes.length}`,
      { hint: "copy the file again" },
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sizes = [view.getInt32(0, true), view.getInt32(0, false)];
  const littleEndian = sizes[0] === 348 || sizes[0] === 540;
  const size = littleEndian ? sizes[0] : sizes[1];
  if (size === 348) return checked(readVersion1(view, littleEndian));
  if (size === 540) {
    if (bytes.length < 540) {
      throw new HeparError(
        "nifti.truncated",
        `the NIfTI-2 header is cut off: expected 540 bytes, got ${bytes.length}`,
        { hint: "copy the file again" },
      );
    }
    return checked(readVersion2(view, littleEndian));
  }
  return fail("nifti.header", `not a NIfTI file: sizeof_hdr is ${sizes[0]}, expected 348 or 540`);
}

/** The fields of either version, before they are checked. */
interface RawHeader {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  readonly dim: readonly number[];
  readonly datatype: number;
  readonly bitpix: number;
  readonly voxelOffset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly geometry: NiftiGeometry;
}

const separateVoxels = "the voxels are in a separate .img file, which hepar does not read yet";

function readVersion1(view: DataView, little: boolean): RawHeader {
  const magic = text(view, 344);
  if (magic === "ni1") return fail("nifti.header", separateVoxels);
  if (magic !== "n+1") {
    return fail("nifti.header", "no NIfTI magic (an Analyze 7.5 file holds no orientation)");
  }
  const f32 = (at: number): number => view.getFloat32(at, little);
  const i16 = (at: number): number => view.getInt16(at, little);
  return {
    version: 1,
    littleEndian: little,
    dim: list(8, (n) => i16(40 + 2 * n)),
    datatype: i16(70),
    bitpix: i16(72),
    voxelOffset: f32(108),
    slope: f32(112),
    intercept: f32(116),
    geometry: {
      pixdim: list(8, (n) => f32(76 + 4 * n)),
      units: view.getUint8(123),
      qformCode: i16(252),
      sformCode: i16(254),
      quaternion: list(6, (n) => f32(256 + 4 * n)),
      sform: list(12, (n) => f32(280 + 4 * n)),
    },
  };
}

function readVersion2(view: DataView, little: boolean): RawHeader {
  const magic = text(view, 4);
  if (magic === "ni2") return fail("nifti.header", separateVoxels);
  if (magic !== "n+2") return fail("nifti.header", "the NIfTI-2 magic is missing");
  if (view.getUint32(8, false) !== 0x0d0a1a0a) {
    return fail("nifti.header", "the NIfTI-2 line-end bytes were changed: it was copied as text");
  }
  const f64 = (at: number): number => view.getFloat64(at, little);
  const i64 = (at: number): number => Number(view.getBigInt64(at, little));
  const i32 = (at: number): number => view.getInt32(at, little);
  return {
    version: 2,
    littleEndian: little,
    dim: list(8, (n) => i64(16 + 8 * n)),
    datatype: view.getInt16(12, little),
    bitpix: view.getInt16(14, little),
    voxelOffset: i64(168),
    slope: f64(176),
    intercept: f64(184),
    geometry: {
      pixdim: list(8, (n) => f64(104 + 8 * n)),
      units: i32(500) & 0xff,
      qformCode: i32(344),
      sformCode: i32(348),
      quaternion: list(6, (n) => f64(352 + 8 * n)),
      sform: list(12, (n) => f64(400 + 8 * n)),
    },
  };
}

const list = (length: number, value: (index: number) => number): number[] =>
  Array.from({ length }, (_, index) => value(index));

function text(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2));
}

function checked(raw: RawHeader): NiftiHeader {
  const scalar = scalarTypes[raw.datatype as keyof typeof scalarTypes];
  if (scalar === undefined) {
    const name = refusedTypes[raw.datatype] ?? "no known type";
    return fail("nifti.type", `datatype ${raw.datatype} (${name}) is not a scan or a mask`);
  }
  if (raw.bitpix !== scalar.bytes * 8) {
    return fail(
      "nifti.header",
      `bitpix is ${raw.bitpix}, expected ${scalar.bytes * 8} for datatype ${scalar.name}`,
    );
  }
  const first = raw.version === 1 ? 352 : 544;
  const { voxelOffset } = raw;
  if (!Number.isInteger(voxelOffset) || voxelOffset < first || voxelOffset > lastVoxelOffset) {
    return fail(
      "nifti.header",
      `vox_offset is ${voxelOffset}, expected a whole number from ${first} to ${lastVoxelOffset}`,
    );
  }
  const dims = checkedDims(raw.dim);
  const { slope, intercept } = checkedScaling(raw);
  return {
    version: raw.version,
    littleEndian: raw.littleEndian,
    dims,
    type: scalar.name,
    bytesPerVoxel: scalar.bytes,
    voxelOffset,
    slope,
    intercept,
    geometry: raw.geometry,
    ...affineOf(dims, raw.geometry, raw.dim[0]),
  };
}

function checkedDims(dim: readonly number[]): Triple {
  const rank = dim[0];
  if (rank < 1 || rank > 7) return fail("nifti.dimensions", `dim[0] is ${rank}, expected 1 to 7`);
  const sizes = dim.slice(1, rank + 1);
  if (sizes.some((size) => !Number.isInteger(size) || size < 1)) {
    return fail(
      "nifti.dimensions",
      `the dimensions are ${sizes.join(" × ")}: each must be 1 or more`,
    );
  }
  if (sizes.slice(3).some((size) => size > 1)) {
    return fail(
      "nifti.dimensions",
      `${sizes.join(" × ")} is not one volume: hepar reads 3D scans (or 4D with one volume)`,
    );
  }
  const dims: Triple = [sizes[0], sizes[1] ?? 1, sizes[2] ?? 1];
  if (dims[0] * dims[1] * dims[2] > 2 ** 31 - 1) {
    throw new HeparError(
      "nifti.too-large",
      `${dims.join(" × ")} is more voxels than hepar holds in one volume (2,147,483,647)`,
      { hint: "check the header: a CT has at most a few thousand slices" },
    );
  }
  return dims;
}

function checkedScaling({ slope, intercept }: RawHeader): { slope: number; intercept: number } {
  // A slope of 0 means "not scaled" (NIfTI-1.1); nibabel writes, and reads, NaN for the same.
  if (slope === 0 || Number.isNaN(slope)) return { slope: 1, intercept: 0 };
  if (!Number.isFinite(slope) || !Number.isFinite(intercept)) {
    return fail("nifti.header", `scl_slope is ${slope} and scl_inter ${intercept}: not finite`);
  }
  return { slope, intercept };
}
