import { expect, test } from "vitest";
import { randomFrom } from "../core/index.ts";
import { evaluate, input } from "../onnx/index.ts";
import { upConv } from "./layers.ts";
import { countWeights, initialWeights, parametersOf, splitFlat } from "./parameters.ts";
import { type UnetSettings, unet } from "./unet.ts";

const settings: UnetSettings = {
  architecture: "unet",
  channels: 3,
  classes: 3,
  widths: [16, 32, 64],
  convolutions: 2,
};

test("the number of weights, by hand", () => {
  const block = (from: number, to: number): number => from * to * 9 + 2 * to;
  const expected =
    block(3, 16) +
    block(16, 16) +
    block(16, 32) +
    block(32, 32) +
    block(32, 64) +
    block(64, 64) +
    (64 * 32 * 4 + 32) +
    block(64, 32) +
    block(32, 32) +
    (32 * 16 * 4 + 16) +
    block(32, 16) +
    block(16, 16) +
    (16 * 3 + 3);
  expect(countWeights(parametersOf(unet(settings), [1, 3, 8, 8]))).toBe(expected);
});

test("logits have the image's size, at any depth and width", () => {
  for (const widths of [
    [2, 3],
    [1, 2, 3, 4],
  ]) {
    const network = unet({ ...settings, widths, classes: 5 });
    const logits = network(input("image", [2, 3, 16, 24]), (name, shape) => input(name, shape));
    expect(logits.shape).toEqual([2, 5, 16, 24]);
  }
});

test("sizes that do not halve often enough are refused with the factor", () => {
  expect(() => parametersOf(unet(settings), [1, 3, 10, 8])).toThrow("multiples of 4, got 10 × 8");
  expect(() => unet({ ...settings, widths: [16] })).toThrow("two or more widths");
});

test("kernels start with He's variance, norms with 1 and 0, the same for the same seed", () => {
  const parameters = parametersOf(unet(settings), [1, 3, 8, 8]);
  const flat = initialWeights(parameters, randomFrom(7));
  expect(initialWeights(parameters, randomFrom(7))).toEqual(flat);
  const pieces = splitFlat(flat, parameters);
  const kernel = pieces["encoder.2.1.conv.weight"];
  const variance = kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length;
  // 2 / ((1 + 0.01²) · 64 · 9) = 0.003472; 36,864 draws: ± 2 %
  expect(variance / 0.003472).toBeGreaterThan(0.96);
  expect(variance / 0.003472).toBeLessThan(1.04);
  expect(pieces["encoder.0.0.norm.weight"].every((value) => value === 1)).toBe(true);
  expect(pieces["head.bias"].every((value) => value === 0)).toBe(true);
});

test("a transposed convolution spreads each pixel over its own block", () => {
  const x = input("x", [1, 1, 1, 2]);
  const up = upConv(x, (name, shape) => input(name, shape), {
    name: "up",
    channels: 1,
    stride: [2, 2],
  });
  const [{ data, shape }] = evaluate([up], {
    x: [10, 100],
    "up.weight": [1, 2, 3, 4],
    "up.bias": [0.5],
  });
  expect(shape).toEqual([1, 1, 2, 4]);
  expect([...data]).toEqual([10.5, 20.5, 100.5, 200.5, 30.5, 40.5, 300.5, 400.5]);
});
