import { HeparError } from "../core/index.ts";
import { type Affine, multiplyAffines, spacingOf, type Triple } from "./affine.ts";
import { type Grid, requireSameShape, type Voxels, zerosLike } from "./volume.ts";

/** Three letters: the anatomical direction in which i, j and k grow, such as `LPS`. */
export type AxisCodes = string;

const positive = "RAS";
const negative = "LPI";

/**
 * For each voxel axis, the patient axis (0 = R–L, 1 = A–P, 2 = S–I) it runs along. The axis that is
 * straightest chooses first, and what it chose is taken, so that strongly oblique scans never get
 * one direction twice; nibabel 5.4 (`io_orientation`) gives the same.
 */
function patientAxes(affine: Affine): Triple {
  const spacing = spacingOf(affine);
  const cosines = [0, 1, 2].map((voxelAxis) =>
    [0, 1, 2].map((axis) => Math.abs(affine[axis * 4 + voxelAxis] / (spacing[voxelAxis] || 1))),
  );
  const strength = cosines.map((column) => Math.max(...column));
  const chosen: [number, number, number] = [0, 1, 2];
  let free: readonly number[] = [0, 1, 2];
  for (const voxelAxis of [0, 1, 2].sort((a, b) => strength[b] - strength[a])) {
    const column = cosines[voxelAxis];
    const best = free.reduce((one, other) => (column[other] > column[one] ? other : one));
    chosen[voxelAxis] = best;
    free = free.filter((axis) => axis !== best);
  }
  return chosen;
}

/** For each voxel axis, the patient axis it is named by and which way it runs along it. */
export function nearestDirections(
  affine: Affine,
): readonly { readonly axis: number; readonly sign: 1 | -1 }[] {
  return patientAxes(affine).map((axis, voxelAxis) => ({
    axis,
    sign: affine[axis * 4 + voxelAxis] < 0 ? -1 : 1,
  }));
}

/** The anatomical direction in which each voxel axis grows: `RAS` for the identity affine. */
export function axisCodes(affine: Affine): AxisCodes {
  return nearestDirections(affine)
    .map(({ axis, sign }) => (sign < 0 ? negative[axis] : positive[axis]))
    .join("");
}

/** How to walk a grid so that its axes run along other anatomical directions. */
interface Turn {
  /** For each new axis, the old axis it comes from. */
  readonly from: Triple;
  /** For each new axis, whether it runs against the old one. */
  readonly flipped: readonly [boolean, boolean, boolean];
}

function turnTo(affine: Affine, codes: AxisCodes): Turn {
  const axisOf = (letter: string): number =>
    Math.max(positive.indexOf(letter), negative.indexOf(letter));
  const wanted = [...codes].map(axisOf);
  if (codes.length !== 3 || new Set(wanted).size !== 3 || wanted.includes(-1)) {
    throw new HeparError("usage.argument", `no such orientation: ${codes}`, {
      hint: "name one direction of each pair R/L, A/P, S/I, such as LPS",
    });
  }
  const current = axisCodes(affine);
  const from = wanted.map((axis) => [...current].map(axisOf).indexOf(axis));
  const flipped = from.map((old, axis) => current[old] !== codes[axis]);
  return { from: [from[0], from[1], from[2]], flipped: [flipped[0], flipped[1], flipped[2]] };
}

function isStill({ from, flipped }: Turn): boolean {
  return from.every((old, axis) => old === axis && !flipped[axis]);
}

/** The turn that undoes another. */
function inverseOf({ from, flipped }: Turn): Turn {
  const back = [0, 1, 2].map((old) => from.indexOf(old));
  return {
    from: [back[0], back[1], back[2]],
    flipped: [flipped[back[0]], flipped[back[1]], flipped[back[2]]],
  };
}

/** A grid as `reorient` would leave it, without touching voxels. */
export function reorientGrid<G extends Grid>(grid: G, codes: AxisCodes): Grid {
  const { from, flipped } = turnTo(grid.affine, codes);
  const turn = new Array<number>(16).fill(0);
  turn[15] = 1;
  from.forEach((old, axis) => {
    turn[old * 4 + axis] = flipped[axis] ? -1 : 1;
    if (flipped[axis]) turn[old * 4 + 3] = grid.dims[old] - 1;
  });
  return {
    dims: [grid.dims[from[0]], grid.dims[from[1]], grid.dims[from[2]]],
    affine: multiplyAffines(grid.affine, turn),
    affineFrom: grid.affineFrom,
  };
}

/**
 * The same volume with its axes along other anatomical directions: voxels are moved, never
 * resampled, and each keeps its position in the patient. Returns the volume itself when its axes
 * already run that way.
 *
 * @param codes - directions of i, j and k, such as `LPS`
 * @throws `usage.argument` when the codes name no orientation
 */
export function reorient<V extends Grid & { readonly voxels: Voxels }>(
  volume: V,
  codes: AxisCodes,
): V {
  const turn = turnTo(volume.affine, codes);
  if (isStill(turn)) return volume;
  return { ...volume, ...reorientGrid(volume, codes), voxels: turned(volume, turn) };
}

/**
 * What `reorient(original, codes)` made, or anything computed on it, on the original's own grid
 * again: the exact inverse, also where an axis lies as close to one direction as to another.
 *
 * @throws `geometry.mismatch` when the volume is not on the turned grid
 */
export function reorientBack<V extends Grid & { readonly voxels: Voxels }>(
  volume: V,
  { original, codes }: { readonly original: Grid; readonly codes: AxisCodes },
): V {
  const there = turnTo(original.affine, codes);
  requireSameShape(reorientGrid(original, codes), volume);
  const { dims, affine, affineFrom } = original;
  const voxels = isStill(there) ? volume.voxels : turned(volume, inverseOf(there));
  return { ...volume, dims, affine, affineFrom, voxels };
}

/** The voxels in the order of the turned axes. */
function turned(
  { dims, voxels: source }: { readonly dims: Triple; readonly voxels: Voxels },
  { from, flipped }: Turn,
): Voxels {
  const strides = [1, dims[0], dims[0] * dims[1]];
  const [width, height, depth] = from.map((old) => dims[old]);
  const step = from.map((old, axis) => (flipped[axis] ? -strides[old] : strides[old]));
  const start = from.reduce(
    (sum, old, axis) => sum + (flipped[axis] ? (dims[old] - 1) * strides[old] : 0),
    0,
  );
  const voxels = zerosLike(source, source.length);
  let to = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      let at = start + k * step[2] + j * step[1];
      if (step[0] === 1) {
        // A row in one piece is copied as one: several times faster, and the usual case.
        voxels.set(source.subarray(at, at + width), to);
        to += width;
        continue;
      }
      for (let i = 0; i < width; i++, at += step[0]) voxels[to++] = source[at];
    }
  }
  return voxels;
}
