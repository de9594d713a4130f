import { expect, test } from "vitest";
import { channelsOf, frequencyHistogramBins, histScaled, windowed, windows } from "./index.ts";

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

test("interleaved is the same bytes, pixel after pixel", () => {
  for (const slice of [Int16Array.of(-50, 30, 70), Float32Array.of(-50.5, 30.25, 70)]) {
    const planar = channelsOf(slice);
    const interleaved = channelsOf(slice, { layout: "interleaved" });
    for (let i = 0; i < 9; i++)
      expect(interleaved[(i % 3) * 3 + Math.floor(i / 3)]).toBe(planar[i]);
  }
});
