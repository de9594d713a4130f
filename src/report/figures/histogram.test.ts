import { expect, test } from "vitest";
import { decadeBins, evenBins } from "./histogram.ts";
import { wholeStep } from "./steps.ts";

test("lesions are counted in quarter decades over whole decades", () => {
  // log10: 0.2 → −0.70, 1 → 0, 1.7 → 0.23, 2 → 0.30, 9.9 → 0.996
  const bins = decadeBins([0.2, 1, 1.7, 2, 9.9]);
  expect(bins.map((bin) => bin.from)).toEqual([-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75]);
  expect(bins.map((bin) => bin.count)).toEqual([0, 1, 0, 0, 2, 1, 0, 1]);
});

test("one lesion, on the edge of a decade, has its bin", () => {
  const bins = decadeBins([10]);
  expect(bins[0]).toEqual({ from: 1, to: 1.25, count: 1 });
  expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(1);
  expect(decadeBins([])).toEqual([]);
});

test("steps for whole ticks", () => {
  expect([0.2, 1, 1.1, 3, 6, 12, 20, 51].map(wholeStep)).toEqual([1, 1, 2, 5, 10, 20, 20, 100]);
});

test("values are counted in bins of whole width, each end in one bin only", () => {
  // 12 bins of at least 2 mm: the step is 2. From 6, the last value closes the last bin.
  const bins = evenBins([7, 8, 9.9, 10, 29, 30]);
  expect(bins[0]).toEqual({ from: 6, to: 8, count: 1 });
  expect(bins[1]).toEqual({ from: 8, to: 10, count: 2 });
  expect(bins[2]).toEqual({ from: 10, to: 12, count: 1 });
  expect(bins.at(-1)).toEqual({ from: 30, to: 32, count: 1 });
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  expect(evenBins([5])).toEqual([{ from: 5, to: 6, count: 1 }]);
  expect(evenBins([])).toEqual([]);
});
