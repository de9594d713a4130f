import { describe, expect, test } from "vitest";
import type { Affine } from "./affine.ts";
import { reorient } from "./orientation.ts";
import {
  type AffineSource,
  cornerDistanceMm,
  type Grid,
  requireSameShape,
  spacingIsKnown,
  voxelCount,
} from "./volume.ts";

const grid = (affine: Affine, affineFrom: AffineSource = "sform"): Grid => ({
  dims: [4, 5, 6],
  affine,
  affineFrom,
});
const scaled = (x: number, y: number, z: number, origin: readonly number[] = [0, 0, 0]): Affine => [
  ...[x, 0, 0, origin[0]],
  ...[0, y, 0, origin[1]],
  ...[0, 0, z, origin[2]],
  ...[0, 0, 0, 1],
];
/** What nibabel gives a file without affine. */
const centred = scaled(-1, 1, 1, [1.5, -2, -2.5]);

describe("spacingIsKnown", () => {
  test.each<[string, Affine, AffineSource, boolean]>([
    ["the bare identity (LiTS 28–47)", scaled(1, 1, 1), "sform", false],
    ["the same as a qform", scaled(1, 1, 1), "qform", false],
    ["no affine, 1 × 1 × 1", centred, "default", false],
    ["no affine, but a spacing", scaled(-0.7, 0.7, 5, [1, -1, -12]), "default", true],
    [
      "1 × 1 × 1 with an origin (isotropic scans exist)",
      scaled(1, 1, 1, [-12, 8, 3]),
      "sform",
      true,
    ],
    ["a spacing and no origin", scaled(0.7, 0.7, 5), "sform", true],
    ["one axis that is not 1", scaled(1, 1, 2.5), "sform", true],
    ["the mirrored identity", scaled(-1, -1, 1), "sform", false],
    [
      "the identity, its axes swapped",
      [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      "sform",
      false,
    ],
  ])("%s", (_, affine, from, known) => {
    expect(spacingIsKnown(grid(affine, from))).toBe(known);
  });

  test("does not change when the volume is turned", () => {
    for (const [affine, from] of [
      [scaled(1, 1, 1), "sform"],
      [centred, "default"],
    ] as const) {
      const volume = { ...grid(affine, from), voxels: new Uint8Array(120) };
      for (const codes of ["LPS", "RAS", "SPL", "IRP"]) {
        expect(spacingIsKnown(reorient(volume, codes))).toBe(false);
      }
    }
  });
});

describe("cornerDistanceMm", () => {
  test("of a grid to itself is 0", () => {
    expect(cornerDistanceMm(grid(centred), grid(centred))).toBe(0);
  });

  test("of a shift is its length: 3, 4, 12 → 13 mm", () => {
    expect(cornerDistanceMm(grid(scaled(1, 1, 1)), grid(scaled(1, 1, 1, [3, 4, 12])))).toBe(13);
  });

  test("of another slice spacing grows with the slices: 5 steps of 0.1 mm", () => {
    const distance = cornerDistanceMm(grid(scaled(1, 1, 5)), grid(scaled(1, 1, 5.1)));
    expect(distance).toBeCloseTo(0.5, 12);
  });

  test("of a mirrored axis is its whole length: 3 steps of 2 mm, there and back", () => {
    expect(cornerDistanceMm(grid(scaled(2, 1, 1)), grid(scaled(-2, 1, 1)))).toBe(12);
  });

  test("of float32 noise is far below a micrometre's thousandfold", () => {
    const noisy = scaled(0.7, 0.7, 5, [-197.1123046875, 0, 0]);
    const other = scaled(0.7, 0.7, 5, [-197.1126098633, 0, 0]);
    expect(cornerDistanceMm(grid(noisy), grid(other))).toBeCloseTo(0.000305, 6);
  });

  test("of an affine with NaN is never small", () => {
    expect(cornerDistanceMm(grid(scaled(1, 1, 1)), grid(scaled(Number.NaN, 1, 1)))).toBeNaN();
  });
});

describe("requireSameShape", () => {
  test("accepts the same shape", () => {
    expect(() => requireSameShape({ dims: [4, 5, 6] }, { dims: [4, 5, 6] })).not.toThrow();
  });

  test("says what was expected and what was found, also when one slice is missing", () => {
    expect(() => requireSameShape({ dims: [4, 5, 6] }, { dims: [4, 5, 5] })).toThrowError(
      expect.objectContaining({
        code: "geometry.mismatch",
        message: expect.stringContaining("expected 4 × 5 × 6, got 4 × 5 × 5"),
      }),
    );
    expect(() => requireSameShape({ dims: [4, 5, 6] }, { dims: [5, 4, 6] })).toThrow();
  });
});

test("voxelCount is the product", () => {
  expect(voxelCount({ dims: [512, 512, 200] })).toBe(52_428_800);
});
