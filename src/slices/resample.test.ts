import { expect, test } from "vitest";
import { randomFrom } from "../core/index.ts";
import { resizeBytes, resizeClasses, resizeLogits } from "./index.ts";
import { resizeLabels } from "./resample.ts";

const line = (width: number, toWidth: number) => ({ width, toWidth, height: 1, toHeight: 1 });

test("shrinking by 3/2: a pixel is the mean of the one and a half that it covers", () => {
  // (90 + ½·30) / 1.5 = 70; (½·30 + 60) / 1.5 = 50
  expect([...resizeBytes(Uint8Array.of(90, 30, 60), line(3, 2))]).toEqual([70, 50]);
});

test("shrinking by 5/2, by 4 and to one pixel", () => {
  // (10 + 20 + ½·30)/2.5 = 18; (½·30 + 40 + 50)/2.5 = 42
  expect([...resizeBytes(Uint8Array.of(10, 20, 30, 40, 50), line(5, 2))]).toEqual([18, 42]);
  expect([...resizeBytes(Uint8Array.of(0, 0, 255, 255, 7, 7, 7, 7), line(8, 2))]).toEqual([128, 7]);
  expect([...resizeBytes(Uint8Array.of(10, 20), line(2, 1))]).toEqual([15]);
});

test("growing by 2: a quarter of the way from centre to centre, edges repeated", () => {
  // Centres at −¼, ¼, ¾, 1¼: 0, 25, 75, 100
  expect([...resizeBytes(Uint8Array.of(0, 100), line(2, 4))]).toEqual([0, 25, 75, 100]);
  expect([...resizeBytes(Uint8Array.of(9), line(1, 3))]).toEqual([9, 9, 9]);
});

test("one axis may shrink while the other grows, in each plane", () => {
  const planes = Uint8Array.of(0, 100, 10, 20, 200, 200, 4, 8);
  const resized = resizeBytes(planes, { width: 4, height: 1, toWidth: 2, toHeight: 2 });
  expect([...resized]).toEqual([50, 15, 50, 15, 200, 6, 200, 6]);
});

test("white stays white and black stays black at any size", () => {
  for (const [width, toWidth] of [
    [512, 128],
    [500, 128],
    [333, 100],
    [97, 128],
    [128, 127],
  ]) {
    const resize = { width, toWidth, height: 3, toHeight: 7 };
    const white = resizeBytes(new Uint8Array(width * 3).fill(255), resize);
    expect(white.every((byte) => byte === 255)).toBe(true);
    expect(resizeBytes(new Uint8Array(width * 3), resize).every((byte) => byte === 0)).toBe(true);
  }
});

const resized = (classes: readonly number[], resize: ReturnType<typeof line>): number[] => [
  ...resizeClasses(Uint8Array.from(classes), { ...resize, classCount: 3 }),
];

test("a class is what covers most of the pixel, the higher one on a tie", () => {
  expect(resized([0, 1, 1, 1, 2, 2, 2, 0, 0], line(9, 3))).toEqual([1, 2, 0]);
  expect(resized([0, 1, 2, 1], line(4, 2))).toEqual([1, 2]);
  expect(resized([1, 2], line(2, 6))).toEqual([1, 1, 1, 2, 2, 2]);
});

test("classes do not move against the image: mirrored in, mirrored out", () => {
  const random = randomFrom("mirror");
  const classes = Array.from({ length: 60 }, () => random.below(3));
  for (const to of [30, 24, 20, 7, 90]) {
    const turned = resized(classes.toReversed(), line(60, to));
    expect(turned.toReversed()).toEqual(resized(classes, line(60, to)));
  }
});

test("logits may be negative and keep their planes", () => {
  expect([...resizeLogits(Float32Array.of(-4, 4, 1, 1), line(2, 4))]).toEqual([
    -4, -2, 2, 4, 1, 1, 1, 1,
  ]);
});

test("the same size is a copy", () => {
  const bytes = Uint8Array.of(1, 2);
  const same = resizeBytes(bytes, line(2, 2));
  expect(same).toEqual(bytes);
  expect(same).not.toBe(bytes);
});

test("labels of any number shrink to the one that covers most, and none is made up", () => {
  // Two of three pixels are 255; of two equals the higher stays.
  const labels = Uint8Array.of(255, 255, 7, 3, 9, 9);
  expect(resizeLabels(labels, line(6, 2))).toEqual(Uint8Array.of(255, 9));
  expect(resizeLabels(Uint8Array.of(2, 1), line(2, 1))).toEqual(Uint8Array.of(2));
  expect(resizeLabels(Uint16Array.of(300, 300, 5), line(3, 1))).toEqual(Uint16Array.of(300));
  // Of more labels than have shares, each pixel takes the one at its centre.
  const many = Uint16Array.from({ length: 600 }, (_, at) => 2 * at);
  expect([...resizeLabels(many, line(600, 2))]).toEqual([300, 900]);
});

test("labels that grow come back exactly when they shrink again", () => {
  const labels = Uint8Array.from({ length: 35 }, (_, at) => [0, 1, 2, 200][(at * 11) % 4]);
  const grow = { width: 7, height: 5, toWidth: 21, toHeight: 15 };
  const back = { width: 21, height: 15, toWidth: 7, toHeight: 5 };
  expect(resizeLabels(resizeLabels(labels, grow), back)).toEqual(labels);
});
