import { HeparError } from "../core/index.ts";
import { type Affine, spacingOf, type Triple } from "./affine.ts";

/** Where a grid's affine came from; `default` when the file gave none (both codes 0). */
export type AffineSource = "sform" | "qform" | "default";

/** A box of voxels in the patient. Voxel (i, j, k) is stored at i + width · (j + height · k). */
export interface Grid {
  /** Voxels along i, j and k. */
  readonly dims: Triple;
  /** Voxel index → RAS mm. */
  readonly affine: Affine;
  readonly affineFrom: AffineSource;
}

/** A CT scan, in Hounsfield units. */
export interface CtVolume extends Grid {
  readonly kind: "ct";
  /** [i, j, k], i fastest, HU. Whole numbers are Int16; anything scaled is Float32. */
  readonly voxels: Int16Array | Float32Array;
}

/** Typed arrays that hold labels exactly. */
export type LabelArray = Uint8Array | Int16Array | Int32Array;

/** A mask: small whole numbers, 0 = background, 1 = liver, 2 = tumour (LiTS); others survive. */
export interface LabelVolume extends Grid {
  readonly kind: "labels";
  /** [i, j, k], i fastest. */
  readonly voxels: LabelArray;
}

export type Volume = CtVolume | LabelVolume;

/** Number of voxels in a grid. */
export const voxelCount = ({ dims }: Pick<Grid, "dims">): number => dims[0] * dims[1] * dims[2];

/**
 * Whether millimetres from this grid can be believed. Spacing of exactly 1 × 1 × 1 with no affine,
 * or with an affine that is the bare identity, is what converters write when they know nothing
 * (LiTS volumes 28–47 are like that).
 */
export function spacingIsKnown({ affine, affineFrom }: Grid): boolean {
  if (spacingOf(affine).some((spacing) => spacing !== 1)) return true;
  const originIsZero = affine[3] === 0 && affine[7] === 0 && affine[11] === 0;
  return affineFrom !== "default" && !originIsZero;
}

/** Largest distance in mm between the two affines' positions of the grid's eight corners. */
export function cornerDistanceMm(a: Grid, b: Grid): number {
  let largest = 0;
  for (let corner = 0; corner < 8; corner++) {
    const i = corner & 1 ? a.dims[0] - 1 : 0;
    const j = corner & 2 ? a.dims[1] - 1 : 0;
    const k = corner & 4 ? a.dims[2] - 1 : 0;
    const off = (row: number): number =>
      (a.affine[row] - b.affine[row]) * i +
      (a.affine[row + 1] - b.affine[row + 1]) * j +
      (a.affine[row + 2] - b.affine[row + 2]) * k +
      (a.affine[row + 3] - b.affine[row + 3]);
    largest = Math.max(largest, Math.hypot(off(0), off(4), off(8)));
  }
  return largest;
}

/**
 * Refuses a mask that is not on its scan's grid.
 *
 * @throws `geometry.mismatch` when the shapes differ
 */
export function requireSameShape(scan: Pick<Grid, "dims">, mask: Pick<Grid, "dims">): void {
  if (scan.dims.every((size, axis) => size === mask.dims[axis])) return;
  throw new HeparError(
    "geometry.mismatch",
    `the mask has another shape than its scan: expected ${scan.dims.join(" × ")}, got ${mask.dims.join(" × ")}`,
    { hint: "pair the scan with the mask that was drawn on it" },
  );
}
