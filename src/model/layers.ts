import { HeparError } from "../core/index.ts";
import {
  add,
  conv,
  instanceNorm,
  leakyRelu,
  matMul,
  reduceMax,
  reshape,
  type Shape,
  sizeOf,
  slice,
  transpose,
  type Value,
} from "../onnx/index.ts";
import type { Builder } from "./parameters.ts";

/** Slope of every leaky ReLU, as in nnU-Net. */
const slope = 0.01;
const epsilon = 1e-5;

export interface ConvSettings {
  readonly name: string;
  readonly channels: number;
  /** One entry a spatial axis; odd, padded so that stride 1 keeps the size. */
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
}

/**
 * Convolution, instance norm, leaky ReLU: [n, c, …] → [n, channels, …/stride]. Without a bias, which
 * the norm would take away again.
 */
export function convBlock(x: Value, builder: Builder, settings: ConvSettings): Value {
  const { name, channels, kernel, stride } = settings;
  const inputs = x.shape[1];
  const weight = builder.parameter(`${name}.conv.weight`, [channels, inputs, ...kernel], {
    start: { kind: "he", fanIn: inputs * sizeOf(kernel), slope },
  });
  const pads = kernel.map((size) => (size - 1) / 2);
  const convolved = conv(x, weight, { strides: stride, padsBefore: pads, padsAfter: pads });
  const normed = instanceNorm(convolved, {
    scale: builder.parameter(`${name}.norm.weight`, [channels], one),
    bias: builder.parameter(`${name}.norm.bias`, [channels], zero),
    epsilon,
  });
  return leakyRelu(normed, slope);
}

const one = { start: { kind: "constant", value: 1 }, decays: false } as const;
const zero = { start: { kind: "constant", value: 0 }, decays: false } as const;

/** Unpadded 3 × 3 convolution with bias, ReLU: [n, c, h, w] → [n, channels, h − 2, w − 2]. */
export function convRelu(
  x: Value,
  builder: Builder,
  { name, channels }: Pick<ConvSettings, "name" | "channels">,
): Value {
  const inputs = x.shape[1];
  const weight = builder.parameter(`${name}.weight`, [channels, inputs, 3, 3], {
    start: { kind: "he", fanIn: inputs * 9, slope: 0 },
  });
  const bias = builder.parameter(`${name}.bias`, [channels], zero);
  const none = [0, 0];
  const product = conv(x, weight, { strides: [1, 1], padsBefore: none, padsAfter: none });
  return leakyRelu(add(product, reshape(bias, [1, channels, 1, 1])), 0);
}

/**
 * The largest of each 2 × 2 block: [n, c, h, w] → [n, c, h/2, w/2].
 *
 * @throws `graph.shape` when h or w is odd
 */
export function maxPool(x: Value): Value {
  const [batch, channels, height, width] = x.shape;
  if (height % 2 !== 0 || width % 2 !== 0) {
    throw new HeparError(
      "graph.shape",
      `2 × 2 pooling takes even sizes, got ${height} × ${width}`,
      {
        hint: "choose an image size that every stage can halve, such as 572 for the U-Net of 2015",
      },
    );
  }
  const blocks = reshape(x, [batch, channels, height / 2, 2, width / 2, 2]);
  return reshape(reduceMax(blocks, [3, 5]), [batch, channels, height / 2, width / 2]);
}

/** The middle of the given size: [n, c, …] → [n, c, …size]. */
export function cropCentre(x: Value, size: Shape): Value {
  const starts = [0, 0, ...size.map((length, axis) => (x.shape[axis + 2] - length) >> 1)];
  return slice(x, { starts, sizes: [...x.shape.slice(0, 2), ...size] });
}

/** A 1 × 1 convolution with bias: [n, c, …] → [n, channels, …]. */
export function pointwise(
  x: Value,
  builder: Builder,
  { name, channels }: { readonly name: string; readonly channels: number },
): Value {
  const [, inputs, ...spatial] = x.shape;
  const ones = spatial.map(() => 1);
  const weight = builder.parameter(`${name}.weight`, [channels, inputs, ...ones], {
    start: { kind: "he", fanIn: inputs, slope },
  });
  const bias = builder.parameter(`${name}.bias`, [channels], zero);
  const zeros = spatial.map(() => 0);
  const product = conv(x, weight, { strides: ones, padsBefore: zeros, padsAfter: zeros });
  return add(product, reshape(bias, [1, channels, ...ones]));
}

/**
 * Transposed convolution whose kernel is its stride: [n, c, …] → [n, channels, … · stride]. Blocks do
 * not overlap, so it is one product and a depth-to-space, which also runs where ONNX Runtime has no
 * ConvTranspose.
 */
export function upConv(
  x: Value,
  builder: Builder,
  { name, channels, stride }: Pick<ConvSettings, "name" | "channels" | "stride">,
): Value {
  const [batch, inputs, ...spatial] = x.shape;
  // PyTorch's layout: [c, channels, kernel].
  const weight = builder.parameter(`${name}.weight`, [inputs, channels, ...stride], {
    start: { kind: "he", fanIn: inputs, slope },
  });
  const bias = builder.parameter(`${name}.bias`, [channels], zero);
  const pixels = sizeOf(spatial);
  const block = sizeOf(stride);
  const product = matMul(
    reshape(weight, [inputs, channels * block]),
    reshape(x, [batch, inputs, pixels]),
    { transposeA: true },
  );
  // [n, channels, s…, w…] → [n, channels, w0, s0, w1, s1, …]
  const rank = spatial.length;
  const apart = reshape(product, [batch, channels, ...stride, ...spatial]);
  const order = spatial.flatMap((_, axis) => [2 + rank + axis, 2 + axis]);
  const joined = reshape(transpose(apart, [0, 1, ...order]), [
    batch,
    channels,
    ...spatial.map((size, axis) => size * stride[axis]),
  ]);
  return add(joined, reshape(bias, [1, channels, ...spatial.map(() => 1)]));
}
