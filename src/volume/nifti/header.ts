import { HeparError } from "../../core/index.ts";
import type { Triple } from "../affine.ts";
import type { Grid } from "../volume.ts";
import { affineOf, type NiftiGeometry, unitOf } from "./affine.ts";
import { extensionTrouble } from "./extensions.ts";
import { type NiftiFields, readNiftiFields } from "./fields.ts";
import { refusedTypes, type ScalarType, scalarTypes } from "./types.ts";

/** Something odd in a file that was read all the same. */
export interface NiftiWarning {
  readonly code: "units" | "slope" | "extension" | "trailing-bytes";
  /** The field's name in the NIfTI standard, or where in the file. */
  readonly field: string;
  /** The value found there. */
  readonly found: string;
  /** What it means and what was made of it, as a sentence. */
  readonly message: string;
  /** What to do, if it is wrong. */
  readonly hint: string;
}

/** What a NIfTI-1 or NIfTI-2 header says, checked. */
export interface NiftiHeader extends Grid {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  /** Whether the voxels are in a file of their own: `.hdr` and `.img`. */
  readonly pair: boolean;
  readonly type: ScalarType;
  readonly bytesPerVoxel: number;
  /** Byte at which the voxels start, in the file that holds them. */
  readonly voxelOffset: number;
  /** Stored value · slope + intercept = value. */
  readonly slope: number;
  readonly intercept: number;
  /** The geometry fields as they stand in the file, so that a mask can be written with the same. */
  readonly geometry: NiftiGeometry;
  /** [] as a rule. */
  readonly warnings: readonly NiftiWarning[];
}

/** Header extensions are small; 64 MiB of them is a broken header. */
const lastVoxelOffset = 2 ** 26;

const fail = (
  code: "nifti.header" | "nifti.type" | "nifti.dimensions",
  message: string,
  hint = "export the scan again as NIfTI-1 (.nii or .nii.gz)",
): never => {
  throw new HeparError(code, message, { hint });
};

/**
 * The header at the start of a NIfTI file (of the `.hdr`, if there are two).
 *
 * @param bytes - the first 540 bytes at least, or all of a shorter file; in what is more the sizes
 * of header extensions are checked
 * @throws `nifti.empty`, `nifti.truncated`, `nifti.header`, `nifti.type`, `nifti.dimensions`,
 * `nifti.too-large`, `geometry.singular`
 */
export function parseNiftiHeader(bytes: Uint8Array): NiftiHeader {
  const fields = readNiftiFields(bytes);
  const { version, littleEndian, pair, geometry } = fields;
  const { name: type, bytes: bytesPerVoxel } = checkedType(fields);
  const voxelOffset = checkedOffset(fields);
  const dims = checkedDims(fields.dim);
  const scaling = checkedScaling(fields);
  const place = affineOf(dims, geometry, fields.dim[0]);
  const warnings = [
    ...unitsWarning(geometry),
    ...slopeWarning(fields),
    ...extensionWarning(bytes, fields),
  ];
  const layout = { version, littleEndian, pair, type, bytesPerVoxel, voxelOffset };
  return { dims, ...place, ...layout, ...scaling, geometry, warnings };
}

function checkedType({ datatype, bitpix }: NiftiFields) {
  const scalar = scalarTypes[datatype as keyof typeof scalarTypes];
  if (scalar === undefined) {
    const name = refusedTypes[datatype] ?? "no known type";
    return fail(
      "nifti.type",
      `datatype is ${datatype} (${name}), expected integers or floats of 8 to 64 bits: it is neither a scan nor a mask`,
      "export the scan itself, as int16 in Hounsfield units, rather than a picture or map made of it",
    );
  }
  if (bitpix === scalar.bytes * 8) return scalar;
  return fail(
    "nifti.header",
    `bitpix is ${bitpix}, expected ${scalar.bytes * 8} for datatype ${scalar.name}`,
  );
}

function checkedOffset({ version, pair, voxelOffset }: NiftiFields): number {
  const single = version === 1 ? 352 : 544;
  const first = pair ? 0 : single;
  const sound = Number.isInteger(voxelOffset) && voxelOffset >= first;
  if (sound && voxelOffset <= lastVoxelOffset) return voxelOffset;
  return fail(
    "nifti.header",
    `vox_offset is ${voxelOffset}, expected a whole number from ${first} to ${lastVoxelOffset}`,
  );
}

function checkedDims(dim: readonly number[]): Triple {
  const rank = dim[0];
  if (rank < 1 || rank > 7) return fail("nifti.dimensions", `dim[0] is ${rank}, expected 1 to 7`);
  const sizes = dim.slice(1, rank + 1);
  const bad = sizes.findIndex((size) => !Number.isInteger(size) || size < 1);
  if (bad >= 0) {
    return fail(
      "nifti.dimensions",
      `dim[${bad + 1}] is ${sizes[bad]}, expected 1 or more (${sizes.join(" × ")})`,
    );
  }
  if (sizes.slice(3).some((size) => size > 1)) {
    const volumes = sizes.slice(3).reduce((product, size) => product * size, 1);
    return fail(
      "nifti.dimensions",
      `dim is ${sizes.join(" × ")}: ${volumes} volumes, expected one (3D, or 4D with one volume)`,
      "save the volume that you want as a file of its own (fslsplit, or nibabel's four_to_three)",
    );
  }
  const dims: Triple = [sizes[0], sizes[1] ?? 1, sizes[2] ?? 1];
  if (dims[0] * dims[1] * dims[2] <= 2 ** 31 - 1) return dims;
  throw new HeparError(
    "nifti.too-large",
    `dim is ${dims.join(" × ")}: expected at most 2147483647 voxels in one volume`,
    { hint: "check the header: a CT has at most a few thousand slices" },
  );
}

/** A slope of 0 means "not scaled" (NIfTI-1.1); nibabel writes NaN for it and reads ±Inf so too. */
const isScaled = ({ slope }: NiftiFields): boolean => slope !== 0 && Number.isFinite(slope);

function checkedScaling(fields: NiftiFields): { slope: number; intercept: number } {
  if (!isScaled(fields)) return { slope: 1, intercept: 0 };
  const { slope, intercept } = fields;
  if (Number.isFinite(intercept)) return { slope, intercept };
  return fail(
    "nifti.header",
    `scl_inter is ${intercept}, expected a finite number beside scl_slope ${slope}`,
  );
}

function slopeWarning({ slope }: NiftiFields): NiftiWarning[] {
  if (slope === 0 || Number.isFinite(slope) || Number.isNaN(slope)) return [];
  return [
    {
      code: "slope",
      field: "scl_slope",
      found: String(slope),
      message: "The slope is infinite: the stored values are taken as they are, unscaled.",
      hint: "check that the values are Hounsfield units; if not, export the scan again",
    },
  ];
}

function unitsWarning({ units }: NiftiGeometry): NiftiWarning[] {
  const { name, millimetres } = unitOf(units);
  if (millimetres === 1) return [];
  return [
    {
      code: "units",
      field: "xyzt_units",
      found: `${units} (${name})`,
      message: `The header gives lengths in ${name}: they were multiplied by ${millimetres} to be millimetres.`,
      hint: "programs that ignore the field read other sizes: export the scan in millimetres",
    },
  ];
}

function extensionWarning(bytes: Uint8Array, fields: NiftiFields): NiftiWarning[] {
  const trouble = extensionTrouble(bytes, fields);
  if (trouble === undefined) return [];
  return [
    {
      code: "extension",
      field: `esize at byte ${trouble.at}`,
      found: String(trouble.size),
      message: `A header extension's size is wrong: expected ${trouble.expected}. It was stepped over; the voxels are not touched by it.`,
      hint: "if another program cannot open the file, export it again without extensions",
    },
  ];
}
