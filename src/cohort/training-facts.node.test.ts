import { expect, test } from "vitest";
import { factsOf } from "./training-facts.node.ts";

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
