import { expect, test } from "vitest";
import { type Random, randomFrom } from "../../core/index.ts";
import { inputOf } from "../../slices/index.ts";
import type { TrainingSlice } from "../training-slice.ts";
import { augmenterOf } from "./augment.ts";
import { type Augmentation, noAugmentation, strongAugmentation } from "./augmentation.ts";

const size = 8;
const chance = randomFrom("slice");
const bytes = (count: number, below: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => chance.below(below));
const slice: TrainingSlice = {
  slices: [bytes(3 * size * size, 256)],
  classes: bytes(size * size, 3),
};

/** Chance that makes every change, and each as far as it goes. */
const utmost: Random = {
  ...randomFrom(0),
  next: () => 0,
  between: (_, high) => high,
  fork: () => utmost,
};

/** The slice as the second of a batch of two. */
function changed(
  settings: Augmentation,
  options: { readonly random?: Random; readonly of?: TrainingSlice; readonly size?: number } = {},
): { readonly image: Float32Array; readonly labels: Uint8Array } {
  const { random = utmost, of = slice, size: side = size } = options;
  const pixels = side * side;
  const channels = 3 * of.slices.length;
  const images = new Float32Array(2 * channels * pixels);
  const labels = new Uint8Array(2 * pixels).fill(9);
  augmenterOf(settings, { size: side })(of, { images, labels, index: 1 }, { random });
  expect(images.subarray(0, channels * pixels).every((value) => value === 0)).toBe(true);
  expect(labels.subarray(0, pixels).every((label) => label === 9)).toBe(true);
  return { image: images.subarray(channels * pixels), labels: labels.subarray(pixels) };
}

/** Each pixel (x, y) must come from the source pixel that is named, or, of labels, from nowhere. */
function expectMoved(
  settings: Augmentation,
  source: (x: number, y: number) => readonly [x: number, y: number],
): void {
  const { image, labels } = changed(settings);
  const input = inputOf(slice.slices[0]);
  const clamped = (place: number): number => Math.min(size - 1, Math.max(0, place));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [u, v] = source(x, y);
      const at = clamped(v) * size + clamped(u);
      const isInside = clamped(u) === u && clamped(v) === v;
      expect(labels[y * size + x]).toBe(isInside ? slice.classes[at] : 0);
      for (let channel = 0; channel < 3; channel++) {
        const start = channel * size * size;
        expect(image[start + y * size + x]).toBeCloseTo(input[start + at], 6);
      }
    }
  }
}

test("no augmentation gives exactly what prediction sees, in its own place of the batch", () => {
  const { image, labels } = changed(noAugmentation);
  expect(image).toEqual(inputOf(slice.slices[0]));
  expect(labels).toEqual(slice.classes);
});

test("a quarter turn, clockwise", () => {
  expectMoved({ rotation: { probability: 1, degrees: 90 } }, (x, y) => [y, size - 1 - x]);
});

test("a shift by whole pixels repeats the edge and leaves background behind", () => {
  // A quarter of eight pixels, right and down.
  expectMoved({ shift: { probability: 1, share: 0.25 } }, (x, y) => [x - 2, y - 2]);
});

test("a shift by less than half a pixel mixes images and leaves labels where they are", () => {
  const { image, labels } = changed({ shift: { probability: 1, share: 0.05 } });
  expect(labels).toEqual(slice.classes);
  // x comes from x − 0.4, and so does y.
  const input = inputOf(slice.slices[0]);
  const [own, left, above, corner] = [27, 26, 19, 18].map((at) => input[at]);
  const mixed = 0.6 * (0.6 * own + 0.4 * left) + 0.4 * (0.6 * above + 0.4 * corner);
  expect(image[27]).toBeCloseTo(mixed, 6);
  expect(image[0]).toBeCloseTo(input[0], 6);
});

test("mirror images", () => {
  expectMoved({ mirror: { leftRight: 1, upDown: 0 } }, (x, y) => [size - 1 - x, y]);
  expectMoved({ mirror: { leftRight: 0, upDown: 1 } }, (x, y) => [x, size - 1 - y]);
});

test("turned, moved, then mirrored: all at once is one after the other", () => {
  const settings = {
    rotation: { probability: 1, degrees: 90 },
    shift: { probability: 1, share: 0.25 },
    mirror: { leftRight: 1, upDown: 0 },
  };
  expectMoved(settings, (x, y) => [size - 1 - (y - 2), size - 1 - (x - 2)]);
});

test("twice as large about the centre, by hand", () => {
  const ramp = (plane: (x: number, y: number) => number): Uint8Array =>
    Uint8Array.from({ length: 16 }, (_, at) => plane(at % 4, Math.floor(at / 4)));
  const of = {
    slices: [Uint8Array.from([0, 1, 2].flatMap(() => [...ramp((x) => 80 * x)]))],
    classes: ramp((x, y) => (x === 1 && y === 2 ? 2 : 0)),
  };
  const scale = { probability: 1, smallest: 1, largest: 2 };
  const { image, labels } = changed({ scale }, { of, size: 4 });
  // x comes from 1.5 + (x − 1.5) / 2 = 0.75, 1.25, 1.75, 2.25: bytes 60, 100, 140, 180.
  for (let row = 0; row < 48; row += 4) {
    [60, 100, 140, 180].forEach((byte, x) => {
      expect(image[row + x]).toBeCloseTo((2 * byte) / 255 - 1, 6);
    });
  }
  // Nearest are columns 1, 1, 2, 2, and rows the same.
  expect([...labels]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0, 0, 2, 2, 0, 0]);
});

test("labels lie on their image under every geometry", () => {
  const side = 64;
  // One plane climbs by 4 a column, the others by 4 a row: bilinear gives a place back exactly.
  const climbing = Uint8Array.from({ length: 3 * side * side }, (_, at) => {
    const [x, y] = [at % side, Math.floor(at / side) % side];
    return Math.floor(at / (side * side)) === 0 ? 4 * x : 4 * y;
  });
  const inDisc = (x: number, y: number): boolean => Math.hypot(x - 30, y - 34) < 20;
  const classes = Uint8Array.from({ length: side * side }, (_, at) =>
    inDisc(at % side, Math.floor(at / side)) ? 1 : 0,
  );
  const settings: Augmentation = {
    mirror: { leftRight: 0.5, upDown: 0.5 },
    rotation: { probability: 1, degrees: 180 },
    scale: { probability: 1, smallest: 0.7, largest: 1.5 },
    elastic: { probability: 1, cells: 4, share: 0.1 },
  };
  for (let seed = 0; seed < 20; seed++) {
    const { image, labels } = changed(settings, {
      ...{ random: randomFrom(seed), size: side },
      of: { slices: [climbing], classes },
    });
    for (let at = 0; at < labels.length; at++) {
      const [u, v] = [0, side * side].map((start) => ((image[start + at] + 1) * 255) / 8);
      const isNearEdge = Math.abs((u % 1) - 0.5) < 1e-3 || Math.abs((v % 1) - 0.5) < 1e-3;
      if (!isNearEdge) expect(labels[at]).toBe(inDisc(Math.round(u), Math.round(v)) ? 1 : 0);
    }
  }
});

test("elastic deformation by nothing moves nothing; by something it bends lines", () => {
  const elastic = { probability: 1, cells: 2, share: 0 };
  const { image, labels } = changed({ elastic }, { random: randomFrom(3) });
  inputOf(slice.slices[0]).forEach((value, at) => {
    expect(image[at]).toBeCloseTo(value, 6);
  });
  expect(labels).toEqual(slice.classes);
  const bent = changed({ elastic: { ...elastic, share: 0.2 } }, { random: randomFrom(3) });
  expect(bent.image).not.toEqual(image);
  // Where all control points move alike the whole plane does: a share of ¼ is two pixels.
  expectMoved({ elastic: { ...elastic, share: 0.25 } }, (x, y) => [x + 2, y + 2]);
});

test("a slice's neighbours move with it, and their greys change with its own", () => {
  const [own] = slice.slices;
  const { image } = changed(
    { ...strongAugmentation, noise: { probability: 0, deviation: 0 } },
    { of: { ...slice, slices: [own, own, own] }, random: randomFrom(7) },
  );
  const third = image.length / 3;
  expect(image.subarray(third, 2 * third)).toEqual(image.subarray(0, third));
  expect(image.subarray(2 * third)).toEqual(image.subarray(0, third));
});

test("neighbours follow from the lowest to the highest", () => {
  const above = bytes(3 * size * size, 256);
  const { image } = changed(noAugmentation, { of: { ...slice, slices: [...slice.slices, above] } });
  expect(image.subarray(3 * size * size)).toEqual(inputOf(above));
});

test("the same chance gives the same bits, whatever was made before; labels stay labels", () => {
  const settings = { ...strongAugmentation, mirror: { leftRight: 0.5, upDown: 0.5 } };
  const augment = augmenterOf(settings, { size });
  const make = (seed: number) => {
    const images = new Float32Array(3 * size * size);
    const labels = new Uint8Array(size * size);
    augment(slice, { images, labels, index: 0 }, { random: randomFrom(seed) });
    return { images, labels };
  };
  const seeds = Array.from({ length: 40 }, (_, seed) => seed);
  const there = seeds.map(make);
  const back = [...seeds].reverse().map(make).reverse();
  expect(back).toEqual(there);
  expect(there[1]).not.toEqual(there[0]);
  for (const { images, labels } of there) {
    expect(labels.every((label) => label <= 2)).toBe(true);
    expect(images.every((value) => value >= -1 && value <= 1)).toBe(true);
  }
});

test("leaving one change out leaves the others as they were", () => {
  const rotation = { probability: 1, degrees: 30 };
  const noise = { probability: 1, deviation: 0.1 };
  const both = changed({ rotation, noise }, { random: randomFrom(5) });
  const turned = changed({ rotation }, { random: randomFrom(5) });
  expect(both.labels).toEqual(turned.labels);
});

test("changes are as frequent as their probability says", () => {
  const settings = { mirror: { leftRight: 0.25, upDown: 0 } };
  let mirrored = 0;
  for (let seed = 0; seed < 2000; seed++) {
    const { labels } = changed(settings, { random: randomFrom(seed) });
    if (!labels.every((label, at) => label === slice.classes[at])) mirrored++;
  }
  // 500 ± 4 standard deviations of √(2000 · ¼ · ¾) = 19.4
  expect(Math.abs(mirrored - 500)).toBeLessThan(78);
});
