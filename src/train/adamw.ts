import { add, div, mul, sqrt, sub, type Value } from "../onnx/index.ts";

export interface AdamWSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export const adamWDefaults: AdamWSettings = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
};

/** What one step reads: all flat vectors of the same length, but for the [1] numbers. */
export interface AdamWInputs {
  readonly weights: Value;
  readonly gradient: Value;
  /** Running means of the gradient and of its square. */
  readonly mean: Value;
  readonly square: Value;
  /** 1 where weight decay acts, else 0. */
  readonly decays: Value;
  readonly learningRate: Value;
  /** 1 / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ), t from 1. */
  readonly meanCorrection: Value;
  readonly squareCorrection: Value;
}

export interface AdamWOutputs {
  readonly weights: Value;
  readonly mean: Value;
  readonly square: Value;
}

/**
 * One step of AdamW, with decay apart from the gradient: m = β₁m + (1−β₁)g, v = β₂v + (1−β₂)g²,
 * w = w − lr · (λw + m̂ / (√v̂ + ε)).
 *
 * @see Loshchilov & Hutter 2019, arXiv:1711.05101; the same numbers as torch.optim.AdamW
 */
export function adamWStep(step: AdamWInputs, settings: AdamWSettings): AdamWOutputs {
  const { beta1, beta2, epsilon, weightDecay } = settings;
  const { gradient, learningRate } = step;
  const mean = add(mul(step.mean, beta1), mul(gradient, 1 - beta1));
  const square = add(mul(step.square, beta2), mul(mul(gradient, gradient), 1 - beta2));
  const direction = div(
    mul(mean, step.meanCorrection),
    add(sqrt(mul(square, step.squareCorrection)), epsilon),
  );
  const decay = mul(mul(step.weights, step.decays), weightDecay);
  return {
    weights: sub(step.weights, mul(add(direction, decay), learningRate)),
    mean,
    square,
  };
}
