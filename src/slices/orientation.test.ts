import { expect, test } from "vitest";
import { sliceCodes } from "./orientation.ts";

test("radiological slices are LPS, whatever the scan; a notebook's mirror its second axis", () => {
  const ras = { affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
  const lia = { affine: [-1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1] };
  expect([ras, lia].map((grid) => sliceCodes(grid, "radiological"))).toEqual(["LPS", "LPS"]);
  expect([ras, lia].map((grid) => sliceCodes(grid, "notebook"))).toEqual(["RPS", "LSA"]);
});
