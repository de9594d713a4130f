import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Affine, applyAffine, type Triple } from "./affine.ts";
import { compareGrids, gridToleranceMm, requireSameGrid } from "./compare-grids.ts";
import { describeGridDifference } from "./grid-difference.ts";
import { axisCodes, reorientGrid } from "./orientation.ts";
import type { Grid } from "./volume.ts";

const oracle = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../test/oracle/orientation/nibabel.json"), "utf8"),
) as { cases: { affine: number[] }[] };

const grid = (affine: Affine, dims: Triple = [512, 512, 75]): Grid => ({
  dims,
  affine,
  affineFrom: "sform",
});
/** LiTS 0: LAS, 0.7 × 0.7 × 5 mm. */
const lits = grid([-0.7, 0, 0, 173, 0, 0.7, 0, -179, 0, 0, 5, -368, 0, 0, 0, 1]);
const changed = (cells: Record<number, number>): Grid => ({
  ...lits,
  affine: lits.affine.map((value, cell) => cells[cell] ?? value),
});
const differences = (found: Grid): string[] =>
  compareGrids(lits, found).differences.map(describeGridDifference);

describe("compareGrids", () => {
  test("the same grid, and float noise of the header", () => {
    expect(compareGrids(lits, lits)).toEqual({
      same: true,
      toleranceMm: 0.35,
      distanceMm: 0,
      differences: [],
    });
    const noisy = compareGrids(lits, changed({ 3: 173.0003052 }));
    expect(noisy.same).toBe(true);
    expect(noisy.distanceMm).toBeCloseTo(0.0003052, 9);
  });

  test("a shift by one slice, by one column", () => {
    expect(differences(changed({ 11: -363 }))).toEqual(["origin: 5 mm away (0, 0, 1 voxels)"]);
    expect(differences(changed({ 3: 172.3 }))).toEqual(["origin: 0.7 mm away (1, 0, 0 voxels)"]);
  });

  test("one slice less", () => {
    const found = compareGrids(lits, { ...lits, dims: [512, 512, 74] });
    expect([found.same, found.distanceMm]).toEqual([false, null]);
    expect(found.differences.map(describeGridDifference)).toEqual([
      "shape: expected 512 × 512 × 75, found 512 × 512 × 74",
    ]);
  });

  test("a header whose x is mirrored is a flip about the first voxel: other places", () => {
    expect(differences(changed({ 0: 0.7 }))).toEqual([
      "orientation: expected LAS, found RAS (other places)",
      "origin: 357.7 mm away (-511, 0, 0 voxels)",
    ]);
  });

  test("a reoriented grid holds the same places, which is not the same grid", () => {
    for (const codes of ["RAS", "LPI", "SAL"]) {
      const found = compareGrids(lits, reorientGrid(lits, codes));
      expect(found.same).toBe(false);
      expect(found.differences).toEqual([
        { kind: "orientation", expected: "LAS", found: codes, samePlaces: true },
      ]);
    }
  });

  test("another spacing, told once, and a turn about z", () => {
    expect(differences(changed({ 10: 2.5 }))).toEqual([
      "spacing along k: expected 5 mm, found 2.5 mm",
    ]);
    const [cos, sin] = [Math.cos(0.02), Math.sin(0.02)];
    const turned = changed({ 0: -0.7 * cos, 1: -0.7 * sin, 4: -0.7 * sin, 5: 0.7 * cos });
    expect(differences(turned)).toEqual([
      "direction of i: turned by 1.1459°",
      "direction of j: turned by 1.1459°",
    ]);
  });

  test("differences that only together exceed the tolerance: the largest is told", () => {
    // 0.3 mm of origin and 75 · 0.002 = 0.15 mm of spacing; 0.35 mm pass.
    expect(differences(changed({ 11: -367.7, 10: 5.002 }))).toEqual([
      "origin: 0.3 mm away (0, 0, 0.06 voxels)",
    ]);
  });

  test("a single slice has two sides and a thickness", () => {
    const slice = grid(lits.affine, [512, 512, 1]);
    const flipped = { ...slice, affine: changed({ 10: -5 }).affine };
    expect(compareGrids(slice, flipped).differences[0]?.kind).toBe("orientation");
    const thick = { ...slice, affine: changed({ 10: 7 }).affine };
    expect(compareGrids(slice, thick).differences.map(describeGridDifference)).toEqual([
      "spacing along k: expected 5 mm, found 7 mm",
    ]);
  });

  test("NaN is never the same", () => {
    expect(compareGrids(lits, changed({ 3: Number.NaN })).same).toBe(false);
  });

  test("in any orientation: half a millionth passes, one voxel along any axis does not", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...oracle.cases.map(({ affine }) => affine)),
        fc.tuple(fc.integer({ min: -1, max: 1 }), fc.integer({ min: -1, max: 1 }), fc.constant(1)),
        (affine, shift) => {
          const expected = grid(affine, [20, 30, 10]);
          const noisy = grid(Array.from(Float32Array.from(affine)), [20, 30, 10]);
          expect(compareGrids(expected, noisy).same).toBe(true);
          const place = applyAffine(affine, shift);
          const moved = affine.map((value, n) =>
            n % 4 === 3 && n < 12 ? place[(n - 3) / 4] : value,
          );
          const found = compareGrids(expected, grid(moved, [20, 30, 10]));
          expect(found.differences.map(({ kind }) => kind)).toEqual(["origin"]);
          expect(axisCodes(moved)).toBe(axisCodes(affine));
        },
      ),
      { numRuns: 200, seed: 5 },
    );
  });
});

test("the tolerance is half the smallest voxel edge", () => {
  expect(gridToleranceMm(lits)).toBe(0.35);
});

describe("requireSameGrid", () => {
  test("says what differs, by how much, and what passes", () => {
    expect(() => requireSameGrid(lits, changed({ 11: -363 }), { what: "mask" })).toThrowError(
      expect.objectContaining({
        code: "geometry.mismatch",
        message:
          "the mask does not lie on its scan's grid: origin: 5 mm away (0, 0, 1 voxels) (tolerance 0.35 mm)",
        hint: "save the mask again on the scan's own grid, with the scan's header",
      }),
    );
  });

  test("a mask in another orientation can be reoriented", () => {
    expect(() => requireSameGrid(lits, reorientGrid(lits, "RAS"), { what: "mask" })).toThrowError(
      expect.objectContaining({
        code: "geometry.orientation",
        message:
          "the mask does not lie on its scan's grid: orientation: expected LAS, found RAS (the same places in another order) (tolerance 0.35 mm)",
        hint: "reorient the mask to LAS: every voxel is there, in another order",
      }),
    );
  });

  test("the same grid passes", () => {
    expect(() => requireSameGrid(lits, changed({ 3: 173.0003 }), { what: "mask" })).not.toThrow();
  });
});
