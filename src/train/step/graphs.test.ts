import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lengthOf, type Network, type NetworkVectors, unet, unet2015 } from "../../model/index.ts";
import { sizeOf } from "../../onnx/index.ts";
import { type Optimisation, type TrainingGraph, trainingGraph } from "./graphs.ts";
import { crossEntropyAndDice } from "./loss.ts";
import { adamWDefaults } from "./optimisers.ts";
import { rateOf, type Schedule } from "./schedule.ts";
import { openStepper } from "./stepper.node.ts";
import { firstState, vectorsToUse } from "./stepper.ts";

interface Trained {
  readonly imageShape: number[];
  readonly outputShape: number[];
  readonly parameters: readonly [string, number[]][];
  readonly steps: readonly { rate: number; crossEntropy: number; dice: number }[];
  readonly finalWeights: { sum: number; sumOfSquares: number; first: number[]; last: number[] };
}

const oracle = JSON.parse(
  readFileSync(new URL("../../../test/oracle/train/networks.json", import.meta.url), "utf8"),
) as { networks: Record<string, Trained> };

interface Training extends Optimisation {
  readonly network: Network;
  readonly schedule: Schedule;
  readonly maximum: number;
}

const adamW = {
  optimiser: adamWDefaults,
  schedule: { kind: "one-cycle", rise: 0.3, startFactor: 25, endFactor: 100 },
  maximum: 0.01,
} as const;
const modern = { architecture: "unet", classes: 3, convolutions: 2 } as const;
const plain = unet({ ...modern, channels: 3, widths: [4, 8, 8] });
const oddStrides = unet({
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
});
const thickSlices = unet({
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
});
const of2015 = unet2015({ architecture: "unet2015", channels: 1, classes: 3, widths: [4, 6, 8] });

const trainings: Record<string, Training> = {
  "unet 2D": { network: plain, ...adamW },
  "unet 2D, odd strides": { network: oddStrides, ...adamW },
  "unet 3D, thick slices": { network: thickSlices, ...adamW },
  "unet 2015": { network: of2015, ...adamW },
  "unet 2D, Nesterov, clipped, averaged": {
    network: plain,
    optimiser: { kind: "sgd", momentum: 0.9, nesterov: true, weightDecay: 0.02 },
    clipNorm: 0.3,
    averageDecay: 0.8,
    schedule: { kind: "polynomial", power: 0.9 },
    maximum: 0.05,
  },
  "unet 2D, momentum, cosine": {
    network: plain,
    optimiser: { kind: "sgd", momentum: 0.5, nesterov: false, weightDecay: 0 },
    schedule: { kind: "cosine" },
    maximum: 0.05,
  },
};

// The formulas of networks.py.
const wave = (count: number, phase: number, scale: number): Float32Array =>
  Float32Array.from({ length: count }, (_, n) => scale * Math.sin(n * 0.7 + phase));
const labelsOf = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, n) => ((3 * n * n + 5 * n) % 11) % 3);

function startOf({ inventory: { parameters } }: TrainingGraph): NetworkVectors {
  const weights = new Float32Array(lengthOf(parameters));
  let at = 0;
  parameters.forEach(({ name, shape }, index) => {
    const isScale = name.endsWith("norm.weight");
    const start = wave(sizeOf(shape), index, isScale ? 0.1 : 0.3);
    weights.set(isScale ? start.map((value) => value + 1) : start, at);
    at += start.length;
  });
  return { weights, statistics: new Float32Array(0) };
}

const close = (got: number, expected: number, tolerance: number): void => {
  expect(Math.abs(got - expected)).toBeLessThan(tolerance * Math.max(1e-3, Math.abs(expected)));
};

test("every training of the oracle is tested", () => {
  expect(Object.keys(trainings).sort()).toEqual(Object.keys(oracle.networks).sort());
});

test.each(Object.entries(trainings))(
  "%s: ten steps equal PyTorch's, rates, losses and weights",
  async (name, { network, schedule, maximum, ...optimisation }) => {
    const { imageShape, outputShape, parameters, steps, finalWeights } = oracle.networks[name];
    const graph = trainingGraph(network, {
      imageShape,
      loss: crossEntropyAndDice,
      ...optimisation,
    });
    expect(graph.inventory.parameters.map((one) => [one.name, one.shape])).toEqual(parameters);
    const [samples, , ...spatial] = outputShape;
    const image = wave(sizeOf(imageShape), 0.5, 1);
    const labels = labelsOf(samples * sizeOf(spatial));
    const stepper = await openStepper(graph, { threads: 1 });
    let state = firstState(graph, startOf(graph));
    for (const [step, expected] of steps.entries()) {
      const rate = rateOf(schedule, { step, steps: 10, maximum });
      close(rate, expected.rate, 1e-6);
      const result = await stepper.step(state, { image, labels, rate });
      state = result.state;
      close(result.losses.crossEntropy, expected.crossEntropy, 1e-4);
      close(result.losses.dice, expected.dice, 1e-4);
      close(result.losses.total, expected.crossEntropy + expected.dice, 1e-4);
    }
    await stepper.release();
    const { weights } = vectorsToUse(state);
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
