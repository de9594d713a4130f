import type { LabelVolume, Triple } from "../volume/index.ts";
import { convexHull, type Point } from "./hull.ts";

/**
 * What a length is measured between: the outer `boundaries` of voxels, or their `centres`.
 *
 * A boundary lies half way between a voxel of the body and its neighbour outside, along the rows,
 * columns and slices: where marching cubes put the surface, and where IBSI and pyradiomics measure. A
 * row of n voxels is n voxels long, as it is to calipers laid on its edges; a smooth disc comes out
 * 0.6 to 0.8 of a voxel too long, for its staircase has a step outside on every side. Between centres
 * the row has n − 1 and the disc is 0.1 to 0.3 too short; a single voxel has no size.
 */
export type Between = "boundaries" | "centres";

/**
 * For each slice k of a body the corners of its section's convex hull, in voxel indices (i, j); []
 * where the slice holds none of it.
 */
export function sectionHulls(
  { dims: [width, height, depth], voxels }: Pick<LabelVolume, "dims" | "voxels">,
  between: Between,
): readonly (readonly Point[])[] {
  const reach = between === "boundaries" ? 0.5 : 0;
  return Array.from({ length: depth }, (_, k) => {
    const points: Point[] = [];
    const first = new Int32Array(width).fill(-1);
    const last = new Int32Array(width).fill(-1);
    for (let j = 0; j < height; j++) {
      const start = width * (j + height * k);
      let [left, right] = [-1, -1];
      for (let i = 0; i < width; i++) {
        if (voxels[start + i] === 0) continue;
        if (left < 0) left = i;
        right = i;
        if (first[i] < 0) first[i] = j;
        last[i] = j;
      }
      if (left >= 0) points.push([left - reach, j], [right + reach, j]);
    }
    if (reach > 0) {
      first.forEach((j, i) => {
        if (j >= 0) points.push([i, j - reach], [i, last[i] + reach]);
      });
    }
    return convexHull(points);
  });
}

/**
 * Points of a body among which are all the corners of its convex hull, in voxel indices: the hulls'
 * corners of its sections, and of those along the other two axes.
 */
export function extremePoints(
  body: Pick<LabelVolume, "dims" | "voxels">,
  between: Between,
): readonly Triple[] {
  const points = sectionHulls(body, between).flatMap((hull, k) =>
    hull.map(([i, j]): Triple => [i, j, k]),
  );
  if (between === "boundaries") points.push(...columnEnds(body));
  return [2, 1, 0].reduce(cornersOfPlanes, points);
}

/** Half a voxel below the first and above the last voxel of each column. */
function columnEnds({
  dims: [width, height, depth],
  voxels,
}: Pick<LabelVolume, "dims" | "voxels">): Triple[] {
  const size = width * height;
  const lowest = new Int32Array(size).fill(-1);
  const highest = new Int32Array(size).fill(-1);
  for (let k = 0, at = 0; k < depth; k++) {
    for (let n = 0; n < size; n++, at++) {
      if (voxels[at] === 0) continue;
      if (lowest[n] < 0) lowest[n] = k;
      highest[n] = k;
    }
  }
  const ends: Triple[] = [];
  lowest.forEach((low, n) => {
    if (low < 0) return;
    const [i, j] = [n % width, Math.floor(n / width)];
    ends.push([i, j, low - 0.5], [i, j, highest[n] + 0.5]);
  });
  return ends;
}

/** Of the points in each plane across an axis, the corners of their convex hull. */
function cornersOfPlanes(points: readonly Triple[], axis: number): Triple[] {
  const [across, up] = [0, 1, 2].filter((other) => other !== axis);
  const planes = new Map<number, Point[]>();
  for (const point of points) {
    const plane = planes.get(point[axis]) ?? [];
    plane.push([point[across], point[up]]);
    planes.set(point[axis], plane);
  }
  return [...planes].flatMap(([place, plane]) =>
    convexHull(plane).map(([x, y]): Triple => {
      const point: [number, number, number] = [0, 0, 0];
      [point[axis], point[across], point[up]] = [place, x, y];
      return point;
    }),
  );
}
