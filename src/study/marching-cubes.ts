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
 * other they are kept apart, in both cells that share the face, so that the surface is closed.
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

/**
 * The triangles between a loop's corners: of all the ways to draw them those of the largest area, as
 * in the tables that follow Lorensen and Cline, and the mean of several such, so that a body keeps its
 * area when it is mirrored or turned.
 */
function fill(loop: readonly number[]): Triangle[] {
  const chosen = widestWays(loop.map(middleOf)).map(({ triangles }) => triangles);
  return chosen.flat().map(({ normal: [x, y, z], middleI }) => ({
    normal: [x / chosen.length, y / chosen.length, z / chosen.length],
    middleI,
  }));
}

/** Ways to cut a polygon into triangles along lines between its corners: those of the largest area. */
function widestWays(corners: readonly Triple[]): readonly Way[] {
  if (corners.length < 3) return [{ area: 0, triangles: [] }];
  const [first, last] = [corners[0], corners[corners.length - 1]];
  // The side from last to first belongs to one triangle; what is left on both sides is smaller.
  const ways = corners.slice(1, -1).flatMap((apex, index) => {
    const between = triangle(first, apex, last);
    const after = widestWays(corners.slice(index + 1));
    return widestWays(corners.slice(0, index + 2)).flatMap((left) =>
      after.map(
        (right): Way => ({
          area: left.area + Math.hypot(...between.normal) + right.area,
          triangles: [...left.triangles, between, ...right.triangles],
        }),
      ),
    );
  });
  const largest = Math.max(...ways.map(({ area }) => area)) - 1e-9;
  return ways.filter(({ area }) => area >= largest);
}

interface Way {
  readonly area: number;
  readonly triangles: readonly Triangle[];
}

function triangle(a: Triple, b: Triple, c: Triple): Triangle {
  const [ux, uy, uz] = b.map((value, axis) => value - a[axis]);
  const [vx, vy, vz] = c.map((value, axis) => value - a[axis]);
  return {
    normal: [(uy * vz - uz * vy) / 2, (uz * vx - ux * vz) / 2, (ux * vy - uy * vx) / 2],
    middleI: (a[0] + b[0] + c[0]) / 3,
  };
}
