import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Affine, applyAffine, spacingOf, type Triple } from "../affine.ts";
import { reorientGrid } from "../orientation.ts";
import type { Grid } from "../volume.ts";
import { gridAtSpacing, gridOfShape } from "./grid.ts";

const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
/** 30 × 20 × 75 voxels of 0.7 × 0.8 × 2.5 mm, turned about z, left-handed. */
const grid: Grid = {
  dims: [30, 20, 75],
  affine: [-0.7 * c, -0.8 * s, 0, 40, -0.7 * s, 0.8 * c, 0, -30, 0, 0, 2.5, 12, 0, 0, 0, 1],
  affineFrom: "sform",
};
const near = (a: readonly number[], b: readonly number[], digits = 9): void => {
  a.forEach((value, n) => {
    expect(value).toBeCloseTo(b[n], digits);
  });
};
const middle = ({ dims, affine }: Grid): Triple =>
  applyAffine(affine, [(dims[0] - 1) / 2, (dims[1] - 1) / 2, (dims[2] - 1) / 2]);

describe("gridAtSpacing", () => {
  test("worked by hand: 4 voxels of 1 mm become 2 of 2 mm over the same box", () => {
    const affine: Affine = [1, 0, 0, 10, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    const row: Grid = { dims: [4, 1, 1], affine, affineFrom: "sform" };
    const coarse = gridAtSpacing(row, [2, 1, 1]);
    // The box reaches from 9.5 to 13.5: centres at 10.5 and 12.5.
    expect(coarse.dims).toEqual([2, 1, 1]);
    expect([coarse.affine[0], coarse.affine[3]]).toEqual([2, 10.5]);
    const kept = gridAtSpacing(row, [2, 1, 1], { keep: "first-voxel" });
    expect([kept.affine[0], kept.affine[3]]).toEqual([2, 10]);
  });

  test("has exactly the spacing asked for, its axes, and its centre", () => {
    const at = gridAtSpacing(grid, [1, 1, 1.5]);
    expect(at.dims).toEqual([21, 16, 125]);
    near(spacingOf(at.affine), [1, 1, 1.5]);
    near(middle(at), middle(grid));
    near(at.affine.slice(8, 11), [0, 0, 1.5]);
  });

  test("rounds halves to the even count, as nnU-Net does, and keeps a voxel", () => {
    const counts = (spacing: number): number => gridAtSpacing(grid, [0.7, 0.8, spacing]).dims[2];
    expect(counts(1)).toBe(188); // 187.5
    expect(counts(75)).toBe(2); // 2.5
    expect(counts(1000)).toBe(1);
  });

  test("commutes with reorient", () => {
    const spacing = fc.double({ min: 0.3, max: 4, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom("LPS", "SRP", "AIL"), spacing, (codes, size) => {
        const one = reorientGrid(gridAtSpacing(grid, [size, size, size]), codes);
        const other = gridAtSpacing(reorientGrid(grid, codes), [size, size, size]);
        expect(one.dims).toEqual(other.dims);
        near(one.affine, other.affine);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test.each([[[0, 1, 1]], [[1, -1, 1]], [[1, Number.NaN, 1]], [[Infinity, 1, 1]]] as [Triple][])(
    "refuses %j",
    (spacing) => {
      expect(() => gridAtSpacing(grid, spacing)).toThrowError(
        expect.objectContaining({ code: "usage.argument" }),
      );
    },
  );

  test("refuses more voxels than a volume holds before any are made", () => {
    expect(() => gridAtSpacing(grid, [0.001, 0.001, 0.001])).toThrowError(
      expect.objectContaining({
        code: "usage.argument",
        message: "no grid of 21000 × 16000 × 187500 voxels",
      }),
    );
  });
});

describe("gridOfShape", () => {
  test("keeps the outer faces, and back is the grid again", () => {
    const shaped = gridOfShape(grid, [7, 41, 30]);
    near(
      applyAffine(shaped.affine, [-0.5, -0.5, -0.5]),
      applyAffine(grid.affine, [-0.5, -0.5, -0.5]),
    );
    near(
      applyAffine(shaped.affine, [6.5, 40.5, 29.5]),
      applyAffine(grid.affine, [29.5, 19.5, 74.5]),
    );
    near(gridOfShape(shaped, grid.dims).affine, grid.affine);
  });

  test("of no voxels is refused", () => {
    expect(() => gridOfShape(grid, [0, 1, 1])).toThrow("no grid of 0 × 1 × 1 voxels");
  });
});
