import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Affine, applyAffine, type Triple } from "./affine.ts";
import { boundingBox, crop, cropGrid, pad, putBack } from "./crop.ts";
import type { CtVolume, LabelVolume } from "./volume.ts";

const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
const oblique: Affine = [
  ...[-0.7 * c, -0.8 * s, 0, 40],
  ...[-0.7 * s, 0.8 * c, 0, -30],
  ...[0, 0, 2.5, 12],
  ...[0, 0, 0, 1],
];

function scan(dims: Triple, affine: Affine = oblique): CtVolume {
  const voxels = Int16Array.from({ length: dims[0] * dims[1] * dims[2] }, (_, n) => n + 1);
  return { kind: "ct", dims, affine, affineFrom: "sform", voxels };
}
const mask = (dims: Triple, voxels: readonly number[]): LabelVolume => ({
  kind: "labels",
  dims,
  affine: oblique,
  affineFrom: "sform",
  voxels: Uint8Array.from(voxels),
});

describe("crop", () => {
  test("worked by hand: the middle of a row, in its place", () => {
    const affine: Affine = [2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 5, 30, 0, 0, 0, 1];
    const part = crop(scan([4, 2, 1], affine), { low: [1, 1, 0], high: [3, 2, 1] });
    expect(part).toEqual({
      kind: "ct",
      dims: [2, 1, 1],
      affine: [2, 0, 0, 12, 0, 3, 0, 23, 0, 0, 5, 30, 0, 0, 0, 1],
      affineFrom: "sform",
      voxels: Int16Array.of(6, 7),
    });
  });

  test("beyond the volume there is air, or background, or what was asked for", () => {
    const box = { low: [-1, 0, 0], high: [2, 1, 2] } as const;
    expect([...crop(scan([2, 1, 1]), box).voxels]).toEqual([-1024, 1, 2, -1024, -1024, -1024]);
    expect([...crop(scan([2, 1, 1]), box, { outside: 9 }).voxels]).toEqual([9, 1, 2, 9, 9, 9]);
    expect([...crop(mask([2, 1, 1], [1, 2]), box).voxels]).toEqual([0, 1, 2, 0, 0, 0]);
    const beside = { low: [5, 0, 0], high: [7, 1, 1] } as const;
    expect([...crop(scan([2, 1, 1]), beside).voxels]).toEqual([-1024, -1024]);
  });

  test.each([
    [
      [0, 0, 0],
      [0, 1, 1],
    ],
    [
      [0, 0, 0],
      [1, -1, 1],
    ],
    [
      [0.5, 0, 0],
      [1.5, 1, 1],
    ],
    [
      [Number.NaN, 0, 0],
      [1, 1, 1],
    ],
  ] as [Triple, Triple][])("refuses the box from %j to %j", (low, high) => {
    expect(() => crop(scan([2, 2, 2]), { low, high })).toThrowError(
      expect.objectContaining({ code: "usage.argument" }),
    );
  });

  test("refuses a filling that would wrap round", () => {
    const box = { low: [0, 0, 0], high: [2, 1, 1] } as const;
    expect(() => crop(mask([1, 1, 1], [1]), box, { outside: 256 })).toThrow("256 does not fit");
  });
});

test("pad adds voxels on both sides, worked by hand", () => {
  const padded = pad(mask([2, 1, 1], [1, 2]), { before: [1, 0, 0], after: [2, 0, 1] });
  expect(padded.dims).toEqual([5, 1, 2]);
  expect([...padded.voxels]).toEqual([0, 1, 2, 0, 0, 0, 0, 0, 0, 0]);
  expect(applyAffine(padded.affine, [1, 0, 0])).toEqual(
    applyAffine(oblique, [0, 0, 0]).map((value) => expect.closeTo(value, 10)),
  );
});

describe("boundingBox", () => {
  const isTumour = (label: number): boolean => label === 2;
  // 4 × 3 × 2; tumour at (2, 0, 0) and (1, 1, 1).
  const labels = mask(
    [4, 3, 2],
    [
      ...[0, 1, 2, 0],
      ...[0, 1, 0, 0],
      ...[0, 0, 0, 0],
      ...[0, 0, 0, 0],
      ...[1, 2, 1, 0],
      ...[0, 0, 0, 0],
    ],
  );

  test("worked by hand", () => {
    expect(boundingBox(labels, isTumour)).toEqual({ low: [1, 0, 0], high: [3, 2, 2] });
    expect(boundingBox(labels, (label) => label > 0)).toEqual({ low: [0, 0, 0], high: [3, 2, 2] });
  });

  test("of nothing is undefined", () => {
    expect(boundingBox(labels, (label) => label === 3)).toBeUndefined();
  });

  test("a margin is at least so many mm, and ends where the grid does", () => {
    const dims: Triple = [20, 20, 20];
    const voxels = new Array<number>(8000).fill(0);
    voxels[10 + 20 * (10 + 20 * 10)] = 2;
    const one = mask(dims, voxels);
    // 0.7 × 0.8 × 2.5 mm: 1.4 mm are exactly 2, more than 1 and less than 1 voxels.
    expect(boundingBox(one, isTumour, { marginMm: 1.4 })).toEqual({
      low: [8, 8, 9],
      high: [13, 13, 12],
    });
    expect(boundingBox(one, isTumour, { marginMm: 1000 })).toEqual({ low: [0, 0, 0], high: dims });
  });

  test("of any mask: nothing outside, a voxel on every face", () => {
    const voxel = fc.constantFrom(0, 0, 0, 0, 1, 2);
    fc.assert(
      fc.property(fc.array(voxel, { minLength: 60, maxLength: 60 }), (voxels) => {
        const all = mask([5, 4, 3], voxels);
        const box = boundingBox(all, isTumour);
        const places = voxels.flatMap((label, n) =>
          label === 2 ? [[n % 5, Math.floor(n / 5) % 4, Math.floor(n / 20)]] : [],
        );
        const ends = (end: (...values: number[]) => number): number[] =>
          [0, 1, 2].map((axis) => end(...places.map((place) => place[axis])));
        expect(box?.low).toEqual(places.length === 0 ? undefined : ends(Math.min));
        expect(box?.high).toEqual(
          places.length === 0 ? undefined : ends(Math.max).map((value) => value + 1),
        );
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe("putBack", () => {
  test("undoes crop and pad: the whole grid to the last bit, what was cut off is background", () => {
    const end = fc.integer({ min: -3, max: 7 });
    const size = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(fc.tuple(end, end, end), fc.tuple(size, size, size), (low, sizes) => {
        const whole = scan([6, 5, 4]);
        const high: Triple = [low[0] + sizes[0], low[1] + sizes[1], low[2] + sizes[2]];
        const back = putBack(crop(whole, { low, high }), whole);
        expect(back.affine).toBe(whole.affine);
        expect(back.dims).toEqual(whole.dims);
        whole.voxels.forEach((value, n) => {
          const place = [n % 6, Math.floor(n / 6) % 5, Math.floor(n / 30)];
          const kept = place.every((at, axis) => at >= low[axis] && at < high[axis]);
          expect(back.voxels[n]).toBe(kept ? value : -1024);
        });
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test("refuses what does not lie on the grid's voxels", () => {
    const whole = scan([6, 5, 4]);
    const part = crop(whole, { low: [1, 1, 1], high: [3, 3, 3] });
    const between = cropGrid(whole, { low: [0, 0, 0], high: [2, 2, 2] });
    const moved = { ...part, affine: between.affine.map((v, n) => (n === 11 ? v + 1 : v)) };
    const stretched = { ...part, affine: part.affine.map((v, n) => (n === 10 ? v * 1.3 : v)) };
    for (const wrong of [moved, stretched]) {
      expect(() => putBack(wrong, whole)).toThrowError(
        expect.objectContaining({ code: "geometry.mismatch" }),
      );
    }
  });
});
