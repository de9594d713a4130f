import { describe, expect, test } from "vitest";
import type { Affine, LabelVolume, Triple } from "../volume/index.ts";
import { axialDiameters, longestDiameter } from "./diameters.ts";

/** A body of the voxels that a test accepts. */
function bodyOf(
  dims: Triple,
  affine: Affine,
  inside: (i: number, j: number, k: number) => boolean,
): LabelVolume {
  const voxels = Uint8Array.from({ length: dims[0] * dims[1] * dims[2] }, (_, at) => {
    const row = Math.floor(at / dims[0]);
    return inside(at % dims[0], row % dims[1], Math.floor(row / dims[1])) ? 1 : 0;
  });
  return { kind: "labels", dims, affine, affineFrom: "sform", voxels };
}

const affineOf = (x: Triple, y: Triple, z: Triple): Affine => [
  ...[x[0], y[0], z[0], 0],
  ...[x[1], y[1], z[1], 0],
  ...[x[2], y[2], z[2], 0],
  ...[0, 0, 0, 1],
];

const straight = affineOf([1, 0, 0], [0, 2, 0], [0, 0, 5]);

describe("a plate of 4 × 1 voxels of 1 × 2 × 5 mm", () => {
  const plate = bodyOf([8, 5, 3], straight, (i, j, k) => i >= 2 && i <= 5 && j === 2 && k === 1);

  test("between boundaries: from outer edge to outer edge, as a caliper is laid", () => {
    const { longest, perpendicular, slice } = axialDiameters(plate, "boundaries");
    expect(longest.lengthMm).toBe(4);
    expect(longest.endsMm).toEqual([
      [1.5, 4, 5],
      [5.5, 4, 5],
    ]);
    // Between the boundaries' middles of the columns: 2 mm deep, over i = 2 to 5, the middle at 3.5.
    expect(perpendicular.lengthMm).toBe(2);
    expect(perpendicular.endsMm).toEqual([
      [3.5, 3, 5],
      [3.5, 5, 5],
    ]);
    expect(slice).toBe(1);
  });

  test("between centres: one voxel less", () => {
    const { longest, perpendicular } = axialDiameters(plate, "centres");
    expect([longest.lengthMm, perpendicular.lengthMm]).toEqual([3, 0]);
  });
});

test("one voxel: its own size between boundaries, nothing between centres", () => {
  const one = bodyOf([3, 3, 3], straight, (...at) => at.every((index) => index === 1));
  expect(axialDiameters(one, "boundaries")).toMatchObject({
    longest: { lengthMm: 2 },
    perpendicular: { lengthMm: 1 },
  });
  expect(axialDiameters(one, "centres")).toMatchObject({
    longest: { lengthMm: 0 },
    perpendicular: { lengthMm: 0 },
  });
  expect(longestDiameter(one, "boundaries").lengthMm).toBe(5);
  expect(longestDiameter(one, "centres").lengthMm).toBe(0);
});

test("the slice of the longest line, not that of the largest area", () => {
  // Slice 1: a square of 4 × 4 mm; slice 2: a rod of 9 mm.
  const body = bodyOf([12, 6, 4], straight, (i, j, k) =>
    k === 1 ? i >= 1 && i <= 4 && j >= 1 && j <= 2 : k === 2 && i >= 1 && i <= 9 && j === 4,
  );
  expect(axialDiameters(body, "boundaries")).toMatchObject({ slice: 2, longest: { lengthMm: 9 } });
});

test("a bay is crossed, and two parts of one slice are measured as one", () => {
  // Two rods, 10 mm apart from outer edge to outer edge, joined in another slice.
  const body = bodyOf([14, 5, 4], straight, (i, j, k) => {
    if (k === 1) return j === 2 && (i === 2 || i === 11);
    return k === 2 && j === 2 && i >= 3 && i <= 10;
  });
  expect(axialDiameters(body, "boundaries")).toMatchObject({ slice: 1, longest: { lengthMm: 10 } });
});

describe("oblique and sheared grids", () => {
  const rod = (affine: Affine): LabelVolume =>
    bodyOf([9, 9, 4], affine, (i, j, k) => i === j && i >= 1 && i <= 6 && k === 1);

  test("turned in plane and tilted: lengths stay", () => {
    // An orthonormal frame: no axis of the scan along an axis of the patient.
    const [u, v, w]: Triple[] = [
      [2 / 3, -1 / 3, 2 / 3],
      [2 / 3, 2 / 3, -1 / 3],
      [-1 / 3, 2 / 3, 2 / 3],
    ];
    const scaled = ([x, y, z]: Triple, by: number): Triple => [x * by, y * by, z * by];
    const oblique = affineOf(scaled(u, 1), scaled(v, 2), scaled(w, 5));
    for (const between of ["boundaries", "centres"] as const) {
      const there = axialDiameters(rod(oblique), between);
      const here = axialDiameters(rod(straight), between);
      expect(there.longest.lengthMm).toBeCloseTo(here.longest.lengthMm, 12);
      expect(there.perpendicular.lengthMm).toBeCloseTo(here.perpendicular.lengthMm, 12);
      expect(longestDiameter(rod(oblique), between).lengthMm).toBeCloseTo(
        longestDiameter(rod(straight), between).lengthMm,
        12,
      );
    }
  });

  test("a leaning column: the affine's metric, not the spacing's", () => {
    // Columns lean by 0.6 mm a row: along i = j, a step is (1.6, 2) mm instead of (1, 2).
    const leaning = affineOf([1, 0, 0], [0.6, 2, 0], [0, 0, 5]);
    const { longest } = axialDiameters(rod(leaning), "centres");
    expect(longest.lengthMm).toBeCloseTo(5 * Math.hypot(1.6, 2), 12);
  });
});

test("the ends are as far apart as the length says, and at 90°", () => {
  const blob = bodyOf(
    [20, 20, 9],
    affineOf([0.7, 0.1, 0], [-0.2, 0.9, 0.1], [0, -0.3, 2.5]),
    (i, j, k) =>
      ((i - 9) / 7) ** 2 + ((j - 9) / 4) ** 2 + ((k - 4) / 3) ** 2 + 0.1 * Math.sin(i * j) < 1,
  );
  const { longest, perpendicular } = axialDiameters(blob, "boundaries");
  const [along, across] = [longest, perpendicular].map(({ endsMm: [a, b], lengthMm }) => {
    const step = b.map((x, axis) => x - a[axis]);
    expect(Math.hypot(...step)).toBeCloseTo(lengthMm, 9);
    return step;
  });
  expect(along.reduce((sum, x, axis) => sum + x * across[axis], 0)).toBeCloseTo(0, 9);
  const all = longestDiameter(blob, "boundaries");
  expect(all.lengthMm).toBeGreaterThanOrEqual(longest.lengthMm);
});
