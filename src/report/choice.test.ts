import { expect, test } from "vitest";
import type { SliceRow } from "../slices/index.ts";
import { chooseSlice, evenlySpread } from "./choice.ts";

const slicesWith = (...labels: readonly (string | null)[]): SliceRow[] =>
  labels.map((counts, slice) => ({
    case: "volume-0",
    slice,
    z_mm: null,
    width: 8,
    height: 8,
    orientation: "radiological",
    image: `slices/images/volume-0/volume-0_slice_${slice}.jpg`,
    mask: counts === null ? null : `slices/masks/volume-0/volume-0_slice_${slice}.png`,
    labels: counts,
    ...{ liver_pixels: null, tumour_pixels: null },
    ...{ crop_x: 0, crop_y: 0, crop_width: 8, crop_height: 8 },
  }));

const chosen = (slices: readonly SliceRow[]) => {
  const choice = chooseSlice(slices);
  return choice === null ? null : [choice.slice.slice, choice.chosenBy];
};

test("the slice with the most tumour, then the most liver, then the middle", () => {
  expect(chosen(slicesWith("0:60 1:4", "0:50 1:10 2:4", "0:50 2:9 1:5"))).toEqual([2, "tumour"]);
  expect(chosen(slicesWith("0:64", "0:50 1:14", "0:60 1:4"))).toEqual([1, "liver"]);
  expect(chosen(slicesWith("0:64", "0:64", "0:64"))).toEqual([1, "middle"]);
  expect(chosen(slicesWith(null, null, null, null))).toEqual([2, "middle"]);
  expect(chosen([])).toBeNull();
});

test("evenly spread items keep the first and the last", () => {
  const items = Array.from({ length: 19 }, (_, index) => index);
  expect(evenlySpread(items, 4)).toEqual([0, 6, 12, 18]);
  expect(evenlySpread(items, 1)).toEqual([0]);
  expect(evenlySpread([1, 2], 4)).toEqual([1, 2]);
  expect(evenlySpread([], 4)).toEqual([]);
});
