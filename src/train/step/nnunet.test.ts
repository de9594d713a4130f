import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  build,
  lengthOf,
  type NetworkVectors,
  nameFromNnunet,
  networkOf,
  splitFlat,
  type UnetSettings,
} from "../../model/index.ts";
import { openSession } from "../../onnx/index.node.ts";
import { encodeModel, input, sizeOf } from "../../onnx/index.ts";
import { type TrainingGraph, trainingGraph } from "./graphs.ts";
import { crossEntropyAndDice } from "./loss.ts";
import { openStepper } from "./stepper.node.ts";
import { firstState } from "./stepper.ts";

/** Sum, root of the sum of squares, and the first three numbers. */
type Digest = readonly number[];

interface Oracle {
  readonly imageShape: number[];
  readonly parameters: readonly [name: string, shape: number[]][];
  readonly otherNames: readonly string[];
  /** Finest first, with the weights before any step. */
  readonly outputs: readonly { shape: number[]; digest: Digest }[];
  readonly losses: readonly number[];
  /** The parameters after ten steps. */
  readonly trained: readonly Digest[];
}

const { networks } = JSON.parse(
  readFileSync(new URL("../../../test/oracle/model/nnunet.json", import.meta.url), "utf8"),
) as { networks: Record<string, Oracle> };

const common = { architecture: "unet", classes: 3, deepSupervision: true, bias: true } as const;
const thick = {
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
};
const settingsOf: Record<string, UnetSettings> = {
  "plain 2D": {
    ...{ ...common, channels: 3, widths: [4, 6, 8, 8] },
    convolutions: [1, 2, 3, 1],
    decoderConvolutions: [1, 2, 1],
    strides: [
      [1, 1],
      [2, 2],
      [2, 2],
      [2, 1],
    ],
  },
  "plain 2D, no bias": {
    ...{ ...common, channels: 1, widths: [3, 4, 4], convolutions: 1, bias: false, upBias: false },
    kernels: [
      [3, 3],
      [5, 3],
      [1, 3],
    ],
    strides: [
      [1, 1],
      [3, 2],
      [2, 2],
    ],
  },
  "plain 3D": { ...common, ...thick, channels: 1, widths: [4, 6, 8], convolutions: 2 },
  "residual 2D": {
    ...{ ...common, channels: 3, widths: [4, 6, 6], encoder: "residual" },
    convolutions: [1, 2, 2],
  },
  "residual 3D": {
    ...{ ...common, ...thick, channels: 2, widths: [4, 6, 8], encoder: "residual" },
    convolutions: [1, 2, 1],
    // nnU-Net lists [1, 2]: its decoder's first stage is the coarsest.
    decoderConvolutions: [2, 1],
  },
};

// The formulas of nnunet.py.
const wave = (count: number, phase: number, scale: number): Float32Array =>
  Float32Array.from({ length: count }, (_, n) => scale * Math.sin(n * 0.7 + phase));
const labelsOf = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, n) => ((3 * n * n + 5 * n) % 11) % 3);

/** Their weights as ours, through their names. */
function startOf({ inventory }: TrainingGraph, { parameters }: Oracle, stages: number) {
  const weights = new Float32Array(lengthOf(inventory.parameters));
  const pieces = splitFlat(weights, inventory.parameters);
  parameters.forEach(([theirs, shape], place) => {
    const isScale = theirs.endsWith("norm.weight");
    const start = wave(sizeOf(shape), place, isScale ? 0.1 : 0.3);
    pieces[nameFromNnunet(theirs, stages) ?? ""].set(isScale ? start.map((n) => n + 1) : start);
  });
  return { weights, statistics: new Float32Array(0) } satisfies NetworkVectors;
}

const digestOf = (numbers: Float32Array): number[] => {
  const squares = numbers.reduce((sum, value) => sum + value * value, 0);
  const sum = numbers.reduce((total, value) => total + value, 0);
  return [sum, Math.sqrt(squares), ...numbers.slice(0, 3)];
};

/** Within 1e-4 of the tensor's size: its norm for the sum, its typical number for single ones. */
function expectDigest(got: Float32Array, expected: Digest): void {
  const size = Math.max(1e-3, expected[1]);
  const typical = size / Math.sqrt(got.length);
  const digest = digestOf(got);
  expect(digest).toHaveLength(expected.length);
  digest.forEach((value, place) => {
    const scale = place < 2 ? size : Math.max(typical, Math.abs(expected[place]));
    expect(Math.abs(value - expected[place])).toBeLessThan(1e-4 * scale);
  });
}

test("every network of the oracle is tested", () => {
  expect(Object.keys(settingsOf).sort()).toEqual(Object.keys(networks).sort());
});

test.each(Object.entries(settingsOf))("%s: their names are ours", (name, settings) => {
  const { parameters, otherNames, imageShape } = networks[name];
  const stages = settings.widths.length;
  const named = parameters.map(([theirs, shape]) => [nameFromNnunet(theirs, stages), shape]);
  const ours = build(networkOf(settings), input("image", imageShape), { mode: "train" });
  expect(Object.fromEntries(named)).toEqual(
    Object.fromEntries(ours.inventory.parameters.map((one) => [one.name, one.shape])),
  );
  expect(otherNames.map((theirs) => nameFromNnunet(theirs, stages))).toEqual(
    otherNames.map(() => undefined),
  );
});

test.each(Object.entries(settingsOf))(
  "%s: logits, and ten steps with deep supervision, equal nnU-Net's",
  async (name, settings) => {
    const oracle = networks[name];
    const { imageShape, parameters, outputs, losses, trained } = oracle;
    const network = networkOf(settings);
    const graph = trainingGraph(network, {
      imageShape,
      loss: crossEntropyAndDice,
      optimiser: { kind: "sgd", momentum: 0.9, nesterov: true, weightDecay: 0.02 },
    });
    const start = startOf(graph, oracle, settings.widths.length);
    const image = wave(sizeOf(imageShape), 0.5, 1);

    const built = build(network, input("image", imageShape), { mode: "train" });
    expect(built.outputs.map(({ shape }) => shape)).toEqual(outputs.map(({ shape }) => shape));
    const logits = await openSession(
      encodeModel(Object.fromEntries(built.outputs.map((value, depth) => [`${depth}`, value])), {
        weights: splitFlat(start.weights, graph.inventory.parameters),
      }),
      { threads: 1 },
    );
    const results = await logits.run({ image });
    await logits.release();
    outputs.forEach(({ digest }, depth) => {
      expectDigest(results[depth], digest);
    });

    const stepper = await openStepper(graph, { threads: 1 });
    const labels = labelsOf(sizeOf(imageShape) / settings.channels);
    let state = firstState(graph, start);
    for (const expected of losses) {
      const step = await stepper.step(state, { image, labels, rate: 0.02 });
      expect(Math.abs(step.losses.total / expected - 1)).toBeLessThan(1e-4);
      state = step.state;
    }
    await stepper.release();
    const pieces = splitFlat(state.weights, graph.inventory.parameters);
    trained.forEach((digest, place) => {
      const ours = nameFromNnunet(parameters[place][0], settings.widths.length) ?? "";
      expectDigest(pieces[ours], digest);
    });
  },
);
