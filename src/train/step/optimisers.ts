import { z } from "zod";
import { add, div, mul, sqrt, sub, type Value } from "../../onnx/index.ts";

const share = z.number().min(0).max(1);

const adamWSchema = z.strictObject({
  kind: z.literal("adamw"),
  beta1: share.default(0.9),
  beta2: share.default(0.999),
  epsilon: z.number().positive().default(1e-8),
  /** Apart from the gradient, on kernels only. */
  weightDecay: z.number().min(0).default(0.01),
});

/** What is left out is nnU-Net's (Isensee et al. 2021), for a polynomial schedule from 0.01. */
const sgdSchema = z.strictObject({
  kind: z.literal("sgd"),
  momentum: share.default(0.99),
  nesterov: z.boolean().default(true),
  /** Added to the gradient, on kernels only. */
  weightDecay: z.number().min(0).default(3e-5),
});

/** An optimiser as a recipe holds it; its kind is enough. */
export const optimiserSchema = z.discriminatedUnion("kind", [adamWSchema, sgdSchema]);

export type AdamWSettings = Readonly<z.infer<typeof adamWSchema>>;
export type SgdSettings = Readonly<z.infer<typeof sgdSchema>>;
export type OptimiserSettings = AdamWSettings | SgdSettings;

export const adamWDefaults: AdamWSettings = adamWSchema.parse({ kind: "adamw" });
export const sgdDefaults: SgdSettings = sgdSchema.parse({ kind: "sgd" });

/** What one step reads: flat vectors of one length, and single numbers, [1]. */
export interface OptimiserInputs {
  readonly weights: Value;
  readonly gradient: Value;
  /** 1 where weight decay acts, else 0. */
  readonly decays: Value;
  readonly rate: Value;
  /** By the names of the rule's `memory`. */
  readonly memory: Readonly<Record<string, Value>>;
  /** By the names of the rule's `numbers`. */
  readonly numbers: Readonly<Record<string, Value>>;
}

export interface OptimiserOutputs {
  readonly weights: Value;
  readonly memory: Readonly<Record<string, Value>>;
}

/** An optimiser: what it remembers between steps (vectors that start at 0), and its step. */
interface OptimiserRule<Settings> {
  readonly memory: readonly string[];
  /** Numbers that change with the step, counted from 1. */
  readonly numbers: (step: number, settings: Settings) => Readonly<Record<string, number>>;
  readonly step: (inputs: OptimiserInputs, settings: Settings) => OptimiserOutputs;
}

const optimiserRules: {
  readonly [Kind in OptimiserSettings["kind"]]: OptimiserRule<
    Extract<OptimiserSettings, { kind: Kind }>
  >;
} = {
  // m = β₁m + (1−β₁)g, v = β₂v + (1−β₂)g², w = w − lr · (λw + m̂ / (√v̂ + ε))
  // Loshchilov & Hutter 2019, arXiv:1711.05101; the same numbers as torch.optim.AdamW.
  adamw: {
    memory: ["mean", "square"],
    numbers: (step, { beta1, beta2 }) => ({
      meanCorrection: 1 / (1 - beta1 ** step),
      squareCorrection: 1 / (1 - beta2 ** step),
    }),
    step({ weights, gradient, decays, rate, memory, numbers }, settings) {
      const { beta1, beta2, epsilon, weightDecay } = settings;
      const mean = add(mul(memory.mean, beta1), mul(gradient, 1 - beta1));
      const square = add(mul(memory.square, beta2), mul(mul(gradient, gradient), 1 - beta2));
      const direction = div(
        mul(mean, numbers.meanCorrection),
        add(sqrt(mul(square, numbers.squareCorrection)), epsilon),
      );
      const decay = mul(mul(weights, decays), weightDecay);
      return {
        weights: sub(weights, mul(add(direction, decay), rate)),
        memory: { mean, square },
      };
    },
  },
  // g = g + λw, v = μv + g, w = w − lr · (Nesterov: g + μv, else v)
  // Sutskever et al. 2013; the same numbers as torch.optim.SGD without dampening.
  sgd: {
    memory: ["velocity"],
    numbers: () => ({}),
    step({ weights, gradient, decays, rate, memory }, { momentum, nesterov, weightDecay }) {
      const decayed = add(gradient, mul(mul(weights, decays), weightDecay));
      const velocity = add(mul(memory.velocity, momentum), decayed);
      const direction = nesterov ? add(decayed, mul(velocity, momentum)) : velocity;
      return { weights: sub(weights, mul(direction, rate)), memory: { velocity } };
    },
  },
};

/** The rule of an optimiser, with its settings filled in. */
export function optimiserOf<Settings extends OptimiserSettings>(settings: Settings) {
  const rule = optimiserRules[settings.kind] as unknown as OptimiserRule<Settings>;
  return {
    memory: rule.memory,
    numbers: (step: number) => rule.numbers(step, settings),
    step: (inputs: OptimiserInputs) => rule.step(inputs, settings),
  };
}
