import { expect, test } from "vitest";
import { randomFrom } from "../core/index.ts";
import { evaluate, input, type Value } from "../onnx/index.ts";
import { type BlockSettings, residualBlock } from "./blocks.ts";
import { build, inventoryOf } from "./build.ts";
import { initialVectors, lengthOf, splitFlat } from "./flat.ts";
import { upConv } from "./layers.ts";
import type { Network, Parameter } from "./parameters.ts";
import { unet } from "./unet.ts";
import { unet2015 } from "./unet-2015.ts";
import type { UnetSettings } from "./unet-settings.ts";

const settings: UnetSettings = {
  architecture: "unet",
  channels: 3,
  classes: 3,
  widths: [16, 32, 64],
  convolutions: 2,
};

const parametersOf = (network: Network, imageShape: number[]): readonly Parameter[] =>
  inventoryOf(network, imageShape).parameters;
const logitsOf = (network: Network, imageShape: number[]): Value =>
  build(network, input("image", imageShape), { mode: "eval" }).outputs[0];

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
  expect(lengthOf(parametersOf(unet(settings), [1, 3, 8, 8]))).toBe(expected);
});

test("logits have the image's size, at any depth and width", () => {
  for (const widths of [
    [2, 3],
    [1, 2, 3, 4],
  ]) {
    const network = unet({ ...settings, widths, classes: 5 });
    expect(logitsOf(network, [2, 3, 16, 24]).shape).toEqual([2, 5, 16, 24]);
  }
});

test("sizes that do not halve often enough are refused with the factor", () => {
  expect(() => parametersOf(unet(settings), [1, 3, 10, 8])).toThrow("multiples of 4, got 10 × 8");
  expect(() => unet({ ...settings, widths: [16] })).toThrow("two or more widths");
});

test("kernels start with He's variance, norms with 1 and 0, the same for the same seed", () => {
  const inventory = inventoryOf(unet(settings), [1, 3, 8, 8]);
  const vectors = initialVectors(inventory, randomFrom(7));
  expect(initialVectors(inventory, randomFrom(7))).toEqual(vectors);
  expect(vectors.statistics).toHaveLength(0);
  const pieces = splitFlat(vectors.weights, inventory.parameters);
  const kernel = pieces["encoder.2.1.conv.weight"];
  const variance = kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length;
  // 2 / ((1 + 0.01²) · 64 · 9) = 0.003472; 36,864 draws: ± 2 %
  expect(variance / 0.003472).toBeGreaterThan(0.96);
  expect(variance / 0.003472).toBeLessThan(1.04);
  expect(pieces["encoder.0.0.norm.weight"].every((value) => value === 1)).toBe(true);
  expect(pieces["head.bias"].every((value) => value === 0)).toBe(true);
});

test("a transposed convolution spreads each pixel over its own block", () => {
  const { outputs } = build(
    (x, builder) => [upConv(x, builder, { name: "up", channels: 1, stride: [2, 2] })],
    input("x", [1, 1, 1, 2]),
    { mode: "eval" },
  );
  const [{ data, shape }] = evaluate(outputs, {
    x: [10, 100],
    "up.weight": [1, 2, 3, 4],
    "up.bias": [0.5],
  });
  expect(shape).toEqual([1, 1, 2, 4]);
  expect([...data]).toEqual([10.5, 20.5, 100.5, 200.5, 30.5, 40.5, 300.5, 400.5]);
});

test("kernels and strides may differ by axis; what does not fit is refused", () => {
  const thick = {
    ...settings,
    widths: [2, 3],
    kernels: [
      [1, 3, 3],
      [3, 3, 3],
    ],
    strides: [
      [1, 1, 1],
      [1, 2, 2],
    ],
  };
  const parameters = parametersOf(unet(thick), [1, 3, 5, 4, 6]);
  const shapes = Object.fromEntries(parameters.map(({ name, shape }) => [name, shape]));
  expect(shapes["encoder.0.0.conv.weight"]).toEqual([2, 3, 1, 3, 3]);
  expect(shapes["up.0.weight"]).toEqual([3, 2, 1, 2, 2]);
  expect(() => parametersOf(unet(thick), [1, 3, 5, 3, 6])).toThrow(
    "multiples of 1 × 2 × 2, got 5 × 3 × 6",
  );
  expect(() => parametersOf(unet(thick), [1, 3, 4, 6])).toThrow("for an image of 2 axes");
  expect(() => unet({ ...thick, kernels: [[3, 3, 3]] })).toThrow("2 stages need as many");
  expect(() => unet({ ...thick, kernels: thick.strides.map(() => [2, 3, 3]) })).toThrow("odd");
});

test("deep supervision: training sees every decoder stage, prediction the finest alone", () => {
  const network = unet({ ...settings, deepSupervision: true });
  const image = input("image", [2, 3, 16, 24]);
  const shapesOf = (mode: "train" | "eval") =>
    build(network, image, { mode }).outputs.map(({ shape }) => shape);
  expect(shapesOf("train")).toEqual([
    [2, 3, 16, 24],
    [2, 3, 8, 12],
  ]);
  expect(shapesOf("eval")).toEqual([[2, 3, 16, 24]]);
});

test("a residual block of nothing but its shortcut averages blocks, by hand", () => {
  const block: BlockSettings = {
    ...{ name: "b", channels: 1, kernel: [3, 3], stride: [1, 2], bias: false },
  };
  const { outputs, inventory } = build(
    (x, builder) => [residualBlock(x, builder, block)],
    input("x", [1, 1, 1, 4]),
    { mode: "eval" },
  );
  // No skip convolution: the channels stay. The last scale starts at 0, so that only x goes on.
  expect(inventory.parameters.map(({ name }) => name).join()).not.toContain("skip");
  const { weights } = initialVectors(inventory, randomFrom(1));
  const feeds = splitFlat(weights, inventory.parameters);
  const [{ data, shape }] = evaluate(outputs, { ...feeds, x: [1, 3, -200, 0] });
  expect(shape).toEqual([1, 1, 1, 2]);
  // (1 + 3) / 2, and −100 times the slope of 0.01
  expect([...data]).toEqual([2, -1]);
});

test.each([
  [{ convolutions: [1, 2] }, "3 stages need as many convolutions, got 2"],
  [{ decoderConvolutions: [1, 2, 1] }, "3 stages need 2 decoderConvolutions, got 3"],
  [{ convolutions: [1, 0, 1] }, "a stage has one convolution or more, got [1,0,1], [1]"],
])("lists that do not fit the stages are refused: %o", (change, message) => {
  expect(() => unet({ ...settings, ...change })).toThrow(message);
});

test("the U-Net of 2015 takes 572 × 572 to 388 × 388, with the paper's 31 million weights", () => {
  const network = unet2015({
    architecture: "unet2015",
    channels: 1,
    classes: 2,
    widths: [64, 128, 256, 512, 1024],
  });
  expect(logitsOf(network, [1, 1, 572, 572]).shape).toEqual([1, 2, 388, 388]);
  // Known of the many copies of this network: 31,030,593 with one output class of 65 weights.
  expect(lengthOf(parametersOf(network, [1, 1, 572, 572]))).toBe(31_030_593 + 65);
  expect(() => parametersOf(network, [1, 1, 570, 572])).toThrow(
    "pool.2: 2 × 2 pooling takes multiples of it, got 279 × 280",
  );
});
