import type { Shape, Value } from "../onnx/index.ts";

/** How a parameter starts. */
export type Initialiser =
  /** Normal with variance 2 / ((1 + slope²) · fanIn) (He et al. 2015, for leaky ReLU). */
  | {
      readonly kind: "he";
      readonly fanIn: number;
      readonly slope: number;
      /** So many neighbours along the first axis start alike. Default: 1. */
      readonly alike?: number | undefined;
    }
  | { readonly kind: "constant"; readonly value: number };

/** A tensor of a network, by name. */
export interface NamedShape {
  readonly name: string;
  readonly shape: Shape;
}

/** One named tensor of a network's weights. */
export interface Parameter extends NamedShape {
  readonly start: Initialiser;
  /** Weight decay acts on kernels, not on norms and biases. */
  readonly decays: boolean;
}

/** Numbers that training keeps but no gradient changes, such as a running mean. */
export interface Statistic extends NamedShape {
  /** What each of them starts at. */
  readonly start: number;
}

/** All that a network asks for, in its order. */
export interface Inventory {
  readonly parameters: readonly Parameter[];
  readonly statistics: readonly Statistic[];
}

/** Asked for tensors while a network is built. */
export interface Builder {
  /** A trained tensor; the same name gives the same value. */
  parameter(
    name: string,
    shape: Shape,
    settings: { readonly start: Initialiser; readonly decays?: boolean },
  ): Value;
  /** A tensor that training keeps but no gradient changes; the same name gives the same value. */
  statistic(name: string, shape: Shape, start: number): Value;
  /** Says what a statistic is after this step; ignored in "eval". */
  update(name: string, next: Value): void;
  /** "train": batch statistics and every output; "eval": what is exported and predicts. */
  readonly mode: "train" | "eval";
}

/** A network: from its input to its logits, finest first; in "eval" there is exactly one. */
export type Network = (x: Value, builder: Builder) => readonly Value[];
