import { add, type Value } from "../onnx/index.ts";
import type { Layer } from "./layer.ts";
import { activation, averagePool, type ConvSettings, convolution, norm } from "./layers.ts";
import type { Builder } from "./parameters.ts";

export type BlockSettings = Required<
  Pick<ConvSettings, "name" | "channels" | "kernel" | "stride" | "bias">
>;

/** Convolution, instance norm, leaky ReLU: [n, c, …] → [n, channels, …/stride]. */
export const convBlock: Layer<BlockSettings> = (x, builder, settings) =>
  activation(convNorm(x, builder, settings));

/**
 * Two convolutions beside a shortcut, as nnU-Net's BasicBlockD: the shortcut shrinks by averages, and
 * its channels change by a 1 × 1 convolution. [n, c, …] → [n, channels, …/stride].
 *
 * @see He, T. et al. 2019, arXiv:1812.01187 (ResNet-D)
 */
export const residualBlock: Layer<BlockSettings> = (x, builder, settings) => {
  const { name, channels, kernel, stride, bias } = settings;
  const first = convBlock(x, builder, { ...settings, name: `${name}.0` });
  const again = { name: `${name}.1`, channels, kernel, bias };
  // A scale that starts at 0: a block begins as its shortcut and learns what to add.
  const second = convNorm(first, builder, { ...again, scaleStart: 0 });
  const shrinks = stride.some((step) => step !== 1);
  const pooled = shrinks ? averagePool(x, builder, { name: `${name}.pool`, stride }) : x;
  const shortcut =
    x.shape[1] === channels
      ? pooled
      : convNorm(pooled, builder, { name: `${name}.skip`, channels });
  return activation(add(second, shortcut));
};

/** Convolution and norm of a block, `<name>.conv` and `<name>.norm`. */
function convNorm(
  x: Value,
  builder: Builder,
  { name, scaleStart = 1, ...settings }: ConvSettings & { readonly scaleStart?: number },
): Value {
  const convolved = convolution(x, builder, { ...settings, name: `${name}.conv` });
  return norm(convolved, builder, { name: `${name}.norm`, start: scaleStart });
}

/** Blocks one after the other, `<name>.0`, `<name>.1` …; the first of them strides. */
export const stack: Layer<
  BlockSettings & { readonly block: Layer<BlockSettings>; readonly count: number }
> = (x, builder, { block, count, ...settings }) => {
  let at = x;
  for (let index = 0; index < count; index++) {
    const stride = index === 0 ? settings.stride : settings.stride.map(() => 1);
    at = block(at, builder, { ...settings, name: `${settings.name}.${index}`, stride });
  }
  return at;
};
