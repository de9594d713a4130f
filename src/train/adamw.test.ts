import { expect, test } from "vitest";
import { evaluate, input } from "../onnx/index.ts";
import { adamWDefaults, adamWStep } from "./adamw.ts";

/** Two steps on one weight by hand; lr = 0.1. */
function steps(gradients: readonly number[], { decays = 0, weightDecay = 0.1 } = {}): number[] {
  const names = ["weights", "gradient", "mean", "square", "decays"] as const;
  const [weights, gradient, mean, square, mask] = names.map((name) => input(name, [1]));
  const graph = adamWStep(
    {
      ...{ weights, gradient, mean, square, decays: mask },
      learningRate: input("rate", [1]),
      meanCorrection: input("c1", [1]),
      squareCorrection: input("c2", [1]),
    },
    { ...adamWDefaults, weightDecay },
  );
  let state = [1, 0, 0];
  return gradients.map((g, index) => {
    const feeds = {
      ...{ weights: [state[0]], mean: [state[1]], square: [state[2]], gradient: [g] },
      decays: [decays],
      rate: [0.1],
      c1: [1 / (1 - 0.9 ** (index + 1))],
      c2: [1 / (1 - 0.999 ** (index + 1))],
    };
    state = evaluate([graph.weights, graph.mean, graph.square], feeds).map(({ data }) => data[0]);
    return state[0];
  });
}

test("the first step is lr · sign(g): from 1 with g = 0.5 to 0.9, whatever g's size", () => {
  expect(steps([0.5])[0]).toBeCloseTo(0.9, 6);
  expect(steps([-3])[0]).toBeCloseTo(1.1, 6);
});

test("the second step by hand", () => {
  // m = 0.9·0.05 + 0.1·(−1) = −0.055, m̂ = −0.055/0.19; v = 0.999·0.00025 + 0.001 = 0.00124975,
  // v̂ = v/0.001999; w = 0.9 + 0.1 · 0.28947368 / √0.62518759 = 0.93661046
  expect(steps([0.5, -1])[1]).toBeCloseTo(0.93661046, 6);
});

test("decay acts apart from the gradient, and only where it should", () => {
  // 1 − 0.1 · (1 + 0.1 · 1) = 0.89
  expect(steps([0.5], { decays: 1 })[0]).toBeCloseTo(0.89, 6);
  expect(steps([0], { decays: 1 })[0]).toBeCloseTo(0.99, 6);
  expect(steps([0], { decays: 0 })[0]).toBe(1);
});
