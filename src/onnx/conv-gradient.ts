/**
 * @file The two gradients of a convolution, as graphs of cheap operations, in any number of spatial
 * axes. Which form is fast in ONNX Runtime was measured; see docs/decisions/0003.
 */
import { HeparError } from "../core/index.ts";
import { concat, conv, flip, matMul, pad, reduceSum, reshape, slice, transpose } from "./ops.ts";
import { spread } from "./spread.ts";
import { type Shape, sizeOf, stridesOf, type Value, type ValueOf } from "./value.ts";

/** dL/dx: the upstream gradient, dilated, convolved with the weights flipped and transposed. */
export function convInputGradient(node: ValueOf<"Conv">, upstream: Value): Value {
  const [x, weight] = node.inputs;
  const { strides, padsBefore } = node.attributes;
  const kernel = weight.shape.slice(2);
  const spatial = kernel.map((_, axis) => axis + 2);
  const turned = transpose(flip(weight, spatial), [1, 0, ...spatial]);
  const wide = strides.reduce((value, stride, axis) => spread(value, axis + 2, stride), upstream);
  const before = kernel.map((size, axis) => size - 1 - padsBefore[axis]);
  // What is left so that the result has x's size; the dilation's trailing zeros may already do.
  const after = kernel.map(
    (size, axis) => x.shape[axis + 2] + size - 1 - before[axis] - wide.shape[axis + 2],
  );
  if (before.some((amount) => amount < 0)) {
    throw new HeparError("graph.shape", `Conv: pads ${padsBefore} exceed the kernel ${kernel} − 1`);
  }
  const cropped = after.some((amount) => amount < 0)
    ? slice(wide, {
        starts: wide.shape.map(() => 0),
        sizes: wide.shape.map((size, axis) => size + Math.min(0, after[axis - 2] ?? 0)),
      })
    : wide;
  return conv(cropped, turned, {
    strides: strides.map(() => 1),
    padsBefore: before,
    padsAfter: after.map((amount) => Math.max(0, amount)),
  });
}

/**
 * dL/dweight: for each kernel offset, upstream [n, o, L] · (x shifted by it) [n, c, L]ᵀ, summed over
 * the batch.
 */
export function convWeightGradient(node: ValueOf<"Conv">, upstream: Value): Value {
  const [x, weight] = node.inputs;
  const { strides } = node.attributes;
  const [outputs, channels, ...kernel] = weight.shape;
  const { shifted, gradient } = strides.every((stride) => stride === 1)
    ? shiftedLines(node, upstream)
    : shiftedBoxes(node, upstream);
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
  return reshape(transpose(byOffset, [0, 2, 1]), weight.shape);
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
function shiftedLines(node: ValueOf<"Conv">, upstream: Value): Shifted {
  const [x, weight] = node.inputs;
  const kernel = weight.shape.slice(2);
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
    shifted: offsetsOf(kernel).map((offset) =>
      cut(
        image,
        offset.reduce((sum, place, axis) => sum + place * steps[axis], 0),
      ),
    ),
    gradient: cut(flat(wide), 0),
  };
}

/** Any stride: a strided box for each kernel offset. */
function shiftedBoxes(node: ValueOf<"Conv">, upstream: Value): Shifted {
  const [x, weight] = node.inputs;
  const { strides } = node.attributes;
  const padded = padSpatial(x, node.attributes);
  const [batch, channels] = x.shape;
  const sizes = upstream.shape.slice(2);
  const length = sizeOf(sizes);
  return {
    shifted: offsetsOf(weight.shape.slice(2)).map((offset) =>
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

const padSpatial = (x: Value, { padsBefore, padsAfter }: ValueOf<"Conv">["attributes"]): Value =>
  pad(x, { before: [0, 0, ...padsBefore], after: [0, 0, ...padsAfter] });

/** Zeros after the spatial axes, up to the given sizes. */
function padTo(x: Value, sizes: Shape): Value {
  const after = sizes.map((size, axis) => size - x.shape[axis + 2]);
  return pad(x, { before: x.shape.map(() => 0), after: [0, 0, ...after] });
}

/** Every index of a box, the last axis fastest. */
function offsetsOf(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (offsets, size) =>
      offsets.flatMap((offset) => Array.from({ length: size }, (_, n) => [...offset, n])),
    [[]],
  );
}
