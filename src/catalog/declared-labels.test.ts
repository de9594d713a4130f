import { expect, test } from "vitest";
import { compareLabels } from "./declared-labels.ts";

const masks = [{ labels: "0:90 1:10" }, { labels: null }, { labels: "0:80 1:10 3:10" }];

test.each([
  [[0, 1, 3], []],
  [[0, 1], ["dataset.json does not name labels that masks hold: 3"]],
  [
    [0, 1, 2],
    [
      "dataset.json does not name labels that masks hold: 3",
      "dataset.json names labels that no mask holds: 2",
    ],
  ],
])("masks of 0, 1 and 3, labels named %j", (labels, expected) => {
  expect(compareLabels(masks, { file: "dataset.json", labels })).toEqual(expected);
});

test("without masks there is nothing to compare", () => {
  expect(compareLabels([{ labels: null }], { file: "dataset.json", labels: [0, 1] })).toEqual([]);
});
