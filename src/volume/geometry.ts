import { type Mm, mm } from "../core/index.ts";
import { type Affine, determinant, type Triple } from "./affine.ts";
import { affineOf, type NiftiGeometry } from "./nifti/affine.ts";
import { nearestDirections } from "./orientation.ts";
import { cornerDistanceMm } from "./volume.ts";

/**
 * How far the voxel axes are from standing at right angles, in degrees: the largest over the three
 * pairs. 0 for every scan that was only moved, turned, mirrored or stretched, up to about 0.001 by
 * the rounding of a float32 header; a gantry tilt gives its angle. NaN when an axis has no length.
 *
 * @see ITK refuses such affines ("non-orthonormal directions"); nibabel reads them
 */
export function shearDegrees(affine: Affine): number {
  const [i, j, k] = [0, 1, 2].map((axis) => columnOf(affine, axis));
  return Math.max(
    Math.abs(90 - angleDegrees(i, j)),
    Math.abs(90 - angleDegrees(i, k)),
    Math.abs(90 - angleDegrees(j, k)),
  );
}

/**
 * How far a scan is turned out of the patient's axes, in degrees: the largest angle between a voxel
 * axis and the direction that `axisCodes` names it by. 0 for a straight scan in any orientation;
 * NaN when an axis has no length.
 */
export function obliquityDegrees(affine: Affine): number {
  return Math.max(
    ...nearestDirections(affine).map(({ axis, sign }, voxelAxis) => {
      const along = [0, 1, 2].map((each) => (each === axis ? sign : 0));
      return angleDegrees(columnOf(affine, voxelAxis), [along[0], along[1], along[2]]);
    }),
  );
}

/** Whether the voxel axes are left-handed in the patient (negative determinant), as LAS is. */
export const isLeftHanded = (affine: Affine): boolean => determinant(affine) < 0;

/**
 * How far a header's two affines are apart: the largest distance in mm between the places that
 * sform and qform give a corner voxel; null when one of them is not set (code 0).
 *
 * hepar goes by the sform where both are set, as nibabel does. ITK may go by the qform: more than
 * half a voxel apart, the two programs see different scans.
 *
 * @throws `nifti.header`, `geometry.singular` when one of the two cannot be used
 */
export function formsDistanceMm(dims: Triple, geometry: NiftiGeometry): Mm | null {
  if (geometry.sformCode <= 0 || geometry.qformCode <= 0) return null;
  const sform = affineOf(dims, { ...geometry, qformCode: 0 });
  const qform = affineOf(dims, { ...geometry, sformCode: 0 });
  return mm(cornerDistanceMm({ dims, ...sform }, qform));
}

/** Angle between the same voxel axis of two affines, 0 to 180 degrees; NaN without a length. */
export const axisAngleDegrees = (a: Affine, b: Affine, axis: number): number =>
  angleDegrees(columnOf(a, axis), columnOf(b, axis));

/** One step along a voxel axis, mm. */
const columnOf = (affine: Affine, axis: number): Triple => [
  affine[axis],
  affine[axis + 4],
  affine[axis + 8],
];

/** From |a × b| and a · b: exact for small angles too, where the arc cosine loses half the digits. */
function angleDegrees(a: Triple, b: Triple): number {
  const cross = Math.hypot(
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  );
  const along = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  return cross === 0 && along === 0 ? Number.NaN : (Math.atan2(cross, along) * 180) / Math.PI;
}
