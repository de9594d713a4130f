import { expect, test } from "vitest";
import { RowRuns } from "./row-runs.ts";

test("runs end where rows end, and what follows in a row is one run", () => {
  const runs = new RowRuns([4, 3, 3]);
  runs.add(12 + 5, 12 + 6); // slice 1, row 1, i = 1
  runs.add(12 + 6, 12 + 7);
  runs.add(12 + 11, 24 + 5); // the last voxel of slice 1 to the first of slice 2's row 1
  expect(runs.runs()).toEqual({
    box: { low: [0, 0, 1], high: [4, 3, 3] },
    first: Int32Array.of(0, 0, 1, 2, 3, 4, 4),
    from: Uint16Array.of(1, 3, 0, 0),
    to: Uint16Array.of(3, 4, 4, 1),
  });
});

test("nothing has an empty box, and rows of over 65,535 voxels wide indices", () => {
  expect(new RowRuns([4, 3, 2]).runs()).toMatchObject({ box: { low: [0, 0, 0], high: [0, 0, 0] } });
  const wide = new RowRuns([70_000, 1, 1]);
  wide.add(69_998, 70_000);
  expect(wide.runs()).toMatchObject({ from: Int32Array.of(69_998), to: Int32Array.of(70_000) });
});
