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
import { window } from "./blocked-layout.ts";

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
    return mergeBlocks(turned, { block, turned: true, shape: node.shape });
  }
  if (upstream.blocked === undefined) return undefined;
  const straight = correlate({
    ...{ image: x, filter: upstream, kernel, strides, block },
    filterSizes: upstreamSizes,
    padsBefore,
  });
  return mergeBlocks(straight, { block, turned: false, shape: node.shape });
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

/** For each place of the kernel's leading axis: [image's c, filter's c / b, kh · kw, b]. */
function correlate({ image, filter, filterSizes, kernel, strides, ...rest }: Correlation): Value[] {
  const { padsBefore, block } = rest;
  const leads = kernel.length - 2;
  const filterBlocks = filter.blocked?.() as Value;
  // As much of the image as the filter reaches at its furthest place.
  const sizes = filterSizes.map((size, axis) => (size - 1) * strides[axis] + kernel[axis]);
  const [height, width] = sizes.slice(-2);
  const planes = image.planes();
  const rank = planes.shape.length;
  const amounts = (before: number, axis: number): { before: number; after: number } => ({
    before,
    after: sizes[axis] - before - planes.shape[axis < leads ? 1 + axis : rank - 2 + axis - leads],
  });
  const [y, column] = [leads, leads + 1].map((axis) => amounts(padsBefore[axis], axis));
  const zeros = planes.shape.slice(0, -2).map(() => 0);
  const padded = pad(planes, {
    before: [...zeros, y.before, column.before],
    after: [...zeros, y.after, column.after],
  });
  const places = leads === 0 ? [undefined] : Array.from({ length: kernel[0] }, (_, n) => n);
  return places.map((place) => {
    const images =
      place === undefined
        ? padded
        : window(padded, 1, {
            start: place - padsBefore[0],
            size: filterSizes[0],
            step: strides[0],
          });
    return overImages({
      images: reshape(images, [sizeOf(images.shape.slice(0, -3)), image.channels, height, width]),
      filters: reshape(filterBlocks, [
        sizeOf(filterBlocks.shape.slice(0, -4)),
        ...filterBlocks.shape.slice(-4),
      ]),
      strides: strides.slice(-2),
      block,
    });
  });
}

/**
 * Σ over images of their correlation: images [m, c, H, W], filters [m, o / b, h, w, b] →
 * [c, o / b, kh · kw, b]. Whole blocks of images are channels in blocks, the rest plain ones.
 */
function overImages({
  images,
  filters,
  strides,
  block,
}: {
  readonly images: Value;
  readonly filters: Value;
  readonly strides: readonly number[];
  readonly block: number;
}): Value {
  const [count, channels, height, width] = images.shape;
  const [, blocks, filterHeight, filterWidth] = filters.shape;
  const whole = count - (count % block);
  const ranges = [
    { start: 0, size: whole },
    { start: whole, size: count - whole },
  ].filter(({ size }) => size > 0);
  let sum: Value | undefined;
  for (const range of ranges) {
    const inBlocks = range.size >= block;
    const some = sliceAxis(images, 0, range);
    const weights = sliceAxis(filters, 0, range);
    sum = blockedConv(
      [
        reshape(inBlocks ? imagesInBlocks(some, block) : swapFirst(some), [
          channels,
          range.size,
          height,
          width,
        ]),
        reshape(inBlocks ? filtersInBlocks(weights, block) : swapFirst(weights), [
          blocks * block,
          range.size,
          filterHeight,
          filterWidth,
        ]),
        ...(sum ? [sum] : []),
      ],
      {
        ...{ strides: [1, 1], padsBefore: [0, 0], padsAfter: [0, 0], dilations: strides },
        ...{ groups: 1, block, bias: false, sum: sum !== undefined },
      },
    );
  }
  const result = sum as Value;
  return reshape(result, [channels, blocks, result.shape[2] * result.shape[3], block]);
}

/** The first two axes exchanged; free where one of them is 1. */
function swapFirst(x: Value): Value {
  const [first, second, ...rest] = x.shape;
  return first === 1 || second === 1
    ? reshape(x, [second, first, ...rest])
    : transpose(x, [1, 0, ...rest.map((_, axis) => axis + 2)]);
}

/** [m, c, h, w] → [c, m / b, h · w, b] */
function imagesInBlocks(images: Value, block: number): Value {
  const [count, channels, height, width] = images.shape;
  const inBlocks = toBlocked(reshape(images, [1, count, channels, height * width]), block);
  return swapFirst(reshape(inBlocks, [count / block, channels, height * width, block]));
}

/** [m, o / b, h, w, b] → [o / b, m / b, h · w, b of m, b of o] */
function filtersInBlocks(filters: Value, block: number): Value {
  const [count, blocks, height, width] = filters.shape;
  const apart = reshape(filters, [count / block, block, blocks, height * width, block]);
  return transpose(apart, [2, 0, 3, 1, 4]);
}

/**
 * Each leading place's [image's c, filter's c / b, k, b] → the weights' [o, c, …kernel].
 *
 * @param turned - the upstream gradient was the image, so that the kernel's places are turned round
 */
function mergeBlocks(
  places: readonly Value[],
  {
    block,
    turned,
    shape,
  }: { readonly block: number; readonly turned: boolean; readonly shape: Shape },
): Value {
  const [outputs, channels, ...kernel] = shape;
  const pixels = sizeOf(kernel.slice(-2));
  const backwards = Array.from({ length: pixels }, (_, place) => pixels - 1 - place);
  const flat = places.map((place) => {
    const plain = turned
      ? fromBlocked(reshape(gather(place, 2, backwards), [outputs, channels, 1, pixels]), {
          ...{ block, channels },
        })
      : fromBlocked(reshape(swapFirst(place), [1, outputs, channels, pixels]), {
          ...{ block, channels: outputs },
        });
    return reshape(plain, [outputs, channels, 1, pixels]);
  });
  return reshape(concat(turned ? flat.toReversed() : flat, 2), shape);
}
