/** @file ONNX Runtime's blocked operations as they are documented, one element after the other. */
import { at, type Computed, fill } from "./reference-tensor.ts";
import { type Shape, sizeOf, type ValueOf } from "./value.ts";

/** Where [n, c, h, w] lies in memory of [n, c / block, h, w, block]. */
export function placeInBlocks(
  [n, c, y, x]: readonly number[],
  [, channels, height, width]: Shape,
  block: number,
): number {
  const blocks = n * (channels / block) + Math.floor(c / block);
  return ((blocks * height + y) * width + x) * block + (c % block);
}

/** Channels in blocks, filled up with zeros. */
export function inBlocks(x: Computed, block: number): Float64Array {
  const shape = x.shape.with(1, Math.ceil(x.shape[1] / block) * block);
  const data = new Float64Array(sizeOf(shape));
  fill(x.shape, (index) => {
    data[placeInBlocks(index, shape, block)] = at(x, index);
    return 0;
  });
  return data;
}

/** As it is documented, one element after the other. */
export function blockedConvolution(
  [x, weight, ...rest]: readonly Computed[],
  { shape, attributes }: ValueOf<"BlockedConv">,
): Float64Array {
  const { block, groups, strides, padsBefore, dilations, activation } = attributes;
  const bias = attributes.bias ? rest[0].data : undefined;
  const sum = attributes.sum ? rest.at(-1)?.data : undefined;
  const [, channels] = weight.shape;
  const isByChannel = groups === shape[1];
  const plainInput = !isByChannel && channels < block;
  const data = new Float64Array(sizeOf(shape));
  fill(shape, ([n, o, ...place]) => {
    const to = placeInBlocks([n, o, ...place], shape, block);
    let result = (bias?.[o] ?? 0) + (sum?.[to] ?? 0);
    fill(weight.shape.slice(1), ([c, ...k]) => {
      const from = place.map(
        (p, axis) => p * strides[axis] - padsBefore[axis] + k[axis] * dilations[axis],
      );
      if (from.some((p, axis) => p < 0 || p >= x.shape[axis + 2])) return 0;
      const source = [n, Math.floor(o / (shape[1] / groups)) * channels + c, ...from];
      const value = plainInput ? at(x, source) : x.data[placeInBlocks(source, x.shape, block)];
      result += value * weight.data[placeOfWeight([o, c, ...k], weight.shape, block)];
      return 0;
    });
    data[to] = activated(result, activation);
    return 0;
  });
  return data;
}

/** Where [o, c, kh, kw] lies among blocked weights: outputs, and whole blocks of channels, in blocks. */
function placeOfWeight(
  [o, c, ...k]: readonly number[],
  [, channels, height, width]: Shape,
  block: number,
): number {
  const inner = channels < block ? 1 : block;
  const [outer, within] = [Math.floor(c / inner), c % inner];
  const pixel = k[0] * width + k[1];
  const pixels = height * width;
  const blocks = (Math.floor(o / block) * (channels / inner) + outer) * pixels + pixel;
  return (blocks * inner + within) * block + (o % block);
}

function activated(
  value: number,
  activation: ValueOf<"BlockedConv">["attributes"]["activation"],
): number {
  if (activation === undefined) return value;
  return activation.kind === "LeakyRelu"
    ? value < 0
      ? activation.slope * value
      : value
    : Math.min(activation.maximum, Math.max(activation.minimum, value));
}
