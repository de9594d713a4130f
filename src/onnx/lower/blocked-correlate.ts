/** @file The gradient to the weights, by convolutions whose kernels are as large as images. */
import { add, concat, fromBlocked, gather, mul, pad, reshape, sub, transpose } from "../ops.ts";
import { type Shape, sizeOf, type Value, type ValueOf } from "../value.ts";
import { differences, turnPairs } from "./blocked-depth.ts";
import { correlatePlanes, type Planes } from "./correlate-planes.ts";

/** A tensor of a weight gradient, in whichever layouts it has. */
export interface Operand {
  readonly channels: number;
  /** [n, lead…, c, h, w] */
  readonly planes: () => Value;
  /** [n, lead…, c / block, h, w, block]; `undefined` where the channels fill no blocks. */
  readonly blocked: (() => Value) | undefined;
}

/**
 * The gradient to the weights, as a convolution whose kernel is as large as the image: one tensor's
 * channels are its batch, the images its channels, and the other tensor its weights. Few outputs,
 * [kh, kw] each, but every arithmetic unit busy and no copy for each kernel place.
 *
 * @returns [o, c, …kernel]; `undefined` where neither tensor can be the weights
 */
export function weightGradient({
  x,
  upstream,
  node,
}: {
  readonly x: Operand;
  readonly upstream: Operand;
  readonly node: ValueOf<"ConvWeightGradient">;
}): Value | undefined {
  const { strides, kernel, padsBefore } = node.attributes;
  const [xSizes, upstreamSizes] = node.inputs.map(({ shape }) => shape.slice(2));
  // With stride 1 the two may change roles: the kernel's places then come out turned round.
  const swappable = strides.every((stride) => stride === 1);
  const swaps =
    x.blocked !== undefined &&
    swappable &&
    (upstream.blocked === undefined || upstream.channels < x.channels);
  if (swaps) {
    const turned = correlate({
      ...{ image: upstream, filter: x, kernel, strides },
      filterSizes: xSizes,
      padsBefore: kernel.map((size, axis) => size - 1 - padsBefore[axis]),
    });
    return weightsFromTurned(turned, node.shape);
  }
  if (upstream.blocked === undefined) return undefined;
  const straight = correlate({
    ...{ image: x, filter: upstream, kernel, strides },
    filterSizes: upstreamSizes,
    padsBefore,
  });
  return weightsFrom(straight, node.shape);
}

interface Correlation {
  readonly image: Operand;
  readonly filter: Operand;
  readonly filterSizes: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly padsBefore: readonly number[];
}

/** [image's c / i, filter's c / b, places of the kernel, i, b], where i is 1 or a block. */
function correlate({ image, filter, kernel, strides, padsBefore, ...rest }: Correlation): Value {
  const planes = withDepth(image.blocked?.() ?? withInner(image.planes()), kernel);
  const filters = withDepth(filter.blocked?.() as Value, kernel);
  // As much of the image as the filter reaches at its furthest place.
  const sizes = rest.filterSizes.map((size, axis) => (size - 1) * strides[axis] + kernel[axis]);
  const flat = { before: padsBefore.slice(-2), sizes: sizes.slice(-2) };
  const inPlanes = { filters, strides: strides.slice(-2) };
  const depth = filters.shape[1];
  const depths = Array.from({ length: depth }, (_, place) => place);
  if (kernel.length === 2) {
    return correlatePlanes({ ...inPlanes, images: padPlanes(planes, flat), depths })[0];
  }
  const isAligned = kernel[0] === 3 && strides[0] === 1 && padsBefore[0] === 1;
  if (isAligned && image.blocked && depth === planes.shape[1] && depth % 2 === 0) {
    return correlatePairs({ ...inPlanes, images: padPlanes(planes, flat), depths });
  }
  const images = padSpatial(planes, { before: padsBefore, sizes });
  const places = Array.from({ length: kernel[0] }, (_, place) =>
    correlatePlanes({
      ...{ ...inPlanes, images },
      depths: depths.map((at) => place + at * strides[0]),
    }),
  );
  return concat(places.flat(), 2);
}

/**
 * Three places of the depth by the transpose of the convolution of pairs, F(3, 2): the slices' gradients
 * from those of what multiplies m₀…m₃ there.
 */
function correlatePairs({ images, filters, ...rest }: Planes): Value {
  const block = filters.shape[5];
  const [first, last] = correlatePlanes({
    ...{ ...rest, images: differences(images, block), filters, turns: 2 },
  });
  const turn = { sign: -1, block } as const;
  const [sum, difference] = correlatePlanes({
    ...{ ...rest, images: turnPairs(images, turn), filters: turnPairs(filters, turn), turns: 2 },
  });
  const around = mul(sub(sum, difference), 0.5);
  const places = [add(first, around), mul(add(sum, difference), 0.5), sub(around, last)];
  return concat(places, 2);
}

/** [n, lead…, c, h, w] → [n, lead…, c, h, w, 1] */
const withInner = (planes: Value): Value => reshape(planes, [...planes.shape, 1]);

/** [n, lead…, c / i, h, w, i] → [n, d, c / i, h, w, i]; in 2D the depth is 1. */
const withDepth = (x: Value, kernel: Shape): Value =>
  kernel.length === 3 ? x : reshape(x, [x.shape[0], 1, ...x.shape.slice(1)]);

/** Where padded axes begin, and their sizes then. */
interface Padding {
  readonly before: Shape;
  readonly sizes: Shape;
}

/** [n, d, c / i, h, w, i] with d, h and w padded, or cut off. */
function padSpatial(x: Value, { before, sizes }: Padding): Value {
  const amounts = { before: x.shape.map(() => 0), after: x.shape.map(() => 0) };
  for (const [axis, at] of [1, 3, 4].entries()) {
    amounts.before[at] = before[axis];
    amounts.after[at] = sizes[axis] - before[axis] - x.shape[at];
  }
  return pad(x, amounts);
}

/** [n, d, c / i, h, w, i] with h and w padded, or cut off. */
const padPlanes = (x: Value, { before, sizes }: Padding): Value =>
  padSpatial(x, { before: [0, ...before], sizes: [x.shape[1], ...sizes] });

/** x [c / i, o / b, k, i, b] → the weights' [o, c, …kernel]. */
function weightsFrom(correlation: Value, shape: Shape): Value {
  const block = correlation.shape[4];
  const [outputs, channels, ...kernel] = shape;
  const inOrder = transpose(correlation, [1, 0, 3, 2, 4]);
  const nominal = reshape(inOrder, [1, outputs, channels, sizeOf(kernel)]);
  return reshape(fromBlocked(nominal, { block, channels: outputs }), shape);
}

/**
 * The upstream gradient was the image: [o / i, c / b, k, i, b] → the weights' [o, c, …kernel]. The
 * kernel's places are turned round.
 */
function weightsFromTurned(correlation: Value, shape: Shape): Value {
  const block = correlation.shape[4];
  const [outputs, channels, ...kernel] = shape;
  const places = sizeOf(kernel);
  const backwards = Array.from({ length: places }, (_, place) => places - 1 - place);
  const inOrder = transpose(gather(correlation, 2, backwards), [0, 3, 1, 2, 4]);
  const nominal = reshape(inOrder, [outputs, channels, 1, places]);
  return reshape(fromBlocked(nominal, { block, channels }), shape);
}
