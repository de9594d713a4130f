import { HeparError } from "../../core/index.ts";
import { type Affine, applyAffine, spacingOf, type Triple } from "../affine.ts";
import { type Grid, voxelCount } from "../volume.ts";

/** More voxels than a typed array of every kind holds; the limit of a file is the same. */
const mostVoxels = 2 ** 31 - 1;

/**
 * A grid over the same part of the patient, its voxels of another size. The spacing is exactly the
 * one asked for; the count along each axis is the nearest whole number (halves to the even one, as
 * nnU-Net rounds), at least 1, so that the box ends up to half a voxel inside or outside the old
 * one.
 *
 * @param spacingMm - along i, j and k
 * @param options.keep - `centre` (default): the box stays centred, which a flip of the axes does not
 *   change; `first-voxel`: voxel (0, 0, 0) keeps its centre, as in many ITK scripts
 * @throws `usage.argument` for a spacing that is not above 0, or for a grid of 2³¹ voxels
 */
export function gridAtSpacing(
  grid: Grid,
  spacingMm: Triple,
  { keep = "centre" }: { readonly keep?: "centre" | "first-voxel" } = {},
): Grid {
  if (!spacingMm.every((size) => size > 0 && Number.isFinite(size))) {
    throw new HeparError("usage.argument", `no spacing: ${spacingMm.join(" × ")} mm`, {
      hint: "give three lengths above 0 in mm, such as 1 × 1 × 1.5",
    });
  }
  const spacing = spacingOf(grid.affine);
  const count = (axis: 0 | 1 | 2): number =>
    Math.max(1, roundHalfToEven((spacing[axis] / spacingMm[axis]) * grid.dims[axis]));
  const dims: Triple = [count(0), count(1), count(2)];
  const stretch = spacingMm.map((size, axis) => size / spacing[axis]);
  return stretched(grid, { dims, stretch, keep });
}

/**
 * A grid of another shape over exactly the same box: outer faces stay where they are and the spacing
 * follows. With the shape of `gridAtSpacing` it is what nnU-Net resamples onto.
 *
 * @throws `usage.argument` for a shape without voxels, or of 2³¹ of them
 */
export function gridOfShape(grid: Grid, dims: Triple): Grid {
  const stretch = dims.map((size, axis) => grid.dims[axis] / size);
  return stretched(grid, { dims, stretch, keep: "centre" });
}

function stretched(
  grid: Grid,
  change: {
    readonly dims: Triple;
    readonly stretch: readonly number[];
    readonly keep: "centre" | "first-voxel";
  },
): Grid {
  const { dims, stretch, keep } = change;
  if (
    !dims.every((size) => Number.isInteger(size) && size > 0) ||
    voxelCount(change) > mostVoxels
  ) {
    throw new HeparError("usage.argument", `no grid of ${dims.join(" × ")} voxels`, {
      hint: "each axis needs a voxel, and all of them together fewer than 2,147,483,648",
    });
  }
  const first =
    keep === "first-voxel"
      ? ([0, 0, 0] as const)
      : dims.map((size, axis) => (grid.dims[axis] - 1 - stretch[axis] * (size - 1)) / 2);
  const origin = applyAffine(grid.affine, [first[0], first[1], first[2]]);
  const affine: Affine = grid.affine.map((value, cell) => {
    if (cell >= 12) return value;
    const axis = cell % 4;
    return axis === 3 ? origin[(cell - 3) / 4] : value * stretch[axis];
  });
  return { dims, affine, affineFrom: grid.affineFrom };
}

function roundHalfToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}
