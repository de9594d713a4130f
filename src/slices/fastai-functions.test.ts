import { expect, test } from "vitest";
import {
  cropResize,
  frequencyHistogramBins,
  gaussianBlur,
  greyChannelsOf,
  histogramWords,
  maskBox,
  maskFromBlur,
  shareInWindow,
} from "./index.ts";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

test("the share in a window leaves out both ends and NaN", () => {
  // The liver's window: −45 to 105 HU.
  expect(shareInWindow([-45, -44, 104, 105], "liver")).toBe(0.5);
  expect(shareInWindow([nan, 30, infinity, -infinity], "liver")).toBe(0.25);
  expect(shareInWindow([], "liver")).toBeNull();
  expect(() => shareInWindow([0], { width: 1, level: 0 })).toThrowError(/at least 2 HU/);
});

test("16 bits of the histogram: white is 65535, or wraps to black as in fastai", () => {
  const slice = Int16Array.of(30, 10, 40, 20);
  // Breaks 10, 20, 40: places ¾, 0, 1, ½.
  const bins = frequencyHistogramBins(slice, { bins: 2 });
  expect([...histogramWords(slice, { bins })]).toEqual([49152, 0, 65535, 32768]);
  expect([...histogramWords(slice, { bins, white: "wraps" })]).toEqual([49152, 0, 0, 32768]);
  expect([...histogramWords([nan, infinity, -infinity], { bins })]).toEqual([0, 65535, 0]);
  expect(histogramWords([]).length).toBe(0);
});

test("greys of NaN stay NaN, those of infinite voxels are 0 and 1", () => {
  const greys = greyChannelsOf(Float32Array.of(nan, infinity, -infinity, 10.5, 20), {
    windows: ["liver"],
  });
  expect([...greys.subarray(0, 3)]).toEqual([nan, 1, 0]);
  expect([...greys.subarray(5, 8)]).toEqual([nan, 1, 0]);
});

test("numbers of bins that are none are refused", () => {
  for (const bins of [0, -1, 1.5, nan, infinity, 2 ** 24]) {
    expect(() => frequencyHistogramBins(Int16Array.of(1, 2), { bins })).toThrowError(
      expect.objectContaining({ code: "usage.argument" }),
    );
  }
  expect([...frequencyHistogramBins(Int16Array.of(1, 2), { bins: 1 })]).toEqual([1, 2]);
});

test("a blur leaves an even plane as it is, and keeps the edges", () => {
  const size = { width: 5, height: 4, sigma: 6 };
  const even = gaussianBlur(new Float32Array(20).fill(0.5), size);
  for (const value of even) expect(value).toBeCloseTo(0.5, 6);
  // σ 6 cuts at one pixel: e^(−1/72) = 0.98621, so a third each, nearly.
  const spot = new Float32Array(20);
  spot[0] = 1;
  // The corner counts twice in its own row and column, once in its neighbours'.
  const side = 0.98621 / (1 + 2 * 0.98621);
  const blurred = gaussianBlur(spot, size);
  expect(blurred[0]).toBeCloseTo((1 - side) ** 2, 5);
  expect(blurred[1]).toBeCloseTo(side * (1 - side), 5);
  expect(blurred[6]).toBeCloseTo(side * side, 5);
  expect(blurred[2]).toBe(0);
  expect(gaussianBlur(new Float32Array(0), { width: 0, height: 0, sigma: 0 }).length).toBe(0);
});

test("a mask from blur takes tissue, leaves out white, and NaN is black", () => {
  const grid = { width: 4, height: 1, window: "liver", sigma: 0.1 } as const;
  expect([...maskFromBlur([-1000, 30, 400, nan], grid)]).toEqual([0, 1, 0, 0]);
  expect([...maskFromBlur([-1000, 30, 400, nan], { ...grid, removeMax: false })]).toEqual([
    0, 1, 1, 0,
  ]);
  // The threshold itself is outside: 30 HU is a grey of ½.
  expect([...maskFromBlur([30, 31, 0, 0], { ...grid, threshold: 0.5 })]).toEqual([0, 1, 0, 0]);
});

test("the box of a mask; all of the slice when it is empty", () => {
  const mask = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1];
  expect(maskBox(mask, { width: 4, height: 3 })).toEqual({ x: 1, y: 1, width: 3, height: 2 });
  const all = { x: 0, y: 0, width: 4, height: 3 };
  expect(maskBox(new Uint8Array(12), { width: 4, height: 3 })).toEqual(all);
});

test("a crop is fastai's square: a side less one pixel, moved into the slice", () => {
  // x + 10y; the box 1…3 × 0…1 gives a square of side 2 from (1, 0), sampled at 1 and 2, 0 and 1.
  const plane = Float32Array.from({ length: 16 }, (_, i) => (i % 4) + 10 * (i >> 2));
  const options = { width: 4, height: 4, toWidth: 2, toHeight: 2 };
  const box = { x: 1, y: 0, width: 3, height: 2 };
  expect([...cropResize(plane, { ...options, box })]).toEqual([1, 2, 11, 12]);
  // One to the right of the last place: moved back by one.
  const corner = { x: 3, y: 3, width: 1, height: 3 };
  expect([...cropResize(plane, { ...options, box: corner })]).toEqual([22, 23, 32, 33]);
  // All of it, enlarged: half a pixel outside counts as 0.
  const whole = { x: 0, y: 0, width: 4, height: 4 };
  const doubled = cropResize(new Float32Array(16).fill(1), { ...options, box: whole });
  expect([...doubled]).toEqual([1, 1, 1, 1]);
  const eight = { ...options, toWidth: 6, toHeight: 6, box: whole };
  expect(cropResize(new Float32Array(16).fill(1), eight)[0]).toBe(0.5625);
});
