import { HeparError, type Mm } from "../../core/index.ts";
import { type Affine, determinant, spacingOf, type Triple } from "../affine.ts";
import type { AffineSource, Grid } from "../volume.ts";

/** The geometry fields of a NIfTI header, as they stand in the file. */
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

/** A voxel of a scan of a body is larger and smaller than this, in mm. */
const smallestVoxel = 0.001;
const largestVoxel = 100;

const hint = "the header's geometry is broken: export the scan again";

const fail = (code: "nifti.header" | "geometry.singular", message: string): never => {
  throw new HeparError(code, message, { hint });
};

/** Lengths are millimetres unless the header says metres (1) or micrometres (3). */
const unitsOfLength: Readonly<Record<number, { name: string; millimetres: number }>> = {
  1: { name: "m", millimetres: 1000 },
  3: { name: "µm", millimetres: 0.001 },
};
/** The unit that xyzt_units gives, and how many millimetres it is. */
export const unitOf = (units: number): { name: string; millimetres: number } =>
  unitsOfLength[units & 7] ?? { name: "mm", millimetres: 1 };

/**
 * The affine in mm: the sform if it is set, else the qform, else nibabel's default (centred, x to
 * the left).
 *
 * @param rank - dim[0]; the voxel size of axes beyond it is 1 when the file gives none
 * @throws `nifti.header` when a voxel is not 0.001 to 100 mm wide or the quaternion is no rotation;
 * `geometry.singular` when the affine has no inverse
 */
export function affineOf(
  dims: Triple,
  geometry: NiftiGeometry,
  rank = 3,
): { affine: Affine; affineFrom: AffineSource } {
  const { units, qformCode, sformCode, quaternion, sform } = geometry;
  const scale = unitOf(units).millimetres;
  const size = voxelSize(geometry, rank);
  if (sformCode > 0) {
    const affine = [...sform.map((value) => value * scale), 0, 0, 0, 1];
    return { affine: usable(affine, "sform"), affineFrom: "sform" };
  }
  if (qformCode > 0) {
    const qfac = geometry.pixdim[0] < 0 ? -1 : 1;
    const offset = quaternion.slice(3).map((value) => value * scale);
    const affine = qformAffine(unitQuaternion(quaternion), [size[0], size[1], size[2] * qfac]);
    for (let row = 0; row < 3; row++) affine[row * 4 + 3] = offset[row];
    return { affine: usable(affine, "qform"), affineFrom: "qform" };
  }
  const centre = dims.map((count, axis) => ((count - 1) / 2) * size[axis]);
  const affine = [-size[0], 0, 0, centre[0], 0, size[1], 0, -centre[1], 0, 0, size[2], -centre[2]];
  return { affine: [...affine, 0, 0, 0, 1], affineFrom: "default" };
}

/** Voxel size in mm from pixdim, checked even where an sform stands above it. */
function voxelSize({ pixdim, units }: NiftiGeometry, rank: number): Triple {
  const unit = unitOf(units);
  const size = (axis: 1 | 2 | 3): number => {
    const value = pixdim[axis];
    if (axis > rank && !(value > 0)) return 1;
    const inMm = value * unit.millimetres;
    // Not `size <= 0`, which lets NaN through.
    if (inMm >= smallestVoxel && inMm <= largestVoxel) return inMm;
    return fail(
      "nifti.header",
      `pixdim[${axis}] is ${value} ${unit.name}: expected a voxel of ${smallestVoxel} to ${largestVoxel} mm`,
    );
  };
  return [size(1), size(2), size(3)];
}

/** a, b, c, d. The file holds b, c, d; a is what is missing to length 1 (nifti1.h). */
function unitQuaternion([b, c, d]: readonly number[]): readonly number[] {
  const square = b * b + c * c + d * d;
  if (square <= 1) return [Math.sqrt(1 - square), b, c, d];
  // A half turn, rounded to just over 1, as nifti1.h mends it. More than rounding is no rotation.
  if (square < 1 + 1e-4) return [0, b, c, d].map((value) => value / Math.sqrt(square));
  return fail(
    "nifti.header",
    `the qform's quaternion (${b}, ${c}, ${d}) is no rotation: its length is over 1`,
  );
}

/** Rotation of the unit quaternion (nifti1.h, METHOD 2), its columns scaled; no offset yet. */
function qformAffine([a, b, c, d]: readonly number[], [sx, sy, sz]: Triple): number[] {
  return [
    ...[(a * a + b * b - c * c - d * d) * sx, 2 * (b * c - a * d) * sy, 2 * (b * d + a * c) * sz],
    0,
    ...[2 * (b * c + a * d) * sx, (a * a + c * c - b * b - d * d) * sy, 2 * (c * d - a * b) * sz],
    0,
    ...[2 * (b * d - a * c) * sx, 2 * (c * d + a * b) * sy, (a * a + d * d - c * c - b * b) * sz],
    0,
    ...[0, 0, 0, 1],
  ];
}

/** The affine, if voxel indices and millimetres can be turned into each other by it. */
function usable(affine: Affine, name: string): Affine {
  if (!affine.every(Number.isFinite)) {
    return fail("geometry.singular", `the ${name} holds numbers that are not finite`);
  }
  const spacing: readonly Mm[] = spacingOf(affine);
  // |det| over the product of the column lengths: 1 for right angles, 0 for axes in one plane.
  const openness = Math.abs(determinant(affine)) / (spacing[0] * spacing[1] * spacing[2]);
  if (!(openness > 1e-6)) {
    return fail(
      "geometry.singular",
      `the ${name} has no inverse (determinant ${determinant(affine)})`,
    );
  }
  const wrong = spacing.find((size) => !(size >= smallestVoxel && size <= largestVoxel));
  if (wrong === undefined) return affine;
  return fail(
    "nifti.header",
    `the ${name} makes a voxel ${wrong} mm wide: expected ${smallestVoxel} to ${largestVoxel} mm`,
  );
}

/** Geometry fields for a grid that came from no file: its affine as the sform. */
export function geometryOf({ dims, affine, affineFrom }: Grid): NiftiGeometry {
  const spacing = spacingOf(affine);
  const geometry = {
    pixdim: [1, ...spacing, 1, 1, 1, 1],
    units: 2, // millimetres
    qformCode: 0,
    sformCode: 1,
    quaternion: [0, 0, 0, 0, 0, 0],
    sform: affine.slice(0, 12),
  };
  // A default affine stays one, so that nobody takes it for knowledge; once turned it cannot.
  const unset = { ...geometry, sformCode: 0 };
  const isDefault =
    affineFrom === "default" &&
    affineOf(dims, unset).affine.every((value, cell) => Math.abs(value - affine[cell]) < 1e-6);
  return isDefault ? unset : geometry;
}
