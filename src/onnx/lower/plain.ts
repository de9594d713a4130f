/**
 * @file What every backend of ONNX Runtime has: convolutions' gradients and the plane operations by
 * ONNX's standard operations. Which form is fast was measured; see docs/decisions/0003.
 */

import {
  add,
  concat,
  conv,
  exp,
  greater,
  log,
  matMul,
  mul,
  pad,
  reduceMax,
  reduceSum,
  reshape,
  slice,
  sub,
  transpose,
  where,
} from "../ops.ts";
import { spatialAxes } from "../planes.ts";
import {
  type ConvAttributes,
  type OpName,
  type Shape,
  sizeOf,
  stridesOf,
  type Value,
  type ValueOf,
} from "../value.ts";
import {
  cropUpstream,
  indicesOf,
  type PhaseConvolution,
  phaseConvolution,
  takePlaces,
} from "./input-gradient.ts";

/** The same value by other operations; `undefined` where the operation stays as it is. */
export type PlainRule<Op extends OpName> = (node: ValueOf<Op>) => Value;

export const plainRules: { readonly [Op in OpName]?: PlainRule<Op> } = {
  ConvInputGradient: plainInputGradient,
  ConvWeightGradient: plainWeightGradient,
  ScaleShift: ({ inputs: [x, gain, offset] }) =>
    isZero(offset) ? mul(x, gain) : add(mul(x, gain), offset),
  PlaneDot: ({ inputs: [a, b] }) => reduceSum(mul(a, b), spatialAxes(a)),
  // ONNX Runtime turns the tensor round for a softmax over channels; this is three times as fast.
  LogSoftmax({ inputs: [x], attributes: { axis } }) {
    const shifted = sub(x, reduceMax(x, [axis]));
    return sub(shifted, log(reduceSum(exp(shifted), [axis])));
  },
  LeakyReluGradient: ({ inputs: [y, upstream], attributes: { slope } }) =>
    where(greater(y, 0), upstream, mul(upstream, slope)),
};

/** Whether a value is a constant of zeros. */
export const isZero = (value: Value): boolean =>
  value.op === "Constant" && value.attributes.data.every((number) => number === 0);

function plainInputGradient(node: ValueOf<"ConvInputGradient">): Value {
  const [upstream, weight] = node.inputs;
  const { phases, taps, counts, padsBefore, padsAfter, ...rest } = phaseConvolution(node);
  const source = cropUpstream(upstream, rest.upstreamSizes);
  const kernel = phaseKernel(weight, { places: rest.places, taps });
  const product =
    taps.every((tap) => tap === 1) && [...padsBefore, ...padsAfter].every((n) => n === 0)
      ? pointwise(source, kernel)
      : conv(source, kernel, { strides: phases.map(() => 1), padsBefore, padsAfter });
  return interleave(product, { phases, counts, sizes: node.attributes.sizes });
}

/** [o, c, …] → [phases · c, o, …taps] */
function phaseKernel(
  weight: Value,
  { places, taps }: Pick<PhaseConvolution, "places" | "taps">,
): Value {
  const [outputs, channels, ...kernel] = weight.shape;
  const flat = reshape(weight, [outputs, channels, sizeOf(kernel)]);
  const apart = reshape(takePlaces(flat, 2, places.flat()), [
    outputs,
    channels,
    places.length,
    sizeOf(taps),
  ]);
  return reshape(transpose(apart, [2, 1, 0, 3]), [places.length * channels, outputs, ...taps]);
}

/** A 1 × 1 convolution as one product. */
function pointwise(x: Value, weight: Value): Value {
  const [batch, channels, ...spatial] = x.shape;
  const [outputs] = weight.shape;
  const lines = reshape(x, [batch, channels, sizeOf(spatial)]);
  return reshape(matMul(reshape(weight, [outputs, channels]), lines), [batch, outputs, ...spatial]);
}

/** [n, phases… · c, …counts] → [n, c, …sizes]: each axis's phases take turns. */
function interleave(
  x: Value,
  { phases, counts, sizes }: Readonly<Record<"phases" | "counts" | "sizes", Shape>>,
): Value {
  const [batch, wide] = x.shape;
  const channels = wide / sizeOf(phases);
  if (channels === wide) return crop(x, sizes);
  const rank = phases.length;
  const apart = reshape(x, [batch, ...phases, channels, ...counts]);
  const order = [0, 1 + rank, ...counts.flatMap((_, axis) => [2 + rank + axis, 1 + axis])];
  const whole = counts.map((count, axis) => count * phases[axis]);
  return crop(reshape(transpose(apart, order), [batch, channels, ...whole]), sizes);
}

const crop = (x: Value, sizes: Shape): Value =>
  x.shape.slice(2).join() === sizes.join()
    ? x
    : slice(x, { starts: x.shape.map(() => 0), sizes: [...x.shape.slice(0, 2), ...sizes] });

/**
 * dL/dweight: for each kernel offset, upstream [n, o, L] · (x shifted by it) [n, c, L]ᵀ, summed over
 * the batch.
 */
function plainWeightGradient(node: ValueOf<"ConvWeightGradient">): Value {
  const [x] = node.inputs;
  const { strides, kernel } = node.attributes;
  const [outputs, channels] = node.shape;
  const { shifted, gradient } = strides.every((stride) => stride === 1)
    ? shiftedLines(node)
    : shiftedBoxes(node);
  const batch = x.shape[0];
  const perBatch = stacksWell(channels, gradient.shape[2])
    ? matMul(gradient, concat(shifted, 1), { transposeB: true })
    : concat(
        shifted.map((line) => matMul(gradient, line, { transposeB: true })),
        2,
      );
  const summed = batch === 1 ? perBatch : reduceSum(perBatch, [0]);
  // [o, offsets · c] → [o, c, kernel]
  const offsets = sizeOf(kernel);
  const byOffset = reshape(summed, [outputs, offsets, channels]);
  return reshape(transpose(byOffset, [0, 2, 1]), node.shape);
}

/** Small images: one large product over all offsets beats many small ones (measured). */
const stacksWell = (channels: number, length: number): boolean => channels * length <= 65_536 * 2;

interface Shifted {
  /** One [n, c, L] for each kernel offset. */
  readonly shifted: readonly Value[];
  /** [n, o, L]. */
  readonly gradient: Value;
}

/**
 * Stride 1: the padded image as one line, where each kernel offset is one contiguous piece. The
 * upstream gradient is padded to the same row length, so what wraps round meets zeros.
 */
function shiftedLines(node: ValueOf<"ConvWeightGradient">): Shifted {
  const [x, upstream] = node.inputs;
  const { kernel } = node.attributes;
  const padded = padSpatial(x, node.attributes);
  const line = padded.shape.slice(2);
  const steps = stridesOf(line);
  const rows = upstream.shape[2] * steps[0];
  // Cut what only zeros would meet, so that the furthest offset still fits.
  const furthest = kernel.reduce((sum, size, axis) => sum + (size - 1) * steps[axis], 0);
  const length = Math.min(rows, sizeOf(line) - furthest);
  const wide = padTo(upstream, [upstream.shape[2], ...line.slice(1)]);
  const flat = (value: Value): Value =>
    reshape(value, [value.shape[0], value.shape[1], sizeOf(value.shape.slice(2))]);
  const cut = (value: Value, start: number): Value =>
    start === 0 && value.shape[2] === length
      ? value
      : slice(value, {
          starts: [0, 0, start],
          sizes: [value.shape[0], value.shape[1], length],
        });
  const image = flat(padded);
  return {
    shifted: indicesOf(kernel).map((offset) =>
      cut(
        image,
        offset.reduce((sum, place, axis) => sum + place * steps[axis], 0),
      ),
    ),
    gradient: cut(flat(wide), 0),
  };
}

/** Any stride: a strided box for each kernel offset. */
function shiftedBoxes(node: ValueOf<"ConvWeightGradient">): Shifted {
  const [x, upstream] = node.inputs;
  const { strides, kernel } = node.attributes;
  const padded = padSpatial(x, node.attributes);
  const [batch, channels] = x.shape;
  const sizes = upstream.shape.slice(2);
  const length = sizeOf(sizes);
  return {
    shifted: indicesOf(kernel).map((offset) =>
      reshape(
        slice(padded, {
          starts: [0, 0, ...offset],
          sizes: [batch, channels, ...sizes],
          steps: [1, 1, ...strides],
        }),
        [batch, channels, length],
      ),
    ),
    gradient: reshape(upstream, [batch, upstream.shape[1], length]),
  };
}

const padSpatial = (x: Value, { padsBefore, padsAfter }: ConvAttributes): Value =>
  pad(x, { before: [0, 0, ...padsBefore], after: [0, 0, ...padsAfter] });

/** Zeros after the spatial axes, up to the given sizes. */
function padTo(x: Value, sizes: Shape): Value {
  const after = sizes.map((size, axis) => size - x.shape[axis + 2]);
  return pad(x, { before: x.shape.map(() => 0), after: [0, 0, ...after] });
}
