import { expect, test } from "vitest";
import { evaluate, input } from "../../onnx/index.ts";
import { adamWDefaults, type OptimiserSettings, optimiserOf } from "./optimisers.ts";

/** Steps on one weight that starts at 1; rate 0.1. */
function weightsAfter(
  settings: OptimiserSettings,
  { gradients, decays = 0 }: { readonly gradients: readonly number[]; readonly decays?: number },
): number[] {
  const { memory, numbers, step } = optimiserOf(settings);
  const named = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, input(name, [1])]));
  const {
    weights,
    gradient,
    decays: mask,
    rate,
  } = named(["weights", "gradient", "decays", "rate"]);
  const graph = step({
    ...{ weights, gradient, decays: mask, rate },
    memory: named(memory),
    numbers: named(Object.keys(numbers(1))),
  });
  const outputs = [graph.weights, ...memory.map((name) => graph.memory[name])];
  let state = [1, ...memory.map(() => 0)];
  return gradients.map((g, index) => {
    const feeds: Record<string, number[]> = {
      ...{ weights: [state[0]], gradient: [g], decays: [decays], rate: [0.1] },
      ...Object.fromEntries(memory.map((name, place) => [name, [state[place + 1]]])),
      ...Object.fromEntries(Object.entries(numbers(index + 1)).map(([name, n]) => [name, [n]])),
    };
    state = evaluate(outputs, feeds).map(({ data }) => data[0]);
    return state[0];
  });
}

const adamW = { ...adamWDefaults, weightDecay: 0.1 };

test("AdamW's first step is lr · sign(g): from 1 with g = 0.5 to 0.9, whatever g's size", () => {
  expect(weightsAfter(adamW, { gradients: [0.5] })[0]).toBeCloseTo(0.9, 6);
  expect(weightsAfter(adamW, { gradients: [-3] })[0]).toBeCloseTo(1.1, 6);
});

test("AdamW's second step by hand", () => {
  // m = 0.9·0.05 + 0.1·(−1) = −0.055, m̂ = −0.055/0.19; v = 0.999·0.00025 + 0.001 = 0.00124975,
  // v̂ = v/0.001999; w = 0.9 + 0.1 · 0.28947368 / √0.62518759 = 0.93661046
  expect(weightsAfter(adamW, { gradients: [0.5, -1] })[1]).toBeCloseTo(0.93661046, 6);
});

test("AdamW's decay acts apart from the gradient, and only where it should", () => {
  // 1 − 0.1 · (1 + 0.1 · 1) = 0.89
  expect(weightsAfter(adamW, { gradients: [0.5], decays: 1 })[0]).toBeCloseTo(0.89, 6);
  expect(weightsAfter(adamW, { gradients: [0], decays: 1 })[0]).toBeCloseTo(0.99, 6);
  expect(weightsAfter(adamW, { gradients: [0], decays: 0 })[0]).toBe(1);
});

const sgd = { kind: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0.5 } as const;

test("momentum by hand: v = 0.9 v + g", () => {
  // v: 1, 1.9; w: 1 − 0.1, 0.9 − 0.19
  const [first, second] = weightsAfter(sgd, { gradients: [1, 1] });
  expect(first).toBeCloseTo(0.9, 12);
  expect(second).toBeCloseTo(0.71, 12);
});

test("Nesterov looks ahead: the step is g + 0.9 v", () => {
  // v: 1, 1.9; steps: 1.9, 2.71
  const [first, second] = weightsAfter({ ...sgd, nesterov: true }, { gradients: [1, 1] });
  expect(first).toBeCloseTo(0.81, 12);
  expect(second).toBeCloseTo(0.539, 12);
});

test("SGD's decay is part of the gradient, and only where it should", () => {
  // g = 1 + 0.5 · 1
  expect(weightsAfter(sgd, { gradients: [1], decays: 1 })[0]).toBeCloseTo(0.85, 12);
});
