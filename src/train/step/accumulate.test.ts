import { expect, test } from "vitest";
import { randomFrom } from "../../core/index.ts";
import { initialVectors, networkOf } from "../../model/index.ts";
import { type Optimisation, trainingGraph } from "./graphs.ts";
import type { LossSettings } from "./loss.ts";
import { adamWDefaults, sgdDefaults } from "./optimisers.ts";
import { openStepper } from "./stepper.node.ts";
import { type Batch, firstState, type StepState } from "./stepper.ts";

const network = networkOf({
  ...{ architecture: "unet", channels: 2, classes: 3 },
  ...{ widths: [4, 8], convolutions: 1 },
});
const size = 8;
const pixels = size * size;
// A mean over samples, so that the mean over batches is the loss of the joined batch.
const loss: LossSettings = {
  terms: [
    { kind: "cross-entropy", weight: 1 },
    { kind: "dice", per: "sample", weight: 1 },
  ],
};

/** Four samples a step. */
const samples: Batch = {
  image: Float32Array.from({ length: 3 * 4 * 2 * pixels }, (_, n) => Math.sin(0.37 * n)),
  labels: Uint8Array.from({ length: 3 * 4 * pixels }, (_, n) => ((3 * n * n + 5 * n) % 11) % 3),
};

/** Samples from … to … as a batch. */
const part = (from: number, to: number): Batch => ({
  image: samples.image.slice(from * 2 * pixels, to * 2 * pixels),
  labels: samples.labels.slice(from * pixels, to * pixels),
});

/** Three optimiser steps on four samples each, in batches of `batchSize`. */
async function trained(
  batchSize: number,
  optimisation: Optimisation,
): Promise<{ state: StepState; losses: number[]; steps: number[] }> {
  const accumulate = 4 / batchSize;
  const imageShape = [batchSize, 2, size, size];
  const graph = trainingGraph(network, { imageShape, loss, ...optimisation, accumulate });
  const stepper = await openStepper(graph, { threads: 1 });
  let state = firstState(graph, initialVectors(graph.inventory, randomFrom(5)));
  const losses: number[] = [];
  const steps: number[] = [];
  for (let at = 0; at < 12; at += batchSize) {
    const batch = part(at, at + batchSize);
    const result = await stepper.step(state, { ...batch, rate: 0.01 });
    state = result.state;
    losses.push(result.losses.total);
    steps.push(state.steps);
  }
  await stepper.release();
  return { state, losses, steps };
}

const far = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);

test.each<[string, Optimisation]>([
  ["AdamW, averaged", { optimiser: adamWDefaults, averageDecay: 0.9 }],
  ["SGD, clipped", { optimiser: sgdDefaults, clipNorm: 0.5 }],
])("two batches of two, or four of one, are one step on all four: %s", async (_, optimisation) => {
  const joined = await trained(4, optimisation);
  for (const batchSize of [2, 1]) {
    const { state, losses, steps } = await trained(batchSize, optimisation);
    const count = 4 / batchSize;
    joined.losses.forEach((expected, step) => {
      const own = losses.slice(step * count, (step + 1) * count);
      expect(own.reduce((sum, one) => sum + one, 0) / count).toBeCloseTo(expected, 5);
    });
    expect(steps.slice(0, count)).toEqual([...Array(count - 1).fill(0), 1]);
    expect(state.steps).toBe(3);
    expect(state.gathered).toBeUndefined();
    expect(far(state.weights, joined.state.weights)).toBeLessThan(2e-5);
    for (const [name, vector] of Object.entries(joined.state.memory)) {
      expect(far(state.memory[name], vector)).toBeLessThan(2e-5);
    }
  }
});
