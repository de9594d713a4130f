/**
 * @file Tensors with their channels in blocks, as ONNX Runtime's fast convolutions on the CPU want
 * them: memory of [n, lead…, c / block, h, w, block] for [n, c, lead…, h, w]. "lead" are the spatial
 * axes before the last two, which a 2D kernel does not see; to it they are part of the batch.
 *
 * A value's shape says how its memory is laid out; ONNX Runtime's own operations are told [n, c, h, w]
 * instead ("nominal"), which a Reshape, costing nothing, translates.
 */
import { fromBlocked, pad, reshape, slice, toBlocked, transpose } from "../ops.ts";
import { type Shape, sizeOf, type Value } from "../value.ts";

/** The parts of a shape [n, c, lead…, h, w]. */
export interface PlainParts {
  readonly batch: number;
  readonly channels: number;
  readonly lead: readonly number[];
  readonly height: number;
  readonly width: number;
}

export function partsOf(shape: Shape): PlainParts {
  const [batch, channels, ...spatial] = shape;
  const [height, width] = spatial.slice(-2);
  return { batch, channels, lead: spatial.slice(0, -2), height, width };
}

/** [n, lead…, c / block, h, w, block] of [n, c, lead…, h, w]. */
export const blockedShape = (shape: Shape, block: number): Shape => {
  const { batch, channels, lead, height, width } = partsOf(shape);
  return [batch, ...lead, channels / block, height, width, block];
};

/** Blocked memory as ONNX Runtime's operations are told it: [n · lead, c, h, w]. */
export function nominal(x: Value): Value {
  const [height, width, block] = x.shape.slice(-3);
  const blocks = x.shape.at(-4) ?? 1;
  return reshape(x, [sizeOf(x.shape.slice(0, -4)), blocks * block, height, width]);
}

/** [n, c, lead…, h, w] ↔ [n, lead…, c, h, w]. */
export function leadFirst(x: Value): Value {
  const rank = x.shape.length;
  if (rank === 4) return x;
  const lead = Array.from({ length: rank - 4 }, (_, axis) => axis + 2);
  return transpose(x, [0, ...lead, 1, rank - 2, rank - 1]);
}

function leadLast(x: Value): Value {
  const rank = x.shape.length;
  if (rank === 4) return x;
  const lead = Array.from({ length: rank - 4 }, (_, axis) => axis + 1);
  return transpose(x, [0, rank - 3, ...lead, rank - 2, rank - 1]);
}

/** [n, c, lead…, h, w] → [n, lead…, c / block, h, w, block]. */
export function blockedFrom(x: Value, block: number): Value {
  const first = leadFirst(x);
  const { channels, height, width } = partsOf(x.shape);
  const images = reshape(first, [sizeOf(first.shape.slice(0, -3)), channels, height, width]);
  return reshape(toBlocked(images, block), blockedShape(x.shape, block));
}

/** [n, lead…, c / block, h, w, block] → [n, c, lead…, h, w]; channels beyond `channels` are dropped. */
export function plainFrom(x: Value, channels: number): Value {
  return leadLast(planesFrom(x, channels));
}

/** [n, lead…, c / block, h, w, block] → [n, lead…, c, h, w]. */
export function planesFrom(x: Value, channels: number): Value {
  const [height, width, block] = x.shape.slice(-3);
  const images = fromBlocked(nominal(x), { block, channels });
  return reshape(images, [...x.shape.slice(0, -4), channels, height, width]);
}

/**
 * Weights [o, c, kh, kw] as a blocked convolution takes them: outputs, and channels where there are at
 * least a block of them, in blocks. Outputs are filled up with zeros.
 */
export function blockedWeights(weight: Value, block: number): Value {
  const [outputs, channels, height, width] = weight.shape;
  const pixels = height * width;
  const blocks = Math.ceil(outputs / block);
  // Filled up here, since ONNX Runtime reorders multiples of four channels only.
  const filled = pad(weight, {
    before: [0, 0, 0, 0],
    after: [blocks * block - outputs, 0, 0, 0],
  });
  const byOutput = toBlocked(reshape(filled, [1, blocks * block, channels, pixels]), block);
  const shape = [blocks * block, channels, height, width];
  if (channels < block) return reshape(byOutput, shape);
  const apart = reshape(byOutput, [blocks, channels / block, block, pixels, block]);
  return reshape(transpose(apart, [0, 1, 3, 2, 4]), shape);
}

/** `size` entries of an axis at a distance, from `start`; what lies outside is 0. */
export function window(
  x: Value,
  axis: number,
  { start, size, step }: { readonly start: number; readonly size: number; readonly step: number },
): Value {
  const zeros = x.shape.map(() => 0);
  // Negative amounts cut off: one copy, or none.
  if (step === 1) {
    const after = start + size - x.shape[axis];
    return pad(x, { before: zeros.with(axis, -start), after: zeros.with(axis, after) });
  }
  // What there is is taken out first, so that only that is copied.
  const before = Math.max(0, Math.ceil(-start / step));
  const first = start + before * step;
  const there = Math.min(size - before, Math.ceil((x.shape[axis] - first) / step));
  const cut = slice(x, {
    starts: zeros.with(axis, first),
    sizes: x.shape.with(axis, there),
    steps: zeros.map(() => 1).with(axis, step),
  });
  return pad(cut, {
    before: zeros.with(axis, before),
    after: zeros.with(axis, size - before - there),
  });
}
