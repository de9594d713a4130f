import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Affine, applyAffine, type Triple } from "./affine.ts";
import { axisCodes, reorient, reorientBack, reorientGrid } from "./orientation.ts";
import type { LabelVolume } from "./volume.ts";

const oracle = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../test/oracle/orientation/nibabel.json"), "utf8"),
) as { cases: { kind: string; affine: number[]; codes: string }[] };

const pairs = ["RL", "AP", "SI"];
const orders: Triple[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];
const allCodes = orders.flatMap((order) =>
  Array.from({ length: 8 }, (_, signs) =>
    order.map((axis, n) => pairs[axis][(signs >> n) & 1]).join(""),
  ),
);

test("there are 48 orientations", () => {
  expect(new Set(allCodes).size).toBe(48);
});

describe("axisCodes", () => {
  test.each(["straight", "oblique", "colliding"])("%s affines as nibabel names them", (kind) => {
    const cases = oracle.cases.filter((each) => each.kind === kind);
    expect(cases.length).toBeGreaterThanOrEqual(20);
    expect(cases.map(({ affine }) => axisCodes(affine))).toEqual(cases.map(({ codes }) => codes));
  });

  test("never name one direction twice", () => {
    const cell = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 12, maxLength: 12 }), (rows) => {
        expect(allCodes).toContain(axisCodes([...rows, 0, 0, 0, 1]));
      }),
    );
  });
});

/** A volume in which every voxel has a value of its own. */
function numbered(dims: Triple, affine: Affine): LabelVolume {
  const voxels = Int32Array.from({ length: dims[0] * dims[1] * dims[2] }, (_, n) => n);
  return { kind: "labels", dims, affine, affineFrom: "sform", voxels };
}

/** Where in the patient each value lies. */
function positions({ dims, affine, voxels }: LabelVolume): Triple[] {
  const places: Triple[] = [];
  let at = 0;
  for (let k = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++) places[voxels[at++]] = applyAffine(affine, [i, j, k]);
  return places;
}

const grids = fc.record({
  dims: fc.tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 5 }),
  ),
  affine: fc.constantFrom(...oracle.cases.map(({ affine }) => affine)),
  codes: fc.constantFrom(...allCodes),
});

describe("reorient", () => {
  test("worked by hand: RAS to LPS turns the first two axes round", () => {
    const affine = [2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 5, 30, 0, 0, 0, 1];
    const turned = reorient(numbered([2, 2, 2], affine), "LPS");
    expect([...turned.voxels]).toEqual([3, 2, 1, 0, 7, 6, 5, 4]);
    expect(turned.affine).toEqual([-2, 0, 0, 12, 0, -3, 0, 23, 0, 0, 5, 30, 0, 0, 0, 1]);
    expect(turned.affineFrom).toBe("sform");
  });

  test("worked by hand: RAS to SAR swaps the first and the last axis", () => {
    const affine = [2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1];
    const turned = reorient(numbered([2, 1, 3], affine), "SAR");
    expect(turned.dims).toEqual([3, 1, 2]);
    // Stored i + 2k: column k runs first now.
    expect([...turned.voxels]).toEqual([0, 2, 4, 1, 3, 5]);
    expect(turned.affine).toEqual([0, 0, 2, 0, 0, 3, 0, 0, 5, 0, 0, 0, 0, 0, 0, 1]);
  });

  test("has the orientation asked for, and every voxel keeps its place in the patient", () => {
    fc.assert(
      fc.property(grids, ({ dims, affine, codes }) => {
        const volume = numbered(dims, affine);
        const turned = reorient(volume, codes);
        expect(axisCodes(turned.affine)).toBe(codes);
        const [before, after] = [positions(volume), positions(turned)];
        before.forEach((place, n) => {
          place.forEach((value, axis) => {
            expect(Math.abs(value - after[n][axis])).toBeLessThan(1e-9);
          });
        });
      }),
      { numRuns: 300 },
    );
  });

  test("and back is the volume again", () => {
    fc.assert(
      fc.property(grids, ({ dims, affine, codes }) => {
        const volume = numbered(dims, affine);
        const back = reorient(reorient(volume, codes), axisCodes(affine));
        expect(back.voxels).toEqual(volume.voxels);
        expect(back.dims).toEqual(dims);
        back.affine.forEach((value, n) => {
          expect(Math.abs(value - affine[n])).toBeLessThan(1e-9);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("leaves its argument alone, and returns it when there is nothing to turn", () => {
    const volume = numbered([2, 3, 4], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    const before = [...volume.voxels];
    reorient(volume, "IPL");
    expect([...volume.voxels]).toEqual(before);
    expect(reorient(volume, "RAS")).toBe(volume);
  });

  test("keeps the array's type, and the grid is that of reorientGrid", () => {
    const affine = oracle.cases[60].affine;
    const volume = { ...numbered([3, 4, 5], affine), voxels: new Int16Array(60) };
    for (const codes of allCodes) {
      const turned = reorient(volume, codes);
      const { dims, affine, affineFrom } = turned;
      expect(turned.voxels).toBeInstanceOf(Int16Array);
      expect(reorientGrid(volume, codes)).toEqual({ dims, affine, affineFrom });
    }
  });

  test.each(["", "LP", "LPSS", "LPX", "LRS", "lps", "LLL"])("refuses %j", (codes) => {
    const volume = numbered([1, 1, 1], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    expect(() => reorient(volume, codes)).toThrowError(
      expect.objectContaining({ code: "usage.argument" }),
    );
  });
});

test("reorientBack is the exact inverse, also at exactly 45 degrees", () => {
  const h = Math.SQRT1_2;
  const tied: Affine[] = [
    [h, h, 0, 0, -h, h, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    [h, 0, -h, 5, 0, 1, 0, 6, h, 0, h, 7, 0, 0, 0, 1],
    [1, 0, 0, 0, 0, h, -h, 0, 0, h, h, 0, 0, 0, 0, 1],
    [0, h, h, 0, 1, 0, 0, 0, 0, -h, h, 0, 0, 0, 0, 1],
  ];
  const straight = allCodes.map((codes) => {
    const start = numbered([2, 3, 4], [2, 0, 0, 1, 0, 3, 0, 2, 0, 0, 4, 3, 0, 0, 0, 1]);
    return reorient(start, codes).affine;
  });
  for (const affine of [...tied, ...straight]) {
    const original = numbered([4, 3, 2], affine);
    for (const codes of ["LPS", "RAS", "SLA"]) {
      const back = reorientBack(reorient(original, codes), { original, codes });
      expect(back).toEqual(original);
    }
  }
});

test("reorientBack refuses a volume of another shape", () => {
  const original = numbered([4, 3, 2], [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  expect(() => reorientBack(original, { original, codes: "RAS" })).toThrow("expected 3 × 4 × 2");
});
