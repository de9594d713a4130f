import { type Mm, mm } from "../core/index.ts";
import { applyAffine, invertAffine, spacingOf, type Triple } from "./affine.ts";
import { axisAngleDegrees } from "./geometry.ts";
import type { AxisCodes } from "./orientation.ts";
import type { Grid } from "./volume.ts";

/** One way in which a grid is not the one expected. Axes are 0 = i, 1 = j, 2 = k. */
export type GridDifference =
  | { readonly kind: "shape"; readonly expected: Triple; readonly found: Triple }
  | {
      /** Axes along other directions: mirrored, or in another order. */
      readonly kind: "orientation";
      readonly expected: AxisCodes;
      readonly found: AxisCodes;
      /** Whether `reorient` alone makes them the same: every voxel is there, in another order. */
      readonly samePlaces: boolean;
    }
  | {
      readonly kind: "spacing";
      readonly axis: number;
      readonly expectedMm: Mm;
      readonly foundMm: Mm;
    }
  | { readonly kind: "direction"; readonly axis: number; readonly degrees: number }
  | {
      /** The first voxel lies elsewhere. */
      readonly kind: "origin";
      readonly distanceMm: Mm;
      /** The same shift in voxels of the expected grid. */
      readonly voxels: Triple;
    };

/**
 * A difference as a phrase with its numbers, such as
 * `shape: expected 512 × 512 × 75, found 512 × 512 × 74`.
 */
export function describeGridDifference(difference: GridDifference): string {
  switch (difference.kind) {
    case "shape":
      return `shape: expected ${difference.expected.join(" × ")}, found ${difference.found.join(" × ")}`;
    case "orientation": {
      const places = difference.samePlaces ? "the same places in another order" : "other places";
      return `orientation: expected ${difference.expected}, found ${difference.found} (${places})`;
    }
    case "spacing": {
      const { axis, expectedMm, foundMm } = difference;
      return `spacing along ${"ijk"[axis]}: expected ${short(expectedMm)} mm, found ${short(foundMm)} mm`;
    }
    case "direction":
      return `direction of ${"ijk"[difference.axis]}: turned by ${short(difference.degrees)}°`;
    case "origin": {
      const shift = difference.voxels.map(short).join(", ");
      return `origin: ${short(difference.distanceMm)} mm away (${shift} voxels)`;
    }
  }
}

/** At most four decimals, as few as there are. */
export const short = (value: number): string => String(Number(value.toFixed(4)));

/**
 * What moves the voxels of a grid from those of another of the same orientation: spacing, direction
 * and origin, each where it alone moves a corner by more than the tolerance; where only several
 * together do, the one that moves it most.
 */
export function placeDifferences(expected: Grid, found: Grid, toleranceMm: Mm): GridDifference[] {
  const moves = [...spacingMoves(expected, found), originMove(expected, found)];
  const far = moves.filter(({ byMm }) => !(byMm <= toleranceMm));
  const most = moves.reduce((one, other) => (other.byMm > one.byMm ? other : one));
  return (far.length > 0 ? far : [most]).map(({ difference }) => difference);
}

interface Move {
  readonly difference: GridDifference;
  /** How far it moves the far corner. */
  readonly byMm: number;
}

function spacingMoves(expected: Grid, found: Grid): Move[] {
  const [wanted, got] = [spacingOf(expected.affine), spacingOf(found.affine)];
  return [0, 1, 2].flatMap((axis): Move[] => {
    const size = expected.dims[axis];
    const degrees = axisAngleDegrees(expected.affine, found.affine, axis);
    return [
      {
        difference: { kind: "spacing", axis, expectedMm: wanted[axis], foundMm: got[axis] },
        byMm: Math.abs(wanted[axis] - got[axis]) * size,
      },
      {
        difference: { kind: "direction", axis, degrees },
        // The chord of the turn.
        byMm: 2 * Math.sin((degrees * Math.PI) / 360) * wanted[axis] * size,
      },
    ];
  });
}

function originMove(expected: Grid, found: Grid): Move {
  const first = applyAffine(expected.affine, [0, 0, 0]);
  const other = applyAffine(found.affine, [0, 0, 0]);
  const byMm = Math.hypot(other[0] - first[0], other[1] - first[1], other[2] - first[2]);
  const voxels = applyAffine(invertAffine(expected.affine), other);
  return { difference: { kind: "origin", distanceMm: mm(byMm), voxels }, byMm };
}
