/** @file The gradient to the weights, by convolutions whose kernels are as large as images. */
import {
  blockedConv,
  concat,
  fromBlocked,
  gather,
  pad,
  reshape,
  sliceAxis,
  toBlocked,
  transpose,
} from "../ops.ts";
import { type Shape, sizeOf, type Value, type ValueOf } from "../value.ts";

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
  block,
}: {
  readonly x: Operand;
  readonly upstream: Operand;
  readonly node: ValueOf<"ConvWeightGradient">;
  readonly block: number;
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
      ...{ image: upstream, filter: x, kernel, strides, block },
      filterSizes: xSizes,
      padsBefore: kernel.map((size, axis) => size - 1 - padsBefore[axis]),
    });
    return weightsFromTurned(turned, node.shape);
  }
  if (upstream.blocked === undefined) return undefined;
  const straight = correlate({
    ...{ image: x, filter: upstream, kernel, strides, block },
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
  readonly block: number;
}

/** [image's c / i, filter's c / b, places of the kernel, i, b], where i is 1 or a block. */
function correlate({ image, filter, filterSizes, kernel, strides, ...rest }: Correlation): Value {
  const { padsBefore, block } = rest;
  const filterBlocks = filter.blocked?.() as Value;
  const filters = reshape(filterBlocks, [
    sizeOf(filterBlocks.shape.slice(0, -4)),
    ...filterBlocks.shape.slice(-4),
  ]);
  // As much of the image as the filter reaches at its furthest place.
  const sizes = filterSizes.map((size, axis) => (size - 1) * strides[axis] + kernel[axis]);
  const images = windowOf(image.blocked?.() ?? withInner(image.planes()), { padsBefore, sizes });
  const leads = kernel.length - 2;
  const places = Array.from({ length: leads === 0 ? 1 : kernel[0] }, (_, place) => place);
  const results = places.map((place) => {
    const depths = Array.from(
      { length: leads === 0 ? 1 : filterSizes[0] },
      (_, depth) => place + depth * (leads === 0 ? 1 : strides[0]),
    );
    return overImages({ images, filters, depths, strides: strides.slice(-2), block });
  });
  return concat(results, 2);
}

/** [n, lead…, c, h, w] → [n, lead…, c, h, w, 1] */
const withInner = (planes: Value): Value => reshape(planes, [...planes.shape, 1]);

/** [n, lead…, c / i, h, w, i] with its spatial axes padded, or cut off, to the given sizes. */
function windowOf(
  x: Value,
  {
    padsBefore,
    sizes,
  }: { readonly padsBefore: readonly number[]; readonly sizes: readonly number[] },
): Value {
  const leads = sizes.length - 2;
  const zeros = x.shape.map(() => 0);
  const amounts = { before: [...zeros], after: [...zeros] };
  sizes.forEach((size, axis) => {
    const at = axis < leads ? 1 + axis : 2 + axis;
    amounts.before[at] = padsBefore[axis];
    amounts.after[at] = size - padsBefore[axis] - x.shape[at];
  });
  return pad(x, amounts);
}

/**
 * Σ over images, at some of their depths, of their correlation: images [n, lead…, c / i, H, W, i],
 * filters [m, o / b, h, w, b] → [c / i, o / b, kh · kw, i, b]. Channels inside a block are columns
 * side by side, so that one row of results is for all of them and reads a filter once for six.
 */
function overImages({
  images,
  filters,
  depths,
  strides,
  block,
}: {
  readonly images: Value;
  readonly filters: Value;
  readonly depths: readonly number[];
  readonly strides: readonly number[];
  readonly block: number;
}): Value {
  const [outer, height, width, inner] = images.shape.slice(-4);
  const [count, blocks, filterHeight, filterWidth] = filters.shape;
  const lead = sizeOf(images.shape.slice(1, -4));
  const flat = reshape(images, [images.shape[0] * lead * outer, height, width * inner]);
  const whole = count - (count % block);
  const ranges = [
    { start: 0, size: whole },
    { start: whole, size: count - whole },
  ].filter(({ size }) => size > 0);
  let sum: Value | undefined;
  for (const range of ranges) {
    const inBlocks = range.size >= block;
    const wanted = Array.from({ length: outer * range.size }, (_, place) => {
      const [channel, image] = [Math.floor(place / range.size), range.start + (place % range.size)];
      const batch = Math.floor(image / depths.length);
      return (batch * lead + depths[image % depths.length]) * outer + channel;
    });
    const shape = [outer, range.size, height, width * inner];
    const some = reshape(gather(flat, 0, wanted), shape);
    const weights = sliceAxis(filters, 0, range);
    sum = blockedConv(
      [
        inBlocks ? toBlocked(some, block) : some,
        reshape(inBlocks ? filtersInBlocks(weights, block) : swapFirst(weights), [
          blocks * block,
          range.size,
          filterHeight,
          filterWidth,
        ]),
        ...(sum ? [sum] : []),
      ],
      {
        ...{ strides: [1, 1], padsBefore: [0, 0], padsAfter: [0, 0] },
        dilations: [strides[0], strides[1] * inner],
        ...{ groups: 1, block, bias: false, sum: sum !== undefined },
      },
    );
  }
  const result = sum as Value;
  const places = (result.shape[2] * result.shape[3]) / inner;
  return reshape(result, [outer, blocks, places, inner, block]);
}

/** The first two axes exchanged; free where one of them is 1. */
function swapFirst(x: Value): Value {
  const [first, second, ...rest] = x.shape;
  return first === 1 || second === 1
    ? reshape(x, [second, first, ...rest])
    : transpose(x, [1, 0, ...rest.map((_, axis) => axis + 2)]);
}

/** [m, o / b, h, w, b] → [o / b, m / b, h · w, b of m, b of o] */
function filtersInBlocks(filters: Value, block: number): Value {
  const [count, blocks, height, width] = filters.shape;
  const apart = reshape(filters, [count / block, block, blocks, height * width, block]);
  return transpose(apart, [2, 0, 3, 1, 4]);
}

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
