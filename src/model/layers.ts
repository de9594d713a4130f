import { HeparError } from "../core/index.ts";
import {
  add,
  conv,
  convInputGradient,
  instanceNorm,
  leakyRelu,
  reduceMax,
  reduceMean,
  reshape,
  type Shape,
  sizeOf,
  slice,
  type Value,
} from "../onnx/index.ts";
import { layer } from "./layer.ts";
import type { Builder } from "./parameters.ts";

/** Slope of every leaky ReLU, as in nnU-Net. */
const slope = 0.01;
const epsilon = 1e-5;

/** How a scale or a bias starts. */
const constantAt = (value: number) =>
  ({ start: { kind: "constant", value }, decays: false }) as const;

export interface ConvSettings {
  readonly name: string;
  readonly channels: number;
  /** One entry a spatial axis. Default: 1 everywhere. */
  readonly kernel?: readonly number[];
  /** Default: 1 everywhere. */
  readonly stride?: readonly number[];
  /** Zeros on either side of each axis. Default: half the kernel, which keeps an image's size. */
  readonly padding?: readonly number[];
  /** Default: none, as where a norm would take it away again. */
  readonly bias?: boolean;
  /** Of the leaky ReLU that follows, for the kernel's start. Default: that of `slope`. */
  readonly slopeAfter?: number;
  /** So many neighbouring channels start alike. Default: 1. */
  readonly alike?: number;
}

/** Convolution: [n, c, …] → [n, channels, …/stride]. */
export const convolution = layer<ConvSettings>((x, builder, settings) => {
  const [, inputs, ...spatial] = x.shape;
  const ones = spatial.map(() => 1);
  const { name, channels, kernel = ones, stride = ones, slopeAfter = slope, alike } = settings;
  const weight = builder.parameter(`${name}.weight`, [channels, inputs, ...kernel], {
    start: { kind: "he", fanIn: inputs * sizeOf(kernel), slope: slopeAfter, alike },
  });
  const pads = settings.padding ?? kernel.map((size) => (size - 1) >> 1);
  const product = conv(x, weight, { strides: stride, padsBefore: pads, padsAfter: pads });
  return settings.bias ? plusBias(product, builder, name) : product;
});

/** One number a channel, added. */
function plusBias(x: Value, builder: Builder, name: string): Value {
  const [, channels, ...spatial] = x.shape;
  const bias = builder.parameter(`${name}.bias`, [channels], constantAt(0));
  return add(x, reshape(bias, [1, channels, ...spatial.map(() => 1)]));
}

/** Instance norm with a scale and a bias a channel. */
export const norm = layer<{ readonly name: string; readonly start?: number }>(
  (x, builder, { name, start = 1 }) =>
    instanceNorm(x, {
      scale: builder.parameter(`${name}.weight`, [x.shape[1]], constantAt(start)),
      bias: builder.parameter(`${name}.bias`, [x.shape[1]], constantAt(0)),
      epsilon,
    }),
);

/**
 * Transposed convolution whose kernel is its stride: [n, c, …] → [n, channels, … · stride]. Blocks do
 * not overlap, so that it is the gradient of a strided convolution, which also runs where ONNX Runtime has no
 * ConvTranspose.
 */
export const upConv = layer<{
  readonly name: string;
  readonly channels: number;
  readonly stride: readonly number[];
  /** Default: true. */
  readonly bias?: boolean;
}>((x, builder, { name, channels, stride, bias = true }) => {
  const [, inputs, ...spatial] = x.shape;
  // PyTorch's layout: [c, channels, kernel].
  const weight = builder.parameter(`${name}.weight`, [inputs, channels, ...stride], {
    start: { kind: "he", fanIn: inputs, slope },
  });
  const none = stride.map(() => 0);
  const joined = convInputGradient(x, weight, {
    ...{ strides: stride, padsBefore: none, padsAfter: none },
    sizes: spatial.map((size, axis) => size * stride[axis]),
  });
  return bias ? plusBias(joined, builder, name) : joined;
});

interface PoolSettings {
  readonly name: string;
  /** Size of a block, one entry a spatial axis; every axis is a multiple of it. */
  readonly stride: readonly number[];
}

/** One number for each block: [n, c, …] → [n, c, …/stride]. */
const poolOf = (reduce: (blocks: Value, axes: readonly number[]) => Value) =>
  layer<PoolSettings>((x, _, { stride }) => {
    const [batch, channels, ...spatial] = x.shape;
    if (spatial.some((size, axis) => size % stride[axis] !== 0)) {
      throw new HeparError(
        "graph.shape",
        `${stride.join(" × ")} pooling takes multiples of it, got ${spatial.join(" × ")}`,
        { hint: "choose an image size that every stage can divide" },
      );
    }
    const blocks = spatial.flatMap((size, axis) => [size / stride[axis], stride[axis]]);
    const within = spatial.map((_, axis) => 3 + 2 * axis);
    const pooled = reduce(reshape(x, [batch, channels, ...blocks]), within);
    return reshape(pooled, [batch, channels, ...spatial.map((size, axis) => size / stride[axis])]);
  });

export const maxPool = poolOf(reduceMax);
export const averagePool = poolOf(reduceMean);

/** The middle of the given size: [n, c, …] → [n, c, …size]. */
export function cropCentre(x: Value, size: Shape): Value {
  const starts = [0, 0, ...size.map((length, axis) => (x.shape[axis + 2] - length) >> 1)];
  return slice(x, { starts, sizes: [...x.shape.slice(0, 2), ...size] });
}

/** Leaky ReLU, as in nnU-Net. */
export const activation = (x: Value): Value => leakyRelu(x, slope);
