import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Affine,
  applyAffine,
  determinant,
  identityAffine,
  invertAffine,
  multiplyAffines,
  spacingOf,
  voxelVolumeMm3,
} from "./affine.ts";

/** Rotation about z by 30°, spacing 2 × 3 × 5 mm, origin (10, −20, 30). */
const [cos, sin] = [Math.sqrt(3) / 2, 0.5];
const oblique: Affine = [
  ...[2 * cos, -3 * sin, 0, 10],
  ...[2 * sin, 3 * cos, 0, -20],
  ...[0, 0, 5, 30],
  ...[0, 0, 0, 1],
];

const cell = fc.double({ min: -10, max: 10, noNaN: true });
const shift = fc.double({ min: -500, max: 500, noNaN: true });
/** Any affine whose voxels are not all but flat. */
const affines = fc
  .tuple(cell, cell, cell, shift, cell, cell, cell, shift, cell, cell, cell, shift)
  .map((rows): Affine => [...rows, 0, 0, 0, 1])
  .filter((affine) => Math.abs(determinant(affine)) > 0.1);

describe("applyAffine", () => {
  test("worked by hand", () => {
    expect(applyAffine(identityAffine, [1, 2, 3])).toEqual([1, 2, 3]);
    const [x, y, z] = applyAffine(oblique, [4, 2, 1]);
    // x = 2·4·cos30° − 3·2·sin30° + 10; y = 2·4·sin30° + 3·2·cos30° − 20; z = 5 + 30
    expect(x).toBeCloseTo(6.9282 - 3 + 10, 4);
    expect(y).toBeCloseTo(4 + 5.1962 - 20, 4);
    expect(z).toBe(35);
  });
});

describe("determinant and voxel volume", () => {
  test("a rotation does not change the volume: 2 · 3 · 5 mm³", () => {
    expect(determinant(oblique)).toBeCloseTo(30, 12);
    expect(voxelVolumeMm3(oblique)).toBeCloseTo(30, 12);
  });

  test("a mirrored axis makes the determinant negative, not the volume", () => {
    const mirrored = oblique.map((value, n) => (n % 4 === 0 && n < 12 ? -value : value));
    expect(determinant(mirrored)).toBeCloseTo(-30, 12);
    expect(voxelVolumeMm3(mirrored)).toBeCloseTo(30, 12);
  });

  test("of a shear: base times height, not the product of the spacings", () => {
    const sheared: Affine = [1, 1, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1];
    expect(voxelVolumeMm3(sheared)).toBe(6);
    expect(spacingOf(sheared)).toEqual([1, Math.sqrt(5), 3]);
  });
});

test("spacing of an oblique scan is that of its axes", () => {
  const [i, j, k] = spacingOf(oblique);
  expect(i).toBeCloseTo(2, 12);
  expect(j).toBeCloseTo(3, 12);
  expect(k).toBe(5);
});

describe("invertAffine", () => {
  test("worked by hand", () => {
    const inverse = invertAffine([2, 0, 0, 10, 0, -4, 0, 8, 0, 0, 5, -5, 0, 0, 0, 1]);
    const expected = [0.5, 0, 0, -5, 0, -0.25, 0, 2, 0, 0, 0.2, 1, 0, 0, 0, 1];
    inverse.forEach((value, n) => {
      expect(value).toBeCloseTo(expected[n], 12);
    });
  });

  test("takes every point back", () => {
    fc.assert(
      fc.property(affines, fc.tuple(shift, shift, shift), (affine, point) => {
        const back = applyAffine(invertAffine(affine), applyAffine(affine, point));
        const scale = 1 / Math.min(1, Math.abs(determinant(affine)));
        back.forEach((value, axis) => {
          expect(Math.abs(value - point[axis])).toBeLessThan(1e-7 * scale);
        });
      }),
    );
  });

  test("times the affine is the identity", () => {
    fc.assert(
      fc.property(affines, (affine) => {
        multiplyAffines(invertAffine(affine), affine).forEach((value, n) => {
          expect(Math.abs(value - identityAffine[n])).toBeLessThan(1e-6);
        });
      }),
    );
  });

  test.each([
    ["two axes along one line", [1, 2, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]],
    ["an axis of no length", [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]],
    ["NaN", [Number.NaN, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]],
    ["infinity", [Infinity, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]],
  ])("refuses %s", (_, affine) => {
    expect(() => invertAffine(affine)).toThrowError(
      expect.objectContaining({ code: "geometry.singular" }),
    );
  });
});

test("a product applies the right affine first", () => {
  fc.assert(
    fc.property(affines, affines, fc.tuple(shift, shift, shift), (a, b, point) => {
      const together = applyAffine(multiplyAffines(a, b), point);
      const oneByOne = applyAffine(a, applyAffine(b, point));
      together.forEach((value, axis) => {
        expect(Math.abs(value - oneByOne[axis])).toBeLessThan(1e-6);
      });
    }),
  );
});
