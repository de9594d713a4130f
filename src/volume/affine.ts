import { HeparError, type Mm, mm } from "../core/index.ts";

/**
 * A 4 × 4 matrix, row by row (16 numbers), that takes a voxel index (i, j, k, 1) to RAS
 * millimetres: x grows towards the patient's right, y towards the front, z towards the head.
 * Index (0, 0, 0) is the **centre** of the first voxel.
 */
export type Affine = readonly number[];

export type Triple = readonly [number, number, number];

export const identityAffine: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** The position, in RAS mm, of a voxel's centre. */
export function applyAffine(affine: Affine, [i, j, k]: Triple): Triple {
  const row = (start: number): number =>
    affine[start] * i + affine[start + 1] * j + affine[start + 2] * k + affine[start + 3];
  return [row(0), row(4), row(8)];
}

/** The product a · b: first b, then a. */
export function multiplyAffines(a: Affine, b: Affine): Affine {
  return Array.from({ length: 16 }, (_, cell) => {
    const row = cell - (cell % 4);
    const column = cell % 4;
    return (
      a[row] * b[column] +
      a[row + 1] * b[column + 4] +
      a[row + 2] * b[column + 8] +
      a[row + 3] * b[column + 12]
    );
  });
}

/** Determinant of the 3 × 3 part, in mm³ a voxel; negative when the axes are left-handed. */
export function determinant(affine: Affine): number {
  const [a, b, c, , d, e, f, , g, h, i] = affine;
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

/** Volume of one voxel in mm³: |det A| of the 3 × 3 part, right for oblique scans too. */
export const voxelVolumeMm3 = (affine: Affine): number => Math.abs(determinant(affine));

/** Distance in mm between neighbouring voxel centres along each axis: the norms of the columns. */
export function spacingOf(affine: Affine): readonly [Mm, Mm, Mm] {
  const norm = (column: number): Mm =>
    mm(Math.hypot(affine[column], affine[column + 4], affine[column + 8]));
  return [norm(0), norm(1), norm(2)];
}

/**
 * The inverse: RAS mm to voxel indices.
 *
 * @throws `geometry.singular` when the affine has no inverse
 */
export function invertAffine(affine: Affine): Affine {
  const det = determinant(affine);
  if (!Number.isFinite(det) || Math.abs(det) < 1e-12) {
    throw new HeparError("geometry.singular", `the affine has no inverse (determinant ${det})`, {
      hint: "the header's sform or qform is broken: export the scan again",
    });
  }
  const [a, b, c, x, d, e, f, y, g, h, i, z] = affine;
  // Adjugate of the 3 × 3 part over its determinant; then −A⁻¹ · t.
  const m = [
    (e * i - f * h) / det,
    (c * h - b * i) / det,
    (b * f - c * e) / det,
    (f * g - d * i) / det,
    (a * i - c * g) / det,
    (c * d - a * f) / det,
    (d * h - e * g) / det,
    (b * g - a * h) / det,
    (a * e - b * d) / det,
  ];
  const shift = (row: number): number => -(m[row] * x + m[row + 1] * y + m[row + 2] * z);
  return [
    ...[m[0], m[1], m[2], shift(0)],
    ...[m[3], m[4], m[5], shift(3)],
    ...[m[6], m[7], m[8], shift(6)],
    ...[0, 0, 0, 1],
  ];
}
