import { HeparError } from "../core/index.ts";
import { type Affine, applyAffine, spacingOf, type Triple } from "./affine.ts";

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
  /** [i, j, k], i fastest, HU. Int16 when every value is a whole number that fits, else Float32. */
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

/** Typed arrays of voxels, and the types they are of. */
export type Voxels = Volume["voxels"];
const voxelTypes = [Uint8Array, Int16Array, Int32Array, Float32Array] as const;

/** Zeros in an array of the same type; for a Buffer, which is a Uint8Array too, in a plain one. */
export function zerosLike<V extends Voxels>(voxels: V, length: number): V {
  const Type = voxelTypes.find((type) => voxels instanceof type);
  if (Type === undefined) throw new HeparError("defect", "voxels of no type of ours");
  return new Type(length) as V; // it is of the type that was just found
}

/** Number of voxels in a grid. */
export const voxelCount = ({ dims }: Pick<Grid, "dims">): number => dims[0] * dims[1] * dims[2];

/** Voxel indices of the grid's eight corners. */
const cornersOf = ({ dims }: Pick<Grid, "dims">): readonly Triple[] =>
  Array.from({ length: 8 }, (_, corner) => [
    corner & 1 ? dims[0] - 1 : 0,
    corner & 2 ? dims[1] - 1 : 0,
    corner & 4 ? dims[2] - 1 : 0,
  ]);

/**
 * Whether millimetres from this grid can be believed. Spacing of exactly 1 × 1 × 1 with no affine,
 * or with an affine that puts a corner voxel at (0, 0, 0), is what converters write when they know
 * nothing (LiTS volumes 28–47 are like that). Any corner, so that `reorient` does not change the
 * answer.
 */
export function spacingIsKnown(grid: Grid): boolean {
  if (spacingOf(grid.affine).some((spacing) => spacing !== 1)) return true;
  if (grid.affineFrom === "default") return false;
  return !cornersOf(grid).some((corner) => applyAffine(grid.affine, corner).every((x) => x === 0));
}

/** Largest distance in mm between the positions that two affines give the corners of `a`. */
export function cornerDistanceMm(a: Grid, b: Pick<Grid, "affine">): number {
  const distances = cornersOf(a).map((corner) => {
    const [x, y, z] = applyAffine(a.affine, corner);
    const [u, v, w] = applyAffine(b.affine, corner);
    return Math.hypot(x - u, y - v, z - w);
  });
  return Math.max(...distances);
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
