import type { Random } from "../../core/index.ts";
import type { Augmentation } from "./augmentation.ts";

/** A plane bent by a uniform cubic B-spline. */
export interface Bend {
  readonly cells: number;
  /** How far each control point moves, pixels, [cells + 3, cells + 3]: one beyond the plane all round. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The spline on an axis: pixel i mixes control points `first[i]` to `first[i] + 3`. */
  readonly first: Int32Array;
  readonly weights: Float64Array;
}

/** Control points moved by chance. */
export function bendOf(
  { cells, share }: NonNullable<Augmentation["elastic"]>,
  { size, random }: { readonly size: number; readonly random: Random },
): Bend {
  const reach = random.between(0, share * size);
  const move = (): number => random.between(-reach, reach);
  const points = { length: (cells + 3) ** 2 };
  return {
    cells,
    x: Float64Array.from(points, move),
    y: Float64Array.from(points, move),
    ...splineAxis(size, cells),
  };
}

/**
 * Uniform cubic B-spline: with t the place inside a cell, the weights of its four control points are
 * (1−t)³/6, (3t³−6t²+4)/6, (−3t³+3t²+3t+1)/6, t³/6.
 */
function splineAxis(size: number, cells: number): Pick<Bend, "first" | "weights"> {
  const first = new Int32Array(size);
  const weights = new Float64Array(4 * size);
  for (let i = 0; i < size; i++) {
    const place = ((i + 0.5) * cells) / size;
    const cell = Math.floor(place);
    const t = place - cell;
    first[i] = cell;
    weights[4 * i] = (1 - t) ** 3 / 6;
    weights[4 * i + 1] = (3 * t ** 3 - 6 * t ** 2 + 4) / 6;
    weights[4 * i + 2] = (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6;
    weights[4 * i + 3] = t ** 3 / 6;
  }
  return { first, weights };
}

/** How far each pixel of row y moves, into arrays of the row's length. */
export function bendRow(
  bend: Bend,
  y: number,
  into: { readonly x: Float64Array; readonly y: Float64Array },
): void {
  mixRow(bend, { points: bend.x, row: y, into: into.x });
  mixRow(bend, { points: bend.y, row: y, into: into.y });
}

/** First the control points' columns at this row, then along it. */
function mixRow(
  { cells, first, weights }: Bend,
  {
    points,
    row,
    into,
  }: { readonly points: Float64Array; readonly row: number; readonly into: Float64Array },
): void {
  const width = cells + 3;
  const columns = new Float64Array(width);
  for (let n = 0; n < 4; n++) {
    const start = (first[row] + n) * width;
    const weight = weights[4 * row + n];
    for (let column = 0; column < width; column++)
      columns[column] += weight * points[start + column];
  }
  for (let i = 0; i < into.length; i++) {
    const at = first[i];
    into[i] =
      weights[4 * i] * columns[at] +
      weights[4 * i + 1] * columns[at + 1] +
      weights[4 * i + 2] * columns[at + 2] +
      weights[4 * i + 3] * columns[at + 3];
  }
}
