import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ChannelSet,
  channelNamesOf,
  channelsOf,
  frequencyHistogramBins,
  greyChannelsOf,
  histScaled,
  windowed,
  windows,
} from "./index.ts";

test("the liver window runs from −45 to 105 HU, the custom one from −40 to 160", () => {
  // 30 HU: 75/150 · 255 = 127.5 → 127; 70/200 · 255 = 89.25 → 89
  const bytes = channelsOf(Int16Array.of(-1000, -45, -40, 30, 105, 160, 3000));
  expect([...bytes.subarray(0, 7)]).toEqual([0, 0, 8, 127, 255, 255, 255]);
  expect([...bytes.subarray(7, 14)]).toEqual([0, 0, 0, 89, 184, 255, 255]);
});

test("histogram breaks and places, by hand", () => {
  // Positions trunc(4 · [0.001, ¼, ¾, 0.999]) = 0, 1, 3, 3
  const slice = Int16Array.of(30, 10, 40, 20);
  const breaks = frequencyHistogramBins(slice, { bins: 2 });
  expect([...breaks]).toEqual([10, 20, 40]);
  expect([...histScaled(slice, breaks)]).toEqual([0.75, 0, 1, 0.5]);
});

test("a constant slice has one break and a black histogram channel", () => {
  const slice = new Int16Array(6).fill(55);
  expect([...frequencyHistogramBins(slice)]).toEqual([55]);
  expect([...channelsOf(slice).subarray(12)]).toEqual([0, 0, 0, 0, 0, 0]);
});

test("an empty slice has no breaks", () => {
  expect(frequencyHistogramBins(new Int16Array(0)).length).toBe(0);
  expect(channelsOf(new Float32Array(0)).length).toBe(0);
});

test("NaN is black and does not move the breaks; infinite voxels are clamped", () => {
  const clean = Float32Array.of(0.5, 20, 40, 60);
  const dirty = Float32Array.of(0.5, Number.NaN, 20, 40, Number.POSITIVE_INFINITY, 60, -Infinity);
  expect(frequencyHistogramBins(dirty)).toEqual(frequencyHistogramBins(clean));
  const bytes = channelsOf(dirty);
  expect([bytes[1], bytes[7 + 1], bytes[14 + 1]]).toEqual([0, 0, 0]);
  expect([bytes[4], bytes[7 + 4], bytes[14 + 4]]).toEqual([255, 255, 255]);
  expect([bytes[6], bytes[7 + 6], bytes[14 + 6]]).toEqual([0, 0, 0]);
  expect(windowed(dirty, windows.liver)[1]).toBeNaN();
  const onlyNan = new Float32Array(3).fill(Number.NaN);
  expect([...channelsOf(onlyNan)]).toEqual(new Array(9).fill(0));
});

const sets: readonly ChannelSet[] = [
  {},
  { windows: [] },
  { windows: ["lungs"], histogram: false },
  { windows: [{ width: 2, level: 0 }, "brain", "liver"], histogram: false },
  { windows: ["liver", "custom", { width: 350, level: 50.5 }] },
  { windows: ["liver", "custom", "lungs", "brain", "stroke"] },
];

test("the same bytes, planar or interleaved, 16-bit or float32, at every length", () => {
  const hus = fc.array(fc.oneof(fc.integer({ min: -32768, max: 32767 }), fc.nat(60)));
  fc.assert(
    fc.property(hus, fc.constantFrom(...sets), fc.boolean(), (hu, set, isFraction) => {
      const wholes = Int16Array.from(hu);
      const slice = isFraction ? Float32Array.from(hu, (value) => value + 0.25) : wholes;
      const planar = channelsOf(slice, set);
      const count = channelNamesOf(set).length;
      expect(planar.length).toBe(count * hu.length);
      const interleaved = channelsOf(slice, { ...set, layout: "interleaved" });
      const back = planar.map(
        (_, at) => interleaved[(at % hu.length) * count + Math.floor(at / hu.length)],
      );
      expect(back).toEqual(planar);
      expect(channelsOf(Float32Array.from(slice), set)).toEqual(planar);
      expect(planar).toEqual(
        Uint8Array.from(greyChannelsOf(slice, set), (grey) => Math.fround(grey * 255)),
      );
    }),
  );
});

test("channels are named after their windows", () => {
  expect(channelNamesOf({})).toEqual(["liver", "custom", "histogram"]);
  expect(channelNamesOf({ windows: [{ width: 350, level: 50 }], histogram: false })).toEqual([
    "w350-l50",
  ]);
});

test("windows that are none, and no channel at all, are refused", () => {
  const slice = new Int16Array(4);
  const refused = { code: "usage.argument" };
  for (const width of [1, 0, -5, 1.99, Number.NaN, Number.POSITIVE_INFINITY]) {
    const windows = [{ width, level: 30 }];
    expect(() => channelsOf(slice, { windows })).toThrowError(expect.objectContaining(refused));
    expect(() => windowed(slice, windows[0])).toThrowError(expect.objectContaining(refused));
  }
  const nowhere = { windows: [{ width: 100, level: Number.NaN }] };
  expect(() => channelsOf(slice, nowhere)).toThrowError(expect.objectContaining(refused));
  const none = { windows: [], histogram: false };
  expect(() => channelsOf(slice, none)).toThrowError(expect.objectContaining(refused));
});
