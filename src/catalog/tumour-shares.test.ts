import { expect, test } from "vitest";
import { parseLabelCounts } from "./label-counts.ts";
import { tumourShares } from "./tumour-shares.ts";

test.each([
  // 5 of 500 voxels; of the liver 5 in 15.
  ["0:484 1:10 2:5 3:1", true, 1, 100 / 3],
  ["0:90 1:10", false, 0, 0],
  ["0:100", false, 0, null],
  ["2:8", true, 100, 100],
  ["", false, 0, null],
])("labels %j", (labels, has_tumour, tumour_percent, tumour_percent_of_liver) => {
  const shares = tumourShares(parseLabelCounts(labels));
  expect(shares).toEqual({ has_tumour, tumour_percent, tumour_percent_of_liver });
});

test("LiTS 0, whose labels the official scorer counts too", () => {
  const { tumour_percent, tumour_percent_of_liver } = tumourShares(
    parseLabelCounts("0:19108173 1:550036 2:2591"),
  );
  expect(tumour_percent).toBeCloseTo(0.0131785, 7); // 2591 of 512 × 512 × 75
  expect(tumour_percent_of_liver).toBeCloseTo(0.4688515, 6); // of 552,627
});
