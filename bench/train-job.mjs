// The work of a step's benchmarks: made from seeds alone, so that every side makes the same.
import { randomFrom } from "../dist/core/index.js";
import { initialVectors, inventoryOf, unet } from "../dist/model/index.js";
import { plainTarget } from "../dist/onnx/index.js";
import {
  adamWDefaults,
  crossEntropyAndDice,
  firstState,
  trainingGraph,
} from "../dist/train/index.js";

/**
 * @param description.size - the image's side; it has as many as `dimensions`
 * @param target - what the graph is to run on; anything, if not given
 * @returns settings for the peers, the training graph, the state before the first step and a batch
 */
export function trainJob({ batch, size, widths, dimensions = 2 }, target = plainTarget) {
  const settings = { architecture: "unet", channels: 3, classes: 3, widths, convolutions: 2 };
  const imageShape = [batch, 3, ...Array(dimensions).fill(size)];
  const network = unet(settings);
  const random = randomFrom(1);
  const start = initialVectors(inventoryOf(network, imageShape), random.fork("weights"));
  const pixels = size ** dimensions;
  const image = Float32Array.from({ length: batch * 3 * pixels }, () => random.normal());
  // A disc of liver with a disc of tumour, each sample a little elsewhere.
  const labels = Uint8Array.from({ length: batch * pixels }, (_, at) => {
    const n = Math.floor(at / pixels);
    const [y, x] = [Math.floor(at / size) % size, at % size];
    const distance = Math.hypot(x - size * (0.4 + 0.05 * n), y - size / 2) / size;
    return distance < 0.08 ? 2 : distance < 0.3 ? 1 : 0;
  });
  const graph = trainingGraph(network, {
    imageShape,
    loss: crossEntropyAndDice,
    optimiser: adamWDefaults,
    target,
  });
  return {
    ...{ settings, imageShape, graph },
    state: firstState(graph, start),
    batch: { image, labels, rate: 1e-3 },
  };
}

/** Steps that are not timed, steps that are, and the processor's threads. */
export const timing = { warmUp: 3, steps: 9, threads: 2 };
