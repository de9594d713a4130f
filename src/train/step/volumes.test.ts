import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lengthOf, type Network, type NetworkVectors, unet } from "../../model/index.ts";
import { bestTarget } from "../../onnx/index.node.ts";
import { inOrder, plainTarget, type Shape, sizeOf, type Value } from "../../onnx/index.ts";
import { type Optimisation, type TrainingGraph, trainingGraph } from "./graphs.ts";
import { crossEntropyAndDice } from "./loss.ts";
import { adamWDefaults } from "./optimisers.ts";
import { rateOf, type Schedule } from "./schedule.ts";
import { openStepper } from "./stepper.node.ts";
import { firstState } from "./stepper.ts";

interface Trained {
  readonly slope: number;
  readonly seed: number;
  readonly imageShape: number[];
  readonly steps: readonly { rate: number; crossEntropy: number; dice: number }[];
  readonly norms: number[];
  /** Every 997th of all weights. */
  readonly weights: number[];
}

const oracle = JSON.parse(
  readFileSync(new URL("../../../test/oracle/train/volumes.json", import.meta.url), "utf8"),
) as { trainings: Record<string, Trained> };

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
const momentum = {
  optimiser: { kind: "sgd", momentum: 0.9, nesterov: true, weightDecay: 0.02 },
  schedule: { kind: "polynomial", power: 0.9 },
  maximum: 0.05,
} as const;
const modern = { architecture: "unet", channels: 1, classes: 3, convolutions: 2 } as const;
const [full, flat] = [
  [3, 3, 3],
  [1, 3, 3],
];
const [one, sides, two] = [
  [1, 1, 1],
  [1, 2, 2],
  [2, 2, 2],
];
const pairs = unet({ ...modern, widths: [16, 32, 64] });

const trainings: Record<string, Training> = {
  "pairs of depths": { network: pairs, ...adamW },
  "pairs of depths, momentum": { network: pairs, ...momentum },
  "thick slices, even and odd depths": {
    network: unet({
      ...{ ...modern, channels: 3, widths: [16, 32, 64] },
      ...{ kernels: [flat, full, full], strides: [one, sides, two] },
    }),
    ...adamW,
  },
  "odd depths": {
    network: unet({ ...modern, widths: [16, 32], kernels: [full, full], strides: [one, sides] }),
    ...momentum,
  },
};

/** The same network with another slope in every leaky ReLU. */
const withSlope =
  (network: Network, slope: number): Network =>
  (x, builder) => {
    const outputs = network(x, builder);
    const changed = new Map<Value, Value>();
    for (const node of inOrder(outputs)) {
      const inputs = node.inputs.map((input) => changed.get(input) ?? input);
      const isChanged = inputs.some((input, index) => input !== node.inputs[index]);
      if (node.op === "LeakyRelu") changed.set(node, { ...node, inputs, attributes: { slope } });
      else if (isChanged) changed.set(node, { ...node, inputs } as Value);
    }
    return outputs.map((output) => changed.get(output) ?? output);
  };

// The formulas of volumes.py.
function noise(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, place) => {
    let hash = Math.imul(place + 1000003 * seed, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 31 - 1;
  });
}

function startOf({ inventory: { parameters } }: TrainingGraph, seed: number): NetworkVectors {
  const weights = new Float32Array(lengthOf(parameters));
  let at = 0;
  parameters.forEach(({ name, shape }, index) => {
    const isScale = name.endsWith("norm.weight");
    const scale = shape.length > 1 ? Math.sqrt(6 / sizeOf(shape.slice(1))) : 0.1;
    for (const value of noise(sizeOf(shape), index + 1 + 1000 * seed)) {
      weights[at++] = value * scale + (isScale ? 1 : 0);
    }
  });
  return { weights, statistics: new Float32Array(0) };
}

function batchOf([samples, channels, ...sizes]: Shape, seed: number) {
  const [, height, width] = sizes;
  const voxels = sizeOf(sizes);
  const labels = Uint8Array.from({ length: samples * voxels }, (_, index) => {
    const at = index % voxels;
    const place = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width];
    const distance = place.reduce(
      (sum, position, axis) => sum + ((2 * position + 1 - sizes[axis]) / sizes[axis]) ** 2,
      0,
    );
    return (distance < 0.6 ? 1 : 0) + (distance < 0.2 ? 1 : 0);
  });
  const image = noise(samples * channels * voxels, 1000 * seed).map(
    (value, index) => 0.5 * labels[index % voxels] + value,
  );
  return { image, labels };
}

const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));

/** Each parameter's norm. */
function normsOf(weights: Float32Array, { inventory: { parameters } }: TrainingGraph): number[] {
  let at = 0;
  return parameters.map(({ shape }) => {
    at += sizeOf(shape);
    return Math.sqrt(
      weights.subarray(at - sizeOf(shape), at).reduce((sum, value) => sum + value ** 2, 0),
    );
  });
}

const close = (got: number, expected: number, tolerance: number): void => {
  expect(Math.abs(got - expected)).toBeLessThan(tolerance * Math.abs(expected));
};

const slopes = [1, 0.01];
const cases = Object.keys(trainings).flatMap((name) =>
  slopes.flatMap((slope) => (["plain", "blocked"] as const).map((kind) => ({ name, slope, kind }))),
);

test("every training of the oracle is tested", () => {
  const names = cases.map(({ name, slope }) => `${name}, slope ${slope}`);
  expect(new Set(Object.keys(oracle.trainings))).toEqual(new Set(names));
});

test.for(cases)(
  "$name, slope $slope, $kind: ten steps equal PyTorch's",
  async ({ name, slope, kind }, { skip }) => {
    const target = kind === "plain" ? plainTarget : await bestTarget();
    if (target.kind !== kind) return skip("this machine's ONNX Runtime has no blocked kernels");
    const { network, schedule, maximum, ...optimisation } = trainings[name];
    const { imageShape, seed, ...expected } = oracle.trainings[`${name}, slope ${slope}`];
    const graph = trainingGraph(withSlope(network, slope), {
      ...{ imageShape, loss: crossEntropyAndDice, target },
      ...optimisation,
    });
    // With a kink, an activation near 0 may get another slope in float32: PyTorch's as well as ours.
    const tolerance = slope === 1 ? 1e-5 : 1e-4;
    const stepper = await openStepper(graph, { threads: 1 });
    const batch = batchOf(imageShape, seed);
    let state = firstState(graph, startOf(graph, seed));
    for (const [step, { rate, ...losses }] of expected.steps.entries()) {
      close(rateOf(schedule, { step, steps: 10, maximum }), rate, 1e-6);
      const result = await stepper.step(state, { ...batch, rate });
      state = result.state;
      close(result.losses.crossEntropy, losses.crossEntropy, tolerance);
      close(result.losses.dice, losses.dice, tolerance);
    }
    await stepper.release();
    const { weights } = state;
    normsOf(weights, graph).forEach((value, index) => {
      close(value, expected.norms[index], tolerance);
    });
    const differences = expected.weights.map((value, index) => weights[index * 997] - value);
    expect(norm(differences)).toBeLessThan(tolerance * norm(expected.weights));
  },
);
