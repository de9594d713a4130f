import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { randomFrom } from "../../core/index.ts";
import { readModel, writeModel } from "../../model/index.node.ts";
import {
  type Architecture,
  build,
  initialVectors,
  type NetworkVectors,
  networkOf,
} from "../../model/index.ts";
import { openSession } from "../../onnx/index.node.ts";
import { input, sizeOf } from "../../onnx/index.ts";
import { trainingGraph, validationGraph } from "./graphs.ts";
import { crossEntropyAndDice } from "./loss.ts";
import { adamWDefaults } from "./optimisers.ts";
import { openStepper } from "./stepper.node.ts";
import { firstState, vectorsToUse } from "./stepper.ts";

interface Example {
  readonly settings: Architecture;
  readonly imageSize: number;
}

const common = { channels: 3, classes: 3 };
const residual = { encoder: "residual", deepSupervision: true, bias: true } as const;

/** One or more of every architecture. */
const examples: {
  readonly [Name in Architecture["architecture"]]: Readonly<Record<string, Example>>;
} = {
  unet: {
    plain: {
      settings: { ...common, architecture: "unet", widths: [4, 8, 8], convolutions: 2 },
      imageSize: 16,
    },
    "residual, deeply supervised": {
      settings: {
        ...common,
        ...residual,
        architecture: "unet",
        widths: [4, 8, 8],
        convolutions: 1,
      },
      imageSize: 16,
    },
  },
  unet2015: {
    "three stages": {
      settings: { ...common, architecture: "unet2015", widths: [4, 6, 8] },
      imageSize: 44,
    },
  },
  "resnet34-unet": {
    narrow: { settings: { ...common, architecture: "resnet34-unet", width: 4 }, imageSize: 32 },
  },
};

const rows = Object.entries(examples).flatMap(([name, list]) =>
  Object.entries(list).map(([variant, example]) => [`${name}, ${variant}`, example] as const),
);
const loss = crossEntropyAndDice;

/** Images of noise, and labels for what the network sees of them. */
function batchOf({ settings, imageSize }: Example, size: number) {
  const imageShape = [size, settings.channels, imageSize, imageSize];
  const { outputs } = build(networkOf(settings), input("image", imageShape), { mode: "eval" });
  const pixels = sizeOf(outputs[0].shape) / settings.classes;
  const random = randomFrom("batch");
  return {
    imageShape,
    pixels,
    image: Float32Array.from({ length: sizeOf(imageShape) }, () => random.between(-1, 1)),
    labels: Uint8Array.from({ length: pixels }, () => random.below(settings.classes)),
  };
}

/** Three steps further: weights, and statistics where there are any, that no start has. */
async function trained(example: Example): Promise<NetworkVectors> {
  const { imageShape, image, labels } = batchOf(example, 2);
  const network = networkOf(example.settings);
  const graph = trainingGraph(network, { imageShape, loss, optimiser: adamWDefaults });
  const stepper = await openStepper(graph, { threads: 1 });
  let state = firstState(graph, initialVectors(graph.inventory, randomFrom("weights")));
  for (let step = 0; step < 3; step++) {
    state = (await stepper.step(state, { image, labels, rate: 0.01 })).state;
  }
  await stepper.release();
  return vectorsToUse(state);
}

const training = {
  recipe: "test",
  epochs: 1,
  steps: 3,
  seed: 1,
  fold: 0,
  trainCases: [],
  heldOutCases: [],
  seconds: 1,
  runtime: "none",
};

/** The largest of each pixel's logits, [classes, pixels]. */
const labelsIn = (logits: Float32Array, pixels: number): number[] =>
  Array.from({ length: pixels }, (_, p) => {
    const own = Array.from({ length: logits.length / pixels }, (_, c) => logits[c * pixels + p]);
    return own.indexOf(Math.max(...own));
  });

test.each(rows)("%s: model.onnx gives what training's validation sees", async (_, example) => {
  const { settings, imageSize } = example;
  const { imageShape, pixels, image, labels } = batchOf(example, 1);
  const vectors = await trained(example);
  const folder = await mkdtemp(join(tmpdir(), "hepar-exported-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeModel(folder, {
    vectors,
    description: {
      ...{ architecture: settings, imageSize, neighbours: 0, training },
      prediction: { mirrors: false, smallestTumour: 0 },
      inputChannels: ["liver", "custom", "histogram"],
      classes: ["background", "liver", "tumour"],
    },
  });
  const stored = await readModel(folder);
  expect(stored.vectors).toEqual(vectors);

  const validation = await openSession(validationGraph(networkOf(settings), { imageShape, loss }));
  const { logits } = await validation.run({ ...vectors, image, labels });
  await validation.release();
  const exported = await openSession(stored.inference);
  const { logits: again } = await exported.run({ image });
  await exported.release();

  expect(logits).toHaveLength(pixels * settings.classes);
  expect(labelsIn(again, pixels)).toEqual(labelsIn(logits, pixels));
  again.forEach((value, n) => {
    expect(Math.abs(value - logits[n])).toBeLessThan(1e-5 * Math.max(1, Math.abs(logits[n])));
  });
});
