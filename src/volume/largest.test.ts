import { describe, expect, test } from "vitest";
import { largestComponent, withoutSmallComponents } from "./largest.ts";
import type { LabelVolume } from "./volume.ts";

/** A row of voxels of 1 mL each (10 mm cubes). */
const row = (voxels: readonly number[]): LabelVolume => ({
  kind: "labels",
  dims: [voxels.length, 1, 1],
  affine: [10, 0, 0, 0, 0, 10, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1],
  affineFrom: "sform",
  voxels: Uint8Array.from(voxels),
});

const isMarked = (label: number): boolean => label > 0;
const isTumour = (label: number): boolean => label === 2;

describe("largestComponent", () => {
  test("keeps the labels of the largest, and the first of two", () => {
    const { mask, removedVoxels } = largestComponent(row([1, 0, 1, 2, 1, 0, 2, 2, 2]), isMarked);
    expect([...mask.voxels]).toEqual([0, 0, 1, 2, 1, 0, 0, 0, 0]);
    expect(removedVoxels).toBe(4);
  });

  test("leaves what `inside` refuses, and writes the label that is asked for", () => {
    const { mask } = largestComponent(row([1, 2, 1, 2, 2, 1]), isTumour, { label: 1 });
    expect([...mask.voxels]).toEqual([1, 1, 1, 2, 2, 1]);
  });

  test("one, or none: the same mask", () => {
    for (const mask of [row([0, 1, 1]), row([0, 0])]) {
      expect(largestComponent(mask, isMarked).mask).toBe(mask);
    }
  });

  test("connectivity decides what is one", () => {
    const diagonal: LabelVolume = {
      ...row([]),
      dims: [2, 2, 1],
      voxels: Uint8Array.of(1, 0, 0, 1),
    };
    expect(largestComponent(diagonal, isMarked).removedVoxels).toBe(0);
    expect(largestComponent(diagonal, isMarked, { connectivity: 6 }).removedVoxels).toBe(1);
  });
});

describe("withoutSmallComponents", () => {
  const mask = row([2, 0, 2, 2, 0, 2, 2, 2]);

  test("a component of exactly the volume stays", () => {
    const kept = withoutSmallComponents(mask, isTumour, { leastMl: 2 });
    expect([...kept.mask.voxels]).toEqual([0, 0, 2, 2, 0, 2, 2, 2]);
    expect(kept.removedVoxels).toBe(1);
    const fewer = withoutSmallComponents(mask, isTumour, { leastMl: 2.001, label: 1 });
    expect([...fewer.mask.voxels]).toEqual([1, 0, 1, 1, 0, 2, 2, 2]);
  });

  test("by voxels; 0 removes none, and so does a mask of none", () => {
    expect(withoutSmallComponents(mask, isTumour, { leastVoxels: 3 }).removedVoxels).toBe(3);
    expect(withoutSmallComponents(mask, isTumour, { leastVoxels: 0 }).mask).toBe(mask);
    expect(withoutSmallComponents(mask, (label) => label === 1, { leastMl: 5 }).mask).toBe(mask);
  });

  test("volumes are by |det A| of the affine", () => {
    const thin = { ...mask, affine: [0.7, 0, 0, 0, 0, -0.7, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1] };
    const two = (2 * 0.7 * 0.7 * 5) / 1000;
    expect(withoutSmallComponents(thin, isTumour, { leastMl: two }).removedVoxels).toBe(1);
  });

  test("refused: a least that is negative or no number, voxels without volume", () => {
    const usage = expect.objectContaining({ code: "usage.argument" });
    for (const least of [
      { leastMl: -1 },
      { leastMl: Number.NaN },
      { leastVoxels: Number.POSITIVE_INFINITY },
    ]) {
      expect(() => withoutSmallComponents(mask, isTumour, least)).toThrow(usage);
    }
    const flat = { ...mask, affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] };
    expect(() => withoutSmallComponents(flat, isTumour, { leastMl: 1 })).toThrow(usage);
  });
});
