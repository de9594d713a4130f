import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Network, unet, unet2015 } from "../model/index.ts";
import { openSession } from "../onnx/index.node.ts";
import { sizeOf } from "../onnx/index.ts";
import { adamWDefaults } from "./adamw.ts";
import { type TrainingGraph, trainingGraph } from "./graphs.ts";
import { crossEntropyAndDice } from "./loss.ts";
import { oneCycleRate } from "./schedule.ts";

interface Trained {
  readonly imageShape: number[];
  readonly outputShape: number[];
  readonly parameters: readonly [string, number[]][];
  readonly steps: readonly { rate: number; crossEntropy: number; dice: number }[];
  readonly finalWeights: { sum: number; sumOfSquares: number; first: number[]; last: number[] };
}

const oracle = JSON.parse(
  readFileSync(new URL("../../test/oracle/train/networks.json", import.meta.url), "utf8"),
) as { networks: Record<string, Trained> };

const modern = { architecture: "unet", classes: 3, convolutions: 2 } as const;
const networks: Record<string, Network> = {
  "unet 2D": unet({ ...modern, channels: 3, widths: [4, 8, 8] }),
  "unet 2D, odd strides": unet({
    ...modern,
    channels: 2,
    widths: [4, 6],
    kernels: [
      [3, 5],
      [1, 3],
    ],
    strides: [
      [1, 1],
      [3, 1],
    ],
  }),
  "unet 3D, thick slices": unet({
    ...modern,
    channels: 1,
    widths: [4, 6, 8],
    kernels: [
      [1, 3, 3],
      [3, 3, 3],
      [3, 3, 3],
    ],
    strides: [
      [1, 1, 1],
      [1, 2, 2],
      [2, 2, 2],
    ],
  }),
  "unet 2015": unet2015({ architecture: "unet2015", channels: 1, classes: 3, widths: [4, 6, 8] }),
};

// The formulas of networks.py.
const wave = (count: number, phase: number, scale: number): Float32Array =>
  Float32Array.from({ length: count }, (_, n) => scale * Math.sin(n * 0.7 + phase));
const labelsOf = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, n) => ((3 * n * n + 5 * n) % 11) % 3);

function startOf({ parameters, weightCount }: TrainingGraph): Float32Array {
  const weights = new Float32Array(weightCount);
  let at = 0;
  parameters.forEach(({ name, shape }, index) => {
    const isScale = name.endsWith("norm.weight");
    const start = wave(sizeOf(shape), index, isScale ? 0.1 : 0.3);
    weights.set(isScale ? start.map((value) => value + 1) : start, at);
    at += start.length;
  });
  return weights;
}

const close = (got: number, expected: number, tolerance: number): void => {
  expect(Math.abs(got - expected)).toBeLessThan(tolerance * Math.max(1e-3, Math.abs(expected)));
};

test("every network of the oracle is tested", () => {
  expect(Object.keys(networks).sort()).toEqual(Object.keys(oracle.networks).sort());
});

test.each(Object.entries(networks))(
  "%s: ten AdamW steps under one-cycle equal PyTorch's, losses and weights",
  async (name, network) => {
    const { imageShape, outputShape, parameters, steps, finalWeights } = oracle.networks[name];
    const graph = trainingGraph(network, {
      imageShape,
      loss: crossEntropyAndDice,
      optimiser: adamWDefaults,
    });
    expect(graph.parameters.map((one) => [one.name, one.shape])).toEqual(parameters);
    const [batch, , ...spatial] = outputShape;
    const image = wave(sizeOf(imageShape), 0.5, 1);
    const labels = labelsOf(batch * sizeOf(spatial));
    let weights = startOf(graph);
    let mean = new Float32Array(graph.weightCount);
    let square = new Float32Array(graph.weightCount);
    const session = await openSession(graph.model, { threads: 1 });
    for (const [index, expected] of steps.entries()) {
      const rate = oneCycleRate(index, {
        maximum: 0.01,
        steps: 10,
        rise: 0.3,
        startFactor: 25,
        endFactor: 100,
      });
      close(rate, expected.rate, 1e-6);
      const result = await session.run({
        ...{ weights, mean, square, image, labels },
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
    const sum = weights.reduce((total, value) => total + value, 0);
    const sumOfSquares = weights.reduce((total, value) => total + value * value, 0);
    close(sum, finalWeights.sum, 1e-3);
    close(sumOfSquares, finalWeights.sumOfSquares, 1e-4);
    finalWeights.first.forEach((value, n) => {
      close(weights[n], value, 1e-3);
    });
    finalWeights.last.forEach((value, n) => {
      close(weights[weights.length - 8 + n], value, 1e-3);
    });
  },
);
