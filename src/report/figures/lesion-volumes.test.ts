import { expect, test } from "vitest";
import { sizeBins } from "./lesion-volumes.ts";
import { wholeStep } from "./steps.ts";

test("lesions are counted in quarter decades over whole decades", () => {
  // log10: 0.2 → −0.70, 1 → 0, 1.7 → 0.23, 2 → 0.30, 9.9 → 0.996
  const bins = sizeBins([0.2, 1, 1.7, 2, 9.9]);
  expect(bins.map((bin) => bin.from)).toEqual([-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75]);
  expect(bins.map((bin) => bin.count)).toEqual([0, 1, 0, 0, 2, 1, 0, 1]);
});

test("one lesion, on the edge of a decade, has its bin", () => {
  const bins = sizeBins([10]);
  expect(bins[0]).toEqual({ from: 1, to: 1.25, count: 1 });
  expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(1);
  expect(sizeBins([])).toEqual([]);
});

test("steps for whole ticks", () => {
  expect([0.2, 1, 1.1, 3, 6, 12, 20, 51].map(wholeStep)).toEqual([1, 1, 2, 5, 10, 20, 20, 100]);
});
