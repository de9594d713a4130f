import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Network } from "../../model/index.ts";
import { openSession } from "../../onnx/index.node.ts";
import { add, mul, reduceMean, reshape, sub } from "../../onnx/index.ts";
import { readState, writeState } from "../state.node.ts";
import { trainingGraph, validationGraph } from "./graphs.ts";
import { crossEntropyAndDice } from "./loss.ts";
import { openStepper } from "./stepper.node.ts";
import { firstState, vectorsToUse } from "./stepper.ts";

/** Two logits, gain · (x − running mean); the mean follows the batch's by half. */
const network: Network = (x, builder) => {
  const mean = builder.statistic("mean", [1], 4);
  builder.statistic("unused", [2], 7);
  const here = reshape(reduceMean(x), [1]);
  builder.update("mean", add(mul(mean, 0.5), mul(here, 0.5)));
  const gain = builder.parameter("gain", [1, 2, 1, 1], { start: { kind: "constant", value: 1 } });
  return [mul(gain, sub(x, builder.mode === "train" ? here : mean))];
};
const settings = { imageShape: [1, 1, 1, 2], loss: crossEntropyAndDice };
const batch = { image: Float32Array.of(1, 3), labels: Uint8Array.of(0, 1), rate: 0 };
const optimiser = { kind: "sgd", momentum: 0, nesterov: false, weightDecay: 0 } as const;
const start = {
  weights: Float32Array.of(1, -1),
  statistics: Float32Array.of(4, 7, 7),
};

test("statistics go from step to step, and those that no step changes stay", async () => {
  const graph = trainingGraph(network, { ...settings, optimiser });
  const stepper = await openStepper(graph, { threads: 1 });
  const first = await stepper.step(firstState(graph, start), batch);
  // (4 + 2) / 2, (3 + 2) / 2
  expect([...first.state.statistics]).toEqual([3, 7, 7]);
  const second = await stepper.step(first.state, batch);
  expect([...vectorsToUse(second.state).statistics]).toEqual([2.5, 7, 7]);
  await stepper.release();
});

test("validation reads the statistics", async () => {
  const session = await openSession(validationGraph(network, settings), { threads: 1 });
  const { image, labels } = batch;
  const { logits } = await session.run({ ...start, image, labels });
  // gain · (x − 4)
  expect([...logits]).toEqual([-3, -1, 3, 1]);
  await session.release();
});

test("a stored state has them again, bit by bit; without any it has none", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hepar-state-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const statistics of [start.statistics, new Float32Array(0)]) {
    const memory = { velocity: Float32Array.of(0.1, 0.2) };
    const state = { weights: start.weights, statistics, memory, steps: 3, epochs: [] };
    await writeState(folder, "key", state);
    expect(await readState(folder)).toEqual({ key: "key", state });
  }
});
