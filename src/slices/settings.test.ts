import { expect, test } from "vitest";
import { channelCount, convertSettings } from "./settings.ts";

test("without choices: every slice as stored, a JPEG of the network's channels", () => {
  expect(convertSettings()).toEqual({
    everyKth: 1,
    liverOnly: false,
    size: null,
    cropToBody: false,
    channels: { windows: ["liver", "custom"], histogram: true },
    neighbours: 0,
    chroma: "4:4:4",
    quality: 90,
    format: "jpeg",
    maskPalette: false,
    orientation: "radiological",
  });
});

test("settings survive JSON, as stamps keep them", () => {
  const settings = convertSettings({
    size: 256,
    channels: { windows: [{ width: 350, level: 50 }], histogram: false },
  });
  expect(convertSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
});

test("what a lossless format does not heed is no change of settings", () => {
  const png = convertSettings({ format: "png" });
  expect(convertSettings({ format: "png", quality: 20, chroma: "4:2:0" })).toEqual(png);
});

test("each neighbour brings all channels", () => {
  const channels = { windows: ["liver"], histogram: false };
  expect(channelCount(convertSettings({ channels, neighbours: 1 }))).toBe(3);
});

test.each([
  [{ everyKth: 0 }, "everyKth"],
  [{ size: 8 }, "size"],
  [{ quality: 101 }, "quality"],
  [{ channels: { windows: ["lung"], histogram: false } }, "channels.windows.0"],
  [{ channels: { windows: [{ width: 1, level: 0 }], histogram: false } }, "at least 2 HU"],
  [{ channels: { windows: [], histogram: false } }, "at least one channel"],
  [{ neighbours: 1 }, "a jpeg holds 1 or 3 channels, not 9 (3 of each of 3 slices)"],
])("%j is refused, by name", (choices, message) => {
  expect(() => convertSettings(choices)).toThrow(message);
});
