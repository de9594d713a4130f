import { expect, test } from "vitest";
import { axialSlice, classesOf, inputOf, inputTensor, targetOf } from "./index.ts";

test("black is −1, white 1, and the scale is (v/255 − ½) · 2", () => {
  const input = inputOf(Uint8Array.of(0, 51, 255));
  expect(input[0]).toBe(-1);
  expect(input[1]).toBeCloseTo(-0.6, 7);
  expect(input[2]).toBe(1);
});

test("slice k of a volume is rows of columns, and a view", () => {
  // 3 columns, 2 rows, 2 slices; voxel (i, j, k) holds 100k + 10j + i.
  const voxels = Int16Array.of(0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112);
  const slice = axialSlice({ dims: [3, 2, 2], voxels }, 1);
  expect([...slice]).toEqual([100, 101, 102, 110, 111, 112]);
  expect(slice.buffer).toBe(voxels.buffer);
});

test("labels 1 and 2 are classes; every other label is background", () => {
  expect([...classesOf(Uint16Array.of(0, 1, 2, 3, 254, 255, 257, 65535))]).toEqual([
    0, 1, 2, 0, 0, 0, 0, 0,
  ]);
});

test("an input tensor is [n, channel, row, column]", () => {
  // Two slices of 2 × 1 pixels; each channel one byte, then stretched to 2 × 2.
  const image = (bytes: readonly number[]) => ({
    width: 2,
    height: 1,
    channels: Uint8Array.from(bytes),
  });
  const tensor = inputTensor([image([0, 255, 51, 51, 0, 0]), image([255, 255, 0, 0, 51, 255])], {
    size: 2,
  });
  const rounded = [...tensor].map((value) => Number(value.toFixed(6)));
  expect(rounded).toEqual([
    ...[-1, 1, -1, 1, -0.6, -0.6, -0.6, -0.6, -1, -1, -1, -1],
    ...[1, 1, 1, 1, -1, -1, -1, -1, -0.6, 1, -0.6, 1],
  ]);
});

test("a target is [row, column] of classes, also from 16-bit masks", () => {
  const mask = { width: 4, height: 2, labels: Uint8Array.of(0, 1, 2, 3, 2, 2, 1, 1) };
  // Halved in width: 0|1 → 1, 2|background → 2, 2|2 → 2, 1|1 → 1.
  expect([...targetOf(mask, { size: 2 })]).toEqual([1, 2, 2, 1]);
  expect([...targetOf({ width: 1, height: 1, labels: Uint16Array.of(2) }, { size: 2 })]).toEqual([
    2, 2, 2, 2,
  ]);
});
