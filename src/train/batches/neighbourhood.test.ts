import { expect, test } from "vitest";
import { neighbourhoodsOf } from "./neighbourhood.ts";

const rows = (...slices: readonly (readonly [string, number])[]) =>
  slices.map(([name, slice]) => ({ case: name, slice }));

test("neighbours are of the same case, in the order of their slices, whatever the rows' order", () => {
  const mixed = rows(["a", 2], ["b", 0], ["a", 0], ["a", 1], ["b", 1]);
  expect(neighbourhoodsOf(mixed, 1)).toEqual({
    of: [
      [3, 0, 0],
      [1, 1, 4],
      [2, 2, 3],
      [2, 3, 0],
      [1, 4, 4],
    ],
    casesWithGaps: [],
  });
});

test("where only every third slice exists, its neighbours are the nearest that do", () => {
  const sparse = rows(["a", 0], ["a", 3], ["a", 6], ["b", 4], ["b", 5]);
  expect(neighbourhoodsOf(sparse, 1)).toEqual({
    of: [
      [0, 0, 1],
      [0, 1, 2],
      [1, 2, 2],
      [3, 3, 4],
      [3, 4, 4],
    ],
    casesWithGaps: ["a"],
  });
});

test("without neighbours each row is alone; without rows there is nothing", () => {
  expect(neighbourhoodsOf(rows(["a", 0], ["a", 1]), 0).of).toEqual([[0], [1]]);
  expect(neighbourhoodsOf([], 1)).toEqual({ of: [], casesWithGaps: [] });
});
