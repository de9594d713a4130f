import { expect, test } from "vitest";
import { factsOf, tumourFreeOf } from "./training-facts.node.ts";

test("the livers that were learned from, in two numbers and a range", () => {
  const rows = [90, 100, 110].map((liver_mean_hu, n) => ({ liver_mean_hu, liver_ml: 1500 - n }));
  expect(factsOf(rows)).toEqual({
    scans: 3,
    liverHu: { mean: 100, sd: 10 },
    liverMl: [1498, 1500],
  });
});

test("without a study, or of one scan, nothing is known", () => {
  expect(factsOf([{ liver_mean_hu: null, liver_ml: null }])).toBeUndefined();
  expect(factsOf([{ liver_mean_hu: 100, liver_ml: 1500 }])).toBeUndefined();
  const unknownSpacing = [90, 110].map((liver_mean_hu) => ({ liver_mean_hu, liver_ml: null }));
  expect(factsOf(unknownSpacing)).toEqual({
    scans: 2,
    liverHu: { mean: 100, sd: expect.closeTo(Math.sqrt(200), 9) },
  });
});

test("tumours invented in livers without one are counted", () => {
  const rows = ["a", "b", "c", "d"].map((name, n) => ({ case: name, has_tumour: n === 3 }));
  const labels = (tumour: number) => ({ labels: { 0: 9, 1: 5, 2: tumour } });
  const made = new Map([
    ["a", labels(0)],
    ["b", labels(3)],
    ["d", labels(7)],
  ]);
  // c was not predicted, d has a tumour.
  expect(tumourFreeOf(rows, made)).toEqual({ scans: 2, scansWithTumour: 1 });
  expect(tumourFreeOf(rows.slice(3), made)).toBeUndefined();
});
