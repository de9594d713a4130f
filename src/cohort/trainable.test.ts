import { expect, test } from "vitest";
import { convertSettings } from "../slices/index.ts";
import { requireTrainable } from "./trainable.ts";

const notesOn = (choices: Parameters<typeof convertSettings>[0]) =>
  requireTrainable(convertSettings(choices), { imageSize: 128 });

test("slices that show what a network sees are trained on", () => {
  expect(notesOn({})).toEqual([]);
  expect(notesOn({ format: "png", chroma: "4:2:0", maskPalette: true, size: 256 })).toEqual([]);
  const windows = [{ width: 150, level: 30 }, "custom"];
  expect(notesOn({ channels: { windows, histogram: true } })).toEqual([]);
});

test("slices that show less are trained on, and that is said", () => {
  expect(notesOn({ everyKth: 3, liverOnly: true, size: 64 })).toEqual([
    "only every n-th slice, n = 3, is there to learn from",
    "only slices with liver are there: nothing is learned of those without",
    "the slices are 64 × 64, smaller than the network's 128 × 128: they are enlarged",
  ]);
});

test.each([
  [{ channels: { windows: ["liver", "lungs"], histogram: true } }, "other channels", "--channels"],
  [{ format: "png16" }, "16 bits", "--format jpeg"],
  [{ cropToBody: true }, "cropped to the body", "--crop none"],
  [
    { neighbours: 1, channels: { windows: ["liver"], histogram: false } },
    "other channels, neighbours, which training adds itself",
    "--channels liver,custom,histogram --neighbours 0",
  ],
])("slices that show something else are refused: %j", (choices, what, flag) => {
  let refused: unknown;
  try {
    notesOn(choices);
  } catch (thrown) {
    refused = thrown;
  }
  expect(refused).toMatchObject({
    code: "cohort.invalid",
    message: `no network trains on these slices: ${what}`,
    hint: expect.stringContaining(flag),
  });
});
