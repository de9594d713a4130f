import { expect, test } from "vitest";
import type { Affine } from "../volume/index.ts";
import { cellSurfaces } from "./marching-cubes.ts";
import { measureMesh, type PaddedBox } from "./mesh.ts";

const unit: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** A body in a box of n³, from a test of each voxel. */
function bodyOf(n: number, inside: (i: number, j: number, k: number) => boolean): PaddedBox {
  const voxels = Uint8Array.from({ length: n ** 3 }, (_, at) =>
    inside(at % n, Math.floor(at / n) % n, Math.floor(at / n ** 2)) ? 1 : 0,
  );
  return { dims: [n, n, n], voxels };
}

test("one corner is cut off by a triangle that looks away from it", () => {
  const [triangles] = [cellSurfaces()[1]];
  const sum = [0, 1, 2].map((axis) => triangles.reduce((total, t) => total + t.normal[axis], 0));
  // Between (½, 0, 0), (0, ½, 0) and (0, 0, ½): ½ · ½ · ½ towards each axis.
  sum.forEach((part) => {
    expect(part).toBeCloseTo(1 / 8, 12);
  });
  expect(cellSurfaces()[0]).toEqual([]);
  expect(cellSurfaces()[255]).toEqual([]);
});

test("one voxel is an octahedron", () => {
  // Corners half a voxel from the centre: V = 4/3 · (½)³, A = 8 · √3/4 · (½ √2)².
  const { areaMm2, volumeMm3, sphericity } = measureMesh(
    bodyOf(3, (...at) => at.every((x) => x === 1)),
    unit,
  );
  expect(volumeMm3).toBeCloseTo(1 / 6, 12);
  expect(areaMm2).toBeCloseTo(Math.sqrt(3), 12);
  expect(sphericity).toBeCloseTo(Math.cbrt(36 * Math.PI * (1 / 6) ** 2) / Math.sqrt(3), 12);
});

test("one voxel of any lattice is its affine's octahedron", () => {
  // a = (2, 0, 0), b = (1, 3, 0), c = (0, 0.5, 4): V = |det| / 6 = 24 / 6.
  const sheared: Affine = [2, 1, 0, 9, 0, 3, 0.5, 9, 0, 0, 4, 9, 0, 0, 0, 1];
  const { areaMm2, volumeMm3 } = measureMesh(
    bodyOf(3, (...at) => at.every((x) => x === 1)),
    sheared,
  );
  expect(volumeMm3).toBeCloseTo(4, 12);
  // Two triangles each between ±a/2, ±b/2 and c/2: ½ |(b − a)/2 × (c − a)/2|, for four signs.
  const triangles = [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ].map(([p, q]) => {
    const u = [p * 1 - 2, p * 3, 0];
    const v = [q * 0 - 2, q * 0.5, q * 4];
    const cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    return Math.hypot(...cross) / 8;
  });
  expect(areaMm2).toBeCloseTo(2 * triangles.reduce((a, b) => a + b, 0), 12);
});

test("a block: flat faces, edges and corners cut", () => {
  // Four voxels a side: faces 3 × 3 between voxel centres, edges 3 · √2/2, corners √3/8.
  const block = bodyOf(6, (...at) => at.every((x) => x >= 1 && x <= 4));
  const { areaMm2, volumeMm3 } = measureMesh(block, unit);
  expect(areaMm2).toBeCloseTo(6 * 9 + 12 * 3 * Math.SQRT1_2 + (8 * Math.sqrt(3)) / 8, 10);
  // 27 whole cells, 6 · 9 halves, 12 · 3 eighths, 8 corners of 1/48.
  expect(volumeMm3).toBeCloseTo(27 + 27 + 36 / 8 + 8 / 48, 10);
});

test("the surface is closed: mirrored and turned, area and volume stay, and the place does not count", () => {
  // Touching by edges and corners only, where marching cubes must decide.
  const speckled = (i: number, j: number, k: number): boolean =>
    [i, j, k].every((x) => x >= 1 && x <= 6) && (i * 7 + j * 5 + k * 3 + i * j * k) % 3 === 0;
  const first = measureMesh(bodyOf(10, speckled), unit);
  const moved = measureMesh(
    bodyOf(10, (i, j, k) => speckled(i - 2, j - 1, k - 2)),
    unit,
  );
  const mirrored = measureMesh(
    bodyOf(10, (i, j, k) => speckled(7 - i, j, k)),
    unit,
  );
  const turned = measureMesh(
    bodyOf(10, (i, j, k) => speckled(k, i, j)),
    unit,
  );
  for (const other of [moved, mirrored, turned]) {
    expect(other.volumeMm3).toBeCloseTo(first.volumeMm3, 9);
    expect(other.areaMm2).toBeCloseTo(first.areaMm2, 9);
  }
});

test("a fine ball: the volume converges, the area stays about 8 % too large", () => {
  const radius = 30;
  const ball = bodyOf(65, (i, j, k) => Math.hypot(i - 32, j - 32, k - 32) <= radius);
  const { areaMm2, volumeMm3, sphericity } = measureMesh(ball, unit);
  expect(volumeMm3 / ((4 / 3) * Math.PI * radius ** 3)).toBeCloseTo(1, 2);
  expect(areaMm2 / (4 * Math.PI * radius ** 2)).toBeGreaterThan(1.05);
  expect(areaMm2 / (4 * Math.PI * radius ** 2)).toBeLessThan(1.1);
  expect(sphericity).toBeGreaterThan(0.9);
});
