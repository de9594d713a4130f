import type { Triple } from "../volume/index.ts";

/** One triangle of a cell's surface; the cell is a cube of edge 1 between eight voxel centres. */
export interface Triangle {
  /** Its area times its unit normal, which points out of the body. */
  readonly normal: Triple;
  /** First coordinate of its middle, in the cell. */
  readonly middleI: number;
}

/** Bits of the corners of the six faces, counterclockwise as seen from outside: bit x + 2y + 4z. */
const faces = [
  [0, 4, 6, 2],
  [1, 3, 7, 5],
  [0, 1, 5, 4],
  [2, 6, 7, 3],
  [0, 2, 3, 1],
  [4, 5, 7, 6],
] as const;

/**
 * The surface inside a cell for each of the 256 ways in which its corners belong to a body. It
 * crosses the edges in their middles. Where a face has two corners of the body across from each
 * other they are kept apart, in both cells that share the face, so that the surface is closed. Each
 * loop is filled from the mean of its corners: mirrored or turned, a body keeps its area.
 */
export function cellSurfaces(): readonly (readonly Triangle[])[] {
  surfaces ??= Array.from({ length: 256 }, (_, code) => loopsOf(code).flatMap(fill));
  return surfaces;
}

let surfaces: readonly (readonly Triangle[])[] | undefined;

/** An edge of the cube by the bits of its ends, the lower first. */
const edgeName = (a: number, b: number): number => (a < b ? 8 * a + b : 8 * b + a);

const middleOf = (edge: number): Triple => {
  const [a, b] = [edge >> 3, edge & 7];
  return [0, 1, 2].map((axis) => (((a >> axis) & 1) + ((b >> axis) & 1)) / 2) as unknown as Triple;
};

/** The closed lines in which the surface meets the cell's faces, as crossed edges in order. */
function loopsOf(code: number): readonly (readonly number[])[] {
  const next = new Map<number, number>();
  for (const face of faces) {
    const inside = face.map((corner) => (code >> corner) & 1);
    for (let start = 0; start < 4; start++) {
      // A stretch of the body's corners begins here.
      if (inside[start] === 0 || inside[(start + 3) % 4] === 1) continue;
      let end = start;
      while (inside[(end + 1) % 4] === 1) end = (end + 1) % 4;
      const into = edgeName(face[(start + 3) % 4], face[start]);
      const outOf = edgeName(face[end], face[(end + 1) % 4]);
      next.set(into, outOf);
    }
  }
  const loops: number[][] = [];
  for (const start of [...next.keys()]) {
    const loop: number[] = [];
    for (let edge: number | undefined = start; edge !== undefined; ) {
      const following: number | undefined = next.get(edge);
      if (following === undefined) break;
      next.delete(edge);
      loop.push(edge);
      edge = following;
    }
    if (loop.length > 0) loops.push(loop);
  }
  return loops;
}

/** The triangles from the mean of a loop's corners to its sides. */
function fill(loop: readonly number[]): Triangle[] {
  const corners = loop.map(middleOf);
  const mean = [0, 1, 2].map(
    (axis) => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length,
  );
  return corners.map((corner, index) => {
    const other = corners[(index + 1) % corners.length];
    const [ax, ay, az] = corner.map((value, axis) => value - mean[axis]);
    const [bx, by, bz] = other.map((value, axis) => value - mean[axis]);
    return {
      normal: [(ay * bz - az * by) / 2, (az * bx - ax * bz) / 2, (ax * by - ay * bx) / 2],
      middleI: (mean[0] + corner[0] + other[0]) / 3,
    };
  });
}
