import { type Affine, applyAffine, type LabelVolume, type Triple } from "../volume/index.ts";
import {
  type Chord,
  chordLength,
  longestChords,
  longestPerpendicular,
  type Point,
} from "./hull.ts";
import { type Between, extremePoints, sectionHulls } from "./outline.ts";

/** A straight line through a body. */
export interface Diameter {
  readonly lengthMm: number;
  /** RAS mm. */
  readonly endsMm: readonly [Triple, Triple];
}

export interface AxialDiameters {
  /** The longest line in one slice, of all slices. */
  readonly longest: Diameter;
  /** The longest line across the same slice's hull at 90° to it. */
  readonly perpendicular: Diameter;
  /** Slice k of the body. */
  readonly slice: number;
}

/** Lengths that differ by rounding only. */
const tie = 1e-9;

/**
 * The two diameters that RECIST and WHO criteria measure, in the plane of the slices: the longest of
 * all slices, and the longest at 90° to it on the same slice. Both are of the section's convex hull,
 * so that they may cross a bay of the lesion, and a section in several parts is measured as one. Of
 * slices and lines that are equally long, the one with the longer perpendicular counts, then the
 * lower slice. Millimetres are the affine's within the plane, oblique and sheared ones too.
 *
 * @param body - slices along its third axis, at least one voxel not 0
 * @see Eisenhauer et al. 2009, doi:10.1016/j.ejca.2008.10.026 (RECIST 1.1)
 */
export function axialDiameters(
  body: Pick<LabelVolume, "dims" | "voxels" | "affine">,
  between: Between,
): AxialDiameters {
  const plane = planeOf(body.affine);
  const sections = sectionHulls(body, between).flatMap((corners, slice) => {
    if (corners.length === 0) return [];
    const hull = corners.map(plane.toMm);
    const chords = longestChords(hull);
    return [{ slice, hull, chords, length: chordLength(chords[0]) }];
  });
  const longest = Math.max(...sections.map(({ length }) => length));
  let best: { slice: number; chord: Chord; across: Chord } | undefined;
  for (const { slice, hull, chords, length } of sections) {
    if (length < longest * (1 - tie)) continue;
    for (const chord of chords) {
      const across: Chord = length === 0 ? [chord[0], chord[0]] : longestPerpendicular(hull, chord);
      if (best === undefined || chordLength(across) > chordLength(best.across) + tie * longest) {
        best = { slice, chord, across };
      }
    }
  }
  if (best === undefined) throw new RangeError("a body without voxels has no diameter");
  const { slice } = best;
  const inPatient = (chord: Chord): Diameter => {
    const [[ai, aj], [bi, bj]] = [plane.toIndex(chord[0]), plane.toIndex(chord[1])];
    return {
      lengthMm: chordLength(chord),
      endsMm: [
        applyAffine(body.affine, [ai, aj, slice]),
        applyAffine(body.affine, [bi, bj, slice]),
      ],
    };
  };
  return { slice, longest: inPatient(best.chord), perpendicular: inPatient(best.across) };
}

/** A slice's plane in millimetres: x along the rows, y at 90° to them within the slice. */
function planeOf(affine: Affine): {
  readonly toMm: (index: Point) => Point;
  readonly toIndex: (mm: Point) => Point;
} {
  const row: Triple = [affine[0], affine[4], affine[8]];
  const column: Triple = [affine[1], affine[5], affine[9]];
  const width = Math.hypot(...row);
  const lean = (row[0] * column[0] + row[1] * column[1] + row[2] * column[2]) / width;
  // |a × b| ÷ |a|: the part of the column that is at right angles to the row.
  const height =
    Math.hypot(
      row[1] * column[2] - row[2] * column[1],
      row[2] * column[0] - row[0] * column[2],
      row[0] * column[1] - row[1] * column[0],
    ) / width;
  return {
    toMm: ([i, j]) => [width * i + lean * j, height * j],
    toIndex: ([x, y]) => [(x - (lean * y) / height) / width, y / height],
  };
}

/**
 * The longest line between two points of a body, in any direction. IBSI L0JK, when it is measured
 * between boundaries.
 *
 * @param body - at least one voxel not 0
 */
export function longestDiameter(
  body: Pick<LabelVolume, "dims" | "voxels" | "affine">,
  between: Between,
): Diameter {
  const points = extremePoints(body, between).map((point) => applyAffine(body.affine, point));
  const middle = [0, 1, 2].map(
    (axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length,
  );
  // |p − q| ≤ |p − m| + |q − m|: from the outermost inwards, most pairs need not be looked at.
  const outermost = points
    .map((point) => ({
      point,
      reach: Math.hypot(point[0] - middle[0], point[1] - middle[1], point[2] - middle[2]),
    }))
    .sort((a, b) => b.reach - a.reach);
  let square = 0;
  let ends: readonly [Triple, Triple] = [points[0], points[0]];
  outermost.forEach(({ point: [x, y, z], reach }, index) => {
    for (let n = index + 1; n < outermost.length; n++) {
      const other = outermost[n];
      if ((reach + other.reach) ** 2 <= square) break;
      const [dx, dy, dz] = [x - other.point[0], y - other.point[1], z - other.point[2]];
      const found = dx * dx + dy * dy + dz * dz;
      if (found <= square) continue;
      square = found;
      ends = [[x, y, z], other.point];
    }
  });
  return { lengthMm: Math.sqrt(square), endsMm: ends };
}
