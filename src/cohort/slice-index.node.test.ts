import { expect, test } from "vitest";
import type { SliceRow } from "../slices/index.ts";
import { indexed } from "./slice-index.node.ts";

const slice = (name: string): SliceRow => ({
  ...{ case: name, slice: 0, z_mm: null, width: 8, height: 8, orientation: "radiological" },
  ...{ image: "image.jpg", mask: null, labels: null, liver_pixels: null, tumour_pixels: null },
  ...{ crop_x: 0, crop_y: 0, crop_width: 8, crop_height: 8 },
});

const places = (folds: Parameters<typeof indexed>[1]) =>
  indexed(["a", "b", "c"].map(slice), folds).map(({ fold, split }) => [fold, split]);

test("each slice has the fold that holds its case out, and its part in the first", () => {
  expect(
    places([
      { train: ["b"], watch: [], heldOut: ["a"] },
      { train: ["a"], watch: [], heldOut: ["b"] },
    ]),
  ).toEqual([
    [0, "held-out"],
    [1, "train"],
    [null, null],
  ]);
  expect(places([{ train: ["a"], watch: ["b"], heldOut: ["c"] }])).toEqual([
    [null, "train"],
    [null, "watch"],
    [0, "held-out"],
  ]);
  expect(places([])).toEqual(Array(3).fill([null, null]));
});
