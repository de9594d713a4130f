import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readModel, writeModel } from "../../model/index.node.ts";
import { type NamedShape, networkOf, splitFlat } from "../../model/index.ts";
import { openSession } from "../../onnx/index.node.ts";
import { sizeOf } from "../../onnx/index.ts";
import { trainingGraph, validationGraph } from "./graphs.ts";
import { crossEntropyAndDice } from "./loss.ts";
import { openStepper } from "./stepper.node.ts";
import { firstState, type StepState } from "./stepper.ts";

type Seen = readonly [projection: number, norm: number];

const { training: oracle } = JSON.parse(
  await readFile(new URL("../../../test/oracle/resnet/resnet34.json", import.meta.url), "utf8"),
) as {
  training: {
    width: number;
    imageShape: number[];
    parameters: [name: string, shape: number[]][];
    steps: { crossEntropy: number; dice: number }[];
    weights: Record<string, Seen>;
    statistics: Record<string, Seen>;
    eval: Seen;
  };
};

// The formulas of resnet34.py.
function noise(count: number, seed: number): Float64Array {
  const numbers = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    const x = Math.sin(n * 12.9898 + (seed % 1000) * 78.233) * 43758.5453;
    numbers[n] = 2 * (x - Math.floor(x)) - 1;
  }
  return numbers;
}

function startOf({ name, shape }: NamedShape, seed: number): Float64Array {
  const start = noise(sizeOf(shape), seed);
  if (name.endsWith("running_var")) return start.map((value) => 1 + 0.5 * value);
  if (/(bn\d|downsample\.1|norm)\.weight$/.test(name)) return start.map((value) => 1 + 0.2 * value);
  const scale = shape.length === 4 ? Math.sqrt(6 / sizeOf(shape.slice(1))) : 0.1;
  return start.map((value) => value * scale);
}

const flat = (tensors: readonly NamedShape[], firstSeed: number): Float32Array =>
  Float32Array.from(tensors.flatMap((each, n) => [...startOf(each, firstSeed + n)]));

/** Within `tolerance` of a tensor's norm. */
function close(
  data: ArrayLike<number>,
  [projection, norm]: Seen,
  { name, tolerance = 1e-4 }: { readonly name: string; readonly tolerance?: number },
): void {
  const signs = noise(data.length, 0);
  const numbers = Array.from(data);
  const gotProjection = numbers.reduce((sum, value, n) => sum + value * signs[n], 0);
  const gotNorm = Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0));
  expect(Math.abs(gotProjection - projection), name).toBeLessThan(tolerance * norm);
  expect(Math.abs(gotNorm - norm), name).toBeLessThan(tolerance * norm);
}

const { imageShape, width, steps } = oracle;
const [batch, channels, ...spatial] = imageShape;
const architecture = { architecture: "resnet34-unet", channels, classes: 3, width } as const;
const network = networkOf(architecture);
const loss = crossEntropyAndDice;
const optimiser = { kind: "sgd", momentum: 0.9, nesterov: true, weightDecay: 0.01 } as const;
const graph = trainingGraph(network, { imageShape, loss, optimiser });
const images = new Float32Array(noise(steps.length * sizeOf(imageShape), 999));
const labels = Uint8Array.from(
  { length: steps.length * batch * sizeOf(spatial) },
  (_, n) => ((3 * n * n + 5 * n) % 11) % 3,
);
const nth = <Numbers extends Float32Array | Uint8Array>(all: Numbers, n: number): Numbers => {
  const size = all.length / steps.length;
  return all.slice(n * size, (n + 1) * size) as Numbers;
};

let state: StepState;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-resnet-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("ten steps equal PyTorch's: losses, weights and running statistics", async () => {
  const { parameters, statistics } = graph.inventory;
  expect(parameters.map(({ name, shape }) => [name, shape])).toEqual(oracle.parameters);
  state = firstState(graph, { weights: flat(parameters, 0), statistics: flat(statistics, 500) });
  const stepper = await openStepper(graph);
  for (const [n, { crossEntropy, dice }] of steps.entries()) {
    const seen = { image: nth(images, n), labels: nth(labels, n), rate: 0.001 };
    const result = await stepper.step(state, seen);
    state = result.state;
    expect(Math.abs(result.losses.crossEntropy / crossEntropy - 1)).toBeLessThan(1e-4);
    expect(Math.abs(result.losses.dice / dice - 1)).toBeLessThan(1e-4);
  }
  await stepper.release();
  const weights = splitFlat(state.weights, parameters);
  for (const [name, seen] of Object.entries(oracle.weights)) close(weights[name], seen, { name });
  const kept = splitFlat(state.statistics, statistics);
  for (const [name, seen] of Object.entries(oracle.statistics)) close(kept[name], seen, { name });
});

test("the exported network and the validation graph are the trained one in eval mode", async () => {
  const { weights, statistics } = state;
  const image = nth(images, 0);
  const watched = await openSession(validationGraph(network, { imageShape, loss }));
  const { logits } = await watched.run({ weights, statistics, image, labels: nth(labels, 0) });
  await watched.release();
  // Thirty-odd layers of weights that differ in their last digits.
  close(logits, oracle.eval, { name: "validation graph", tolerance: 5e-4 });

  await writeModel(folder, { vectors: state, description });
  const exported = await openSession((await readModel(folder)).inference);
  const samples: number[] = [];
  const size = image.length / batch;
  for (let n = 0; n < batch; n++) {
    const result = await exported.run({ image: image.slice(n * size, (n + 1) * size) });
    samples.push(...result.logits);
  }
  await exported.release();
  close(samples, oracle.eval, { name: "model.onnx", tolerance: 5e-4 });
});

const description = {
  architecture,
  imageSize: spatial[0],
  neighbours: 0,
  prediction: { mirrors: false, smallestTumour: 0 },
  inputChannels: ["liver", "custom", "histogram"],
  classes: ["background", "liver", "tumour"],
  training: {
    recipe: "test",
    epochs: 1,
    steps: steps.length,
    seed: 1,
    fold: 0,
    trainCases: [],
    heldOutCases: [],
    seconds: 1,
    runtime: "none",
  },
};
