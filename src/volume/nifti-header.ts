import { HeparError } from "../core/index.ts";
import type { Affine, Triple } from "./affine.ts";
import type { AffineSource, Grid } from "./volume.ts";

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
} as const;

export type ScalarType = (typeof scalarTypes)[keyof typeof scalarTypes]["name"];

/** Types that exist and are refused by name, so that the message can say what was found. */
const refusedTypes: Readonly<Record<number, string>> = {
  0: "unknown",
  1: "1-bit",
  32: "complex64",
  128: "RGB",
  1024: "int64",
  1280: "uint64",
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

export interface NiftiGeometry {
  readonly pixdim: readonly number[];
  readonly units: number;
  readonly qformCode: number;
  readonly sformCode: number;
  /** b, c, d of the unit quaternion, then the offsets x, y, z. */
  readonly quaternion: readonly number[];
  /** Three rows of four. */
  readonly sform: readonly number[];
}

/** Bytes that are enough to parse either version's header. */
export const headerBytes = 544;

const fail = (code: "nifti.header" | "nifti.type" | "nifti.dimensions", message: string): never => {
  throw new HeparError(code, message, {
    hint: "export the scan again as NIfTI-1 (.nii or .nii.gz)",
  });
};

/**
 * The header at the start of a NIfTI file.
 *
 * @param bytes - the first 544 bytes, or all of a shorter file
 * @throws `nifti.empty`, `nifti.truncated`, `nifti.header`, `nifti.type`, `nifti.dimensions`
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

function readVersion1(view: DataView, little: boolean): RawHeader {
  const magic = text(view, 344);
  if (magic === "ni1") {
    return fail(
      "nifti.header",
      "the voxels are in a separate .img file, which hepar does not read yet",
    );
  }
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
  if (text(view, 4) !== "n+2") return fail("nifti.header", "the NIfTI-2 magic is missing");
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
  if (!Number.isInteger(voxelOffset) || voxelOffset < first || voxelOffset > 2 ** 31) {
    return fail(
      "nifti.header",
      `vox_offset is ${voxelOffset}, expected a whole number from ${first}`,
    );
  }
  const dims = checkedDims(raw.dim);
  checkedPixdim(raw.geometry.pixdim);
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
    ...affineOf(dims, raw.geometry),
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

function checkedPixdim(pixdim: readonly number[]): void {
  for (let axis = 1; axis <= 3; axis++) {
    const size = pixdim[axis];
    // Not `size <= 0`, which lets NaN through.
    if (!(size > 1e-4 && size < 1e4)) {
      fail("nifti.header", `pixdim[${axis}] is ${size}: expected a voxel size in millimetres`);
    }
  }
}

function checkedScaling({ slope, intercept }: RawHeader): { slope: number; intercept: number } {
  // A slope of 0 means "not scaled" (NIfTI-1.1); nibabel reads NaN the same way.
  if (slope === 0 || Number.isNaN(slope)) return { slope: 1, intercept: 0 };
  if (!Number.isFinite(slope) || !Number.isFinite(intercept)) {
    return fail("nifti.header", `scl_slope is ${slope} and scl_inter ${intercept}: not finite`);
  }
  return { slope, intercept };
}

/** Lengths are millimetres unless the header says metres (1) or micrometres (3). */
const millimetresPerUnit = (units: number): number => ({ 1: 1000, 3: 0.001 })[units & 7] ?? 1;

/** The sform if it is set, else the qform, else nibabel's default (centred, x to the left). */
function affineOf(
  dims: Triple,
  { pixdim, units, qformCode, sformCode, quaternion, sform }: NiftiGeometry,
): { affine: Affine; affineFrom: AffineSource } {
  const scale = millimetresPerUnit(units);
  if (sformCode > 0) {
    const affine = [...sform.map((value) => value * scale), 0, 0, 0, 1];
    requireUsable(affine, "sform");
    return { affine, affineFrom: "sform" };
  }
  const size = [pixdim[1] * scale, pixdim[2] * scale, pixdim[3] * scale];
  if (qformCode > 0) {
    const affine = qformAffine(quaternion, size, pixdim[0] < 0 ? -1 : 1, scale);
    requireUsable(affine, "qform");
    return { affine, affineFrom: "qform" };
  }
  const centre = dims.map((count, axis) => ((count - 1) / 2) * size[axis]);
  const affine = [-size[0], 0, 0, centre[0], 0, size[1], 0, -centre[1], 0, 0, size[2], -centre[2]];
  return { affine: [...affine, 0, 0, 0, 1], affineFrom: "default" };
}

/** Rotation from the quaternion (nifti1.h, METHOD 2), columns scaled, third column by qfac. */
function qformAffine(
  [b, c, d, x, y, z]: readonly number[],
  [sx, sy, sz]: readonly number[],
  qfac: number,
  scale: number,
): Affine {
  const a = Math.sqrt(Math.max(0, 1 - (b * b + c * c + d * d)));
  const k = sz * qfac;
  return [
    ...[(a * a + b * b - c * c - d * d) * sx, 2 * (b * c - a * d) * sy, 2 * (b * d + a * c) * k],
    x * scale,
    ...[2 * (b * c + a * d) * sx, (a * a + c * c - b * b - d * d) * sy, 2 * (c * d - a * b) * k],
    y * scale,
    ...[2 * (b * d - a * c) * sx, 2 * (c * d + a * b) * sy, (a * a + d * d - c * c - b * b) * k],
    z * scale,
    ...[0, 0, 0, 1],
  ];
}

function requireUsable(affine: Affine, name: string): void {
  const [a, b, c, , d, e, f, , g, h, i] = affine;
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (affine.every(Number.isFinite) && Math.abs(det) > 1e-9) return;
  throw new HeparError("geometry.singular", `the ${name} has no inverse (determinant ${det})`, {
    hint: "the header's geometry is broken: export the scan again",
  });
}

const datatypeCodes: Readonly<Record<"uint8" | "int16" | "int32" | "float32", number>> = {
  uint8: 2,
  int16: 4,
  int32: 8,
  float32: 16,
};

/**
 * A NIfTI-1 header (348 bytes and the empty extension flag: 352) for unscaled voxels.
 *
 * @param geometry - the scan's own fields, written as they are; without it, the affine as sform
 */
export function encodeNiftiHeader(
  grid: Grid,
  type: keyof typeof datatypeCodes,
  geometry: NiftiGeometry = geometryOf(grid),
): Uint8Array {
  const bytes = new Uint8Array(352);
  const view = new DataView(bytes.buffer);
  const bitpix = { uint8: 8, int16: 16, int32: 32, float32: 32 }[type];
  view.setInt32(0, 348, true);
  [3, ...grid.dims, 1, 1, 1, 1].forEach((size, n) => {
    view.setInt16(40 + 2 * n, size, true);
  });
  view.setInt16(70, datatypeCodes[type], true);
  view.setInt16(72, bitpix, true);
  geometry.pixdim.forEach((size, n) => {
    view.setFloat32(76 + 4 * n, size, true);
  });
  view.setFloat32(108, 352, true);
  view.setFloat32(112, 1, true);
  view.setUint8(123, geometry.units);
  view.setInt16(252, geometry.qformCode, true);
  view.setInt16(254, geometry.sformCode, true);
  geometry.quaternion.forEach((value, n) => {
    view.setFloat32(256 + 4 * n, value, true);
  });
  geometry.sform.forEach((value, n) => {
    view.setFloat32(280 + 4 * n, value, true);
  });
  bytes.set([0x6e, 0x2b, 0x31, 0], 344); // "n+1"
  return bytes;
}

function geometryOf({ affine, affineFrom }: Grid): NiftiGeometry {
  const norm = (column: number): number =>
    Math.hypot(affine[column], affine[column + 4], affine[column + 8]);
  return {
    pixdim: [1, norm(0), norm(1), norm(2), 1, 1, 1, 1],
    units: 2, // millimetres
    qformCode: 0,
    sformCode: affineFrom === "default" ? 0 : 1,
    quaternion: [0, 0, 0, 0, 0, 0],
    sform: affine.slice(0, 12),
  };
}
