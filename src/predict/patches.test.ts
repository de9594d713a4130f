import { expect, test } from "vitest";
import { patchStarts, patchWeights } from "./patches.ts";

test("patches begin where MONAI's do", () => {
  // monai.data.utils.dense_patch_slices with _get_scan_interval, MONAI 1.6.1
  expect(patchStarts(100, { patch: 32, overlap: 0.25 })).toEqual([0, 24, 48, 68]);
  expect(patchStarts(64, { patch: 32, overlap: 0.5 })).toEqual([0, 16, 32]);
  expect(patchStarts(33, { patch: 32, overlap: 0 })).toEqual([0, 1]);
  expect(patchStarts(32, { patch: 32, overlap: 0.9 })).toEqual([0]);
  expect(patchStarts(20, { patch: 32, overlap: 0.5 })).toEqual([0]);
  expect(patchStarts(5, { patch: 2, overlap: 0.9 })).toEqual([0, 1, 2, 3]);
});

test("a patch's weights are a Gaussian of an eighth of its length, and never nothing", () => {
  const weights = patchWeights([1, 1, 4], "gaussian");
  // exp(−1.5² / (2 · 0.5²)) = exp(−4.5), exp(−0.5² / (2 · 0.5²)) = exp(−0.5); of one slice σ = 1/8, x = 0
  const expected = [-4.5, -0.5, -0.5, -4.5].map(Math.exp);
  weights.forEach((value, n) => {
    expect(value).toBeCloseTo(expected[n], 6);
  });
  expect(Math.min(...patchWeights([16, 16, 16], "gaussian"))).toBeCloseTo(0.001, 9);
  expect([...patchWeights([1, 2, 2], "constant")]).toEqual([1, 1, 1, 1]);
});
