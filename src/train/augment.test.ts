import { expect, test } from "vitest";
import { randomFrom } from "../core/index.ts";
import { inputOf } from "../slices/index.ts";
import { augmentInto, noAugmentation } from "./augment.ts";

const size = 8;
const random = randomFrom("slice");
const slice = {
  channels: Uint8Array.from({ length: 3 * size * size }, () => random.below(256)),
  classes: Uint8Array.from({ length: size * size }, () => random.below(3)),
};

function augmented(settings: typeof noAugmentation, seed = 1) {
  const images = new Float32Array(2 * 3 * size * size);
  const labels = new Uint8Array(2 * size * size);
  augmentInto(slice, { images, labels, index: 1, size }, { settings, random: randomFrom(seed) });
  return { images, labels };
}

test("no augmentation gives exactly what prediction sees, in its own place of the batch", () => {
  const { images, labels } = augmented(noAugmentation);
  const expected = inputOf(slice.channels);
  images.subarray(3 * size * size).forEach((value, at) => {
    expect(value).toBeCloseTo(expected[at], 6);
  });
  expect([...labels.subarray(size * size)]).toEqual([...slice.classes]);
  expect(images.subarray(0, 3 * size * size).every((value) => value === 0)).toBe(true);
});

test("a quarter turn moves image and labels together", () => {
  const settings = { ...noAugmentation, rotation: 90 };
  // A source of chance that always says 1: the whole 90 degrees.
  const always = { ...randomFrom(1), between: (_: number, high: number) => high };
  const images = new Float32Array(3 * size * size);
  const labels = new Uint8Array(size * size);
  augmentInto(slice, { images, labels, index: 0, size }, { settings, random: always });
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      // (x, y) comes from (y, 7 − x).
      const from = (size - 1 - x) * size + y;
      expect(labels[y * size + x]).toBe(slice.classes[from]);
      expect(images[y * size + x]).toBeCloseTo(inputOf(slice.channels)[from], 4);
    }
  }
});

test("the same seed changes a slice the same way; labels stay labels", () => {
  const settings = {
    rotation: 20,
    scale: 1.3,
    shift: 0.1,
    contrast: 0.2,
    brightness: 0.1,
    gamma: 1.5,
    noise: 0.1,
  };
  const once = augmented(settings, 5);
  expect(augmented(settings, 5)).toEqual(once);
  expect(augmented(settings, 6)).not.toEqual(once);
  expect(once.labels.every((label) => label <= 2)).toBe(true);
  expect(once.images.every((value) => value >= -1 && value <= 1)).toBe(true);
});

test("gamma bends the grey scale between its fixed ends", () => {
  const always = { ...randomFrom(1), between: (_: number, high: number) => high };
  const ramp = {
    channels: Uint8Array.from({ length: 3 * size * size }, (_, at) => [0, 128, 255][at % 3]),
    classes: new Uint8Array(size * size),
  };
  const images = new Float32Array(3 * size * size);
  const place = { images, labels: new Uint8Array(size * size), index: 0, size };
  augmentInto(ramp, place, { settings: { ...noAugmentation, gamma: 2 }, random: always });
  expect(images[0]).toBeCloseTo(-1, 6);
  // (128/255)² = 0.25197
  expect(images[1]).toBeCloseTo(2 * 0.25197 - 1, 4);
  expect(images[2]).toBeCloseTo(1, 6);
});
