import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  evaluate,
  gradient,
  input,
  mul,
  reduceSum,
  type Shape,
  sizeOf,
  type Value,
} from "../onnx/index.ts";
import { batchNorm } from "./batch-norm.ts";
import { type Built, build } from "./build.ts";
import type { Network } from "./parameters.ts";

interface Case {
  readonly shape: number[];
  readonly steps: readonly {
    y: number[];
    gradients: Record<"x" | "weight" | "bias", number[]>;
    mean: number[];
    variance: number[];
  }[];
  readonly eval: number[];
}

const oracle = JSON.parse(
  readFileSync(new URL("../../test/oracle/resnet/batch-norm.json", import.meta.url), "utf8"),
) as { cases: readonly Case[] };

const built = (shape: readonly number[], mode: "train" | "eval"): Built =>
  build((x, builder) => [batchNorm(x, builder, { name: "bn" })], input("x", shape), { mode });

const close = (got: ArrayLike<number>, expected: readonly number[]): void => {
  expect(got.length).toBe(expected.length);
  expected.forEach((value, n) => {
    expect(got[n]).toBeCloseTo(value, 9);
  });
};

test("by hand: two samples of two pixels, two channels", () => {
  const train = built([2, 2, 1, 2], "train");
  const feeds = {
    // Channel 0: 1, 3, 5, 7, mean 4, variance 5; channel 1: always 2.
    x: [1, 3, 2, 2, 5, 7, 2, 2],
    "bn.weight": [2, 3],
    "bn.bias": [10, 20],
    "bn.running_mean": [0, 1],
    "bn.running_var": [1, 1],
  };
  const next = (name: string) => train.updates.get(name) ?? input("missing", []);
  const [y, mean, variance] = evaluate(
    [train.outputs[0], next("bn.running_mean"), next("bn.running_var")],
    feeds,
  );
  const step = 2 / Math.sqrt(5 + 1e-5);
  close(y.data, [10 - 3 * step, 10 - step, 20, 20, 10 + step, 10 + 3 * step, 20, 20]);
  close(mean.data, [0.4, 1.1]);
  // Unbiased: 5 · 4 / 3.
  close(variance.data, [0.9 + (0.1 * 20) / 3, 0.9]);

  const [frozen] = evaluate(built([2, 2, 1, 2], "eval").outputs, feeds);
  const gain = 1 / Math.sqrt(1 + 1e-5);
  close(frozen.data.slice(0, 4), [10 + 2 * gain, 10 + 6 * gain, 20 + 3 * gain, 20 + 3 * gain]);
});

const wave = (count: number, phase: number, scale = 1): number[] =>
  Array.from({ length: count }, (_, n) => scale * Math.sin(n * 0.7 + phase));

test.each(oracle.cases)("$shape: values, gradients and running statistics are PyTorch's", (one) => {
  const { shape, steps } = one;
  const channels = shape[1];
  const tensors = new Map<string, Value>();
  const tensor = (name: string, size: Shape): Value => {
    tensors.set(name, input(name, size));
    return tensors.get(name) ?? input(name, size);
  };
  const x = tensor("x", shape);
  const layer: Network = (image, builder) => [batchNorm(image, builder, { name: "bn" })];
  const train = build(layer, x, { mode: "train", tensor });
  const loss = reduceSum(mul(train.outputs[0], input("upstream", shape)));
  const wrt = ["x", "bn.weight", "bn.bias"].flatMap((name) => tensors.get(name) ?? []);
  const graph = [train.outputs[0], ...gradient(loss, wrt), ...train.updates.values()];

  let feeds: Record<string, ArrayLike<number>> = {
    "bn.weight": wave(channels, 1, 0.5).map((value) => 1 + value),
    "bn.bias": wave(channels, 2),
    "bn.running_mean": Array(channels).fill(0),
    "bn.running_var": Array(channels).fill(1),
    upstream: wave(sizeOf(shape), 5),
  };
  steps.forEach(({ y, gradients, mean, variance }, step) => {
    feeds = { ...feeds, x: wave(sizeOf(shape), step).map((value) => value * (1 + step) + 2) };
    const results = evaluate(graph, feeds).map(({ data }) => data);
    const expected = [y, gradients.x, gradients.weight, gradients.bias, mean, variance];
    expected.forEach((numbers, n) => {
      close(results[n], numbers);
    });
    feeds = { ...feeds, "bn.running_mean": results[4], "bn.running_var": results[5] };
  });
  const frozen = build(layer, input("x", shape), { mode: "eval" });
  close(evaluate(frozen.outputs, feeds)[0].data, one.eval);
});

test("a channel of one number has no variance", () => {
  expect(() => built([1, 4, 1, 1], "train")).toThrow("bn: batch norm trains on two numbers");
  expect(built([1, 4, 1, 1], "eval").outputs[0].shape).toEqual([1, 4, 1, 1]);
});
