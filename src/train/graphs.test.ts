import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { unet } from "../model/index.ts";
import { openSession } from "../onnx/index.node.ts";
import { sizeOf } from "../onnx/index.ts";
import { adamWDefaults } from "./adamw.ts";
import { trainingGraph } from "./graphs.ts";
import { crossEntropyAndDice } from "./loss.ts";
import { oneCycleRate } from "./schedule.ts";

interface Oracle {
  readonly parameters: readonly [string, number[]][];
  readonly steps: readonly { rate: number; crossEntropy: number; dice: number }[];
  readonly finalWeights: { sum: number; sumOfSquares: number; first: number[]; last: number[] };
}

const oracle = JSON.parse(
  readFileSync(new URL("../../test/oracle/train/pytorch.json", import.meta.url), "utf8"),
) as Oracle;

const wave = (count: number, phase: number, scale: number): Float32Array =>
  Float32Array.from({ length: count }, (_, n) => scale * Math.sin(n * 0.7 + phase));

/** Two squares of liver with a tumour, the second turned over: make.py's labels. */
function squares(): Uint8Array {
  const inside = (low: number, n: number, high: number): boolean => n > low && n < high;
  const label = (y: number, x: number): number => {
    if (inside(5, y, 9) && inside(5, x, 9)) return 2;
    return inside(3, y, 12) && inside(4, x, 13) ? 1 : 0;
  };
  const one = (read: (y: number, x: number) => number): number[] =>
    Array.from({ length: 256 }, (_, n) => read(n >> 4, n & 15));
  return Uint8Array.from([...one(label), ...one((y, x) => label(x, y))]);
}

const close = (got: number, expected: number, tolerance: number): void => {
  expect(Math.abs(got - expected)).toBeLessThan(tolerance * Math.max(1e-3, Math.abs(expected)));
};

test("ten AdamW steps under one-cycle equal PyTorch's, losses and weights", async () => {
  const network = unet({
    architecture: "unet",
    channels: 3,
    classes: 3,
    widths: [4, 8, 8],
    convolutions: 2,
  });
  const graph = trainingGraph(network, {
    imageShape: [2, 3, 16, 16],
    loss: crossEntropyAndDice,
    optimiser: adamWDefaults,
  });
  expect(graph.parameters.map(({ name, shape }) => [name, shape])).toEqual(oracle.parameters);

  let weights = new Float32Array(graph.weightCount);
  let at = 0;
  graph.parameters.forEach(({ name, shape }, index) => {
    const isScale = name.endsWith("norm.weight");
    const start = wave(sizeOf(shape), index, isScale ? 0.1 : 0.3);
    weights.set(isScale ? start.map((value) => value + 1) : start, at);
    at += start.length;
  });
  let mean = new Float32Array(graph.weightCount);
  let square = new Float32Array(graph.weightCount);
  const session = await openSession(graph.model, { threads: 1 });
  for (const [index, expected] of oracle.steps.entries()) {
    const rate = oneCycleRate(index, {
      maximum: 0.01,
      steps: 10,
      rise: 0.3,
      startFactor: 25,
      endFactor: 100,
    });
    close(rate, expected.rate, 1e-6);
    const result = await session.run({
      ...{ weights, mean, square },
      image: wave(2 * 3 * 256, 0.5, 1),
      labels: squares(),
      rate: Float32Array.of(rate),
      correction1: Float32Array.of(1 / (1 - 0.9 ** (index + 1))),
      correction2: Float32Array.of(1 / (1 - 0.999 ** (index + 1))),
    });
    weights = Float32Array.from(result.newWeights);
    mean = Float32Array.from(result.newMean);
    square = Float32Array.from(result.newSquare);
    close(result.crossEntropy[0], expected.crossEntropy, 1e-4);
    close(result.dice[0], expected.dice, 1e-4);
    close(result.loss[0], expected.crossEntropy + expected.dice, 1e-4);
  }
  await session.release();
  const { sum, sumOfSquares, first, last } = oracle.finalWeights;
  close(
    weights.reduce((total, value) => total + value, 0),
    sum,
    1e-3,
  );
  close(
    weights.reduce((total, value) => total + value * value, 0),
    sumOfSquares,
    1e-4,
  );
  first.forEach((value, n) => {
    close(weights[n], value, 1e-3);
  });
  last.forEach((value, n) => {
    close(weights[weights.length - 8 + n], value, 1e-3);
  });
});
