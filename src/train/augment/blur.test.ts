import { expect, test } from "vitest";
import { randomFrom } from "../../core/index.ts";
import { blur } from "./blur.ts";

const size = 9;
const options = { size, spare: new Float32Array(size * size), random: randomFrom(1) };
const settings = { probability: 1, smallest: 0.8, largest: 0.8 };

test("a point becomes the kernel", () => {
  const image = new Float32Array(2 * size * size);
  image[4 * size + 4] = 1;
  image[size * size + 2 * size + 5] = 0.5;
  blur(image, { ...options, settings });
  // exp(−x²/1.28) = 1, 0.457833, 0.043937, 0.000884; both halves sum to 2.005308.
  const kernel = [0.000441, 0.02191, 0.228311, 0.498676, 0.228311, 0.02191, 0.000441];
  for (let y = 0; y < 7; y++) {
    for (let x = 0; x < 7; x++) {
      expect(image[(y + 1) * size + x + 1]).toBeCloseTo(kernel[x] * kernel[y], 5);
    }
  }
  expect(image[size * size + 2 * size + 5]).toBeCloseTo(0.5 * kernel[3] ** 2, 5);
  expect(image[0]).toBe(0);
});

test("a plain image stays as it is, to its edges", () => {
  const image = new Float32Array(size * size).fill(-0.3);
  blur(image, { ...options, settings });
  for (const value of image) expect(value).toBeCloseTo(-0.3, 6);
});

test("without settings nothing happens", () => {
  const image = Float32Array.from({ length: size * size }, (_, at) => at % 3);
  const before = image.slice();
  blur(image, { ...options, settings: undefined });
  expect(image).toEqual(before);
});
