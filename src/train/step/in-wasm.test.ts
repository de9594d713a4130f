import { expect, test } from "vitest";
import { randomFrom } from "../../core/index.ts";
import { type Architecture, initialVectors, inventoryOf, networkOf } from "../../model/index.ts";
import { openSession } from "../../onnx/index.node.ts";
import { decodeModel, type Session, type Shape, sizeOf } from "../../onnx/index.ts";
import { compile, machineFor } from "../../wasm/index.ts";
import { type StepSettings, trainingGraph } from "./graphs.ts";
import { crossEntropyAndDice } from "./loss.ts";
import { adamWDefaults, sgdDefaults } from "./optimisers.ts";
import { firstState, stepperOn } from "./stepper.ts";

interface Training extends Partial<StepSettings> {
  readonly network: Architecture;
  readonly imageShape: Shape;
  /** Of the labels; the image's, if not given. */
  readonly labelled?: Shape;
}

const unet = { architecture: "unet", channels: 3, classes: 3 } as const;

const trainings: Readonly<Record<string, Training>> = {
  "the U-Net of 2015": {
    network: { ...unet, architecture: "unet2015", widths: [4, 8, 8] },
    imageShape: [1, 3, 44, 44],
    labelled: [4, 4],
  },
  "residual, deep supervision": {
    network: {
      ...{ ...unet, widths: [4, 8, 16], convolutions: [1, 2, 2], encoder: "residual" },
      ...{ deepSupervision: true, bias: true },
    },
    imageShape: [2, 3, 32, 32],
  },
  "3D, thick slices, SGD, clipped, averaged": {
    network: {
      ...{ ...unet, widths: [4, 8], convolutions: 1 },
      kernels: [
        [1, 3, 3],
        [3, 3, 3],
      ],
      strides: [
        [1, 1, 1],
        [1, 2, 2],
      ],
    },
    imageShape: [1, 3, 4, 16, 16],
    ...{ optimiser: sgdDefaults, clipNorm: 0.3, averageDecay: 0.9 },
  },
  "odd sizes, gradients of two batches": {
    network: {
      ...{ ...unet, widths: [5, 7], convolutions: 2 },
      kernels: [
        [3, 5],
        [1, 3],
      ],
      strides: [
        [1, 1],
        [3, 1],
      ],
    },
    imageShape: [2, 3, 18, 22],
    accumulate: 2,
  },
};

/** What the browser runs, here on one thread. */
async function openInWasm(model: Uint8Array): Promise<Session> {
  const machine = await machineFor(compile(decodeModel(model), { threads: 1, fused: false }));
  const start = await machine.start();
  return {
    runtime: "wasm",
    async run(feeds) {
      machine.feed(feeds);
      start(0);
      return machine.results();
    },
    release: async () => {},
  };
}

test.each(Object.entries(trainings))(
  "%s: compiled for the browser, three steps equal ONNX Runtime's",
  async (_, { network: settings, imageShape, labelled = imageShape.slice(2), ...how }) => {
    const network = networkOf(settings);
    const graph = trainingGraph(network, {
      ...{ imageShape, loss: crossEntropyAndDice, optimiser: adamWDefaults },
      ...how,
    });
    const random = randomFrom(2);
    const image = Float32Array.from({ length: sizeOf(imageShape) }, () => random.normal());
    const labels = Uint8Array.from(
      { length: imageShape[0] * sizeOf(labelled) },
      (_, n) => ((3 * n * n + 5 * n) % 11) % 3,
    );
    const start = firstState(
      graph,
      initialVectors(inventoryOf(network, imageShape), randomFrom(1).fork("weights")),
    );
    const lossesOn = async (open: (model: Uint8Array) => Promise<Session>): Promise<number[]> => {
      const stepper = await stepperOn(graph, open);
      const losses: number[] = [];
      let state = start;
      while (losses.length < 3) {
        const stepped = await stepper.step(state, { image, labels, rate: 1e-3 });
        state = stepped.state;
        losses.push(stepped.losses.total);
      }
      await stepper.release();
      return losses;
    };
    const expected = await lossesOn((model) => openSession(model, { threads: 1 }));
    (await lossesOn(openInWasm)).forEach((loss, step) => {
      expect(Math.abs(loss / expected[step] - 1)).toBeLessThan(1e-5);
    });
  },
);
