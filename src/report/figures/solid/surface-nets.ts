import { type Affine, determinant, invertAffine } from "../../../volume/index.ts";
import type { Field } from "./field.ts";

/** A surface of triangles. */
export interface Mesh {
  /** x, y, z of each corner, RAS mm. */
  readonly positions: Float32Array;
  /** Unit vectors out of the body, as `positions`. */
  readonly normals: Float32Array;
  /** Three corners each, counterclockwise as seen from outside. */
  readonly triangles: Int32Array;
}

/**
 * The closed surface on which a field has a level, one half unless told: one corner in each cell of eight blocks that it
 * passes through, at the mean of where it crosses the cell's edges. The study's own surface
 * (`cellSurfaces`) measures; this one is smooth, has half as many triangles and shares its corners.
 *
 * @see Gibson 1998, "Constrained elastic surface nets", doi:10.1007/BFb0056277
 */
export function surfaceOf(field: Field, level = 0.5): Mesh {
  const corners = cornersOf(field, level);
  const triangles = trianglesOf(field, { numbers: corners.numbers, level });
  return {
    positions: inPatient(corners.positions, field.affine),
    normals: normalsInPatient(corners.normals, field.affine),
    triangles: Int32Array.from(determinant(field.affine) < 0 ? triangles.reverse() : triangles),
  };
}

/** Corners in block indices; `numbers` has for each cell its corner, or −1. */
function cornersOf(
  { dims: [width, height, depth], values }: Field,
  level: number,
): {
  readonly positions: readonly number[];
  readonly normals: readonly number[];
  readonly numbers: Int32Array;
} {
  const positions: number[] = [];
  const normals: number[] = [];
  const numbers = new Int32Array(values.length).fill(-1);
  const offsets = Array.from(
    { length: 8 },
    (_, corner) => (corner & 1) + width * (((corner >> 1) & 1) + height * (corner >> 2)),
  );
  const eight = new Float64Array(8);
  for (let k = 0; k + 1 < depth; k++) {
    for (let j = 0; j + 1 < height; j++) {
      for (let i = 0; i + 1 < width; i++) {
        const cell = i + width * (j + height * k);
        let full = 0;
        for (let corner = 0; corner < 8; corner++) {
          eight[corner] = values[cell + offsets[corner]];
          if (eight[corner] > level) full++;
        }
        if (full === 0 || full === 8) continue;
        numbers[cell] = positions.length / 3;
        const [x, y, z] = crossing(eight, level);
        positions.push(i + x, j + y, k + z);
        normals.push(...slope(eight));
      }
    }
  }
  return { positions, normals, numbers };
}

/** Pairs of a cell's corners (bit x + 2y + 4z) that an edge joins. */
const edges = Array.from({ length: 8 }, (_, a) =>
  [1, 2, 4].filter((bit) => (a & bit) === 0).map((bit) => [a, a | bit] as const),
).flat();

/** The mean of the places at which a cell's edges cross the level. */
function crossing(eight: Float64Array, level: number): readonly [number, number, number] {
  let [x, y, z, count] = [0, 0, 0, 0];
  for (const [a, b] of edges) {
    if (eight[a] > level === eight[b] > level) continue;
    const part = (level - eight[a]) / (eight[b] - eight[a]);
    x += (a & 1) + part * ((b & 1) - (a & 1));
    y += ((a >> 1) & 1) + part * (((b >> 1) & 1) - ((a >> 1) & 1));
    z += (a >> 2) + part * ((b >> 2) - (a >> 2));
    count++;
  }
  return [x / count, y / count, z / count];
}

/** Minus the field's gradient in a cell: it points out of the body. */
const slope = (eight: Float64Array): readonly number[] =>
  [1, 2, 4].map((bit) =>
    eight.reduce((sum, value, corner) => sum + (corner & bit ? -value : value), 0),
  );

/** Two triangles for each pair of neighbouring blocks on both sides of the level. */
function trianglesOf(
  { dims: [width, height], values }: Field,
  { numbers, level }: { readonly numbers: Int32Array; readonly level: number },
): number[] {
  const strides = [1, width, width * height];
  const triangles: number[] = [];
  for (let at = 0; at < values.length; at++) {
    for (let axis = 0; axis < 3; axis++) {
      const here = values[at] > level;
      if (at + strides[axis] >= values.length || here === values[at + strides[axis]] > level) {
        continue;
      }
      // The four cells around the edge, counterclockwise about the axis.
      const [u, v] = [strides[(axis + 1) % 3], strides[(axis + 2) % 3]];
      const [a, b, c, d] = [at - u - v, at - v, at, at - u].map((cell) => numbers[cell]);
      if (here) triangles.push(a, b, c, a, c, d);
      else triangles.push(a, c, b, a, d, c);
    }
  }
  return triangles;
}

function inPatient(positions: readonly number[], affine: Affine): Float32Array {
  const placed = new Float32Array(positions.length);
  for (let at = 0; at < positions.length; at += 3) {
    for (let axis = 0; axis < 3; axis++) {
      const row = 4 * axis;
      placed[at + axis] =
        affine[row] * positions[at] +
        affine[row + 1] * positions[at + 1] +
        affine[row + 2] * positions[at + 2] +
        affine[row + 3];
    }
  }
  return placed;
}

/** A normal n becomes A⁻ᵀ n, which stays at right angles to the surface under any affine. */
function normalsInPatient(normals: readonly number[], affine: Affine): Float32Array {
  const inverse = invertAffine(affine);
  const turned = new Float32Array(normals.length);
  for (let at = 0; at < normals.length; at += 3) {
    const [x, y, z] = [0, 1, 2].map(
      (axis) =>
        inverse[axis] * normals[at] +
        inverse[4 + axis] * normals[at + 1] +
        inverse[8 + axis] * normals[at + 2],
    );
    const length = Math.hypot(x, y, z) || 1;
    turned.set([x / length, y / length, z / length], at);
  }
  return turned;
}
