/**
 * @file Convolutions and their gradients by ONNX Runtime's blocked kernels, which see two spatial axes:
 * in 3D each slice of the kernel is a 2D convolution of its own, added to those before.
 */
import { blockedShape, blockedWeights, nominal, window } from "./blocked-layout.ts";
import { type PhaseConvolution, phaseConvolution, takePlaces } from "./input-gradient.ts";
import {
  blockedConv,
  concat,
  fromBlocked,
  gather,
  pad,
  reshape,
  slice,
  sliceAxis,
  toBlocked,
  transpose,
} from "./ops.ts";
import { type ConvAttributes, type Shape, sizeOf, type Value, type ValueOf } from "./value.ts";

/** A tensor as a blocked kernel reads it: in blocks, or plain where there are fewer channels. */
export interface Source {
  /** [n, lead…, c / block, h, w, block], or, plain, [n, lead…, c, h, w]. */
  readonly value: Value;
  readonly isBlocked: boolean;
}

/** What reads a source. */
export interface Part {
  readonly source: Source;
  /**
   * Its channels' weights as a blocked kernel reads them, nominally [o, c, kh, kw], at a place of the
   * kernel's leading axis.
   */
  readonly weights: (place: number) => Value;
}

interface Convolution {
  /** Added up. */
  readonly parts: readonly Part[];
  readonly kernel: Shape;
  readonly geometry: ConvAttributes;
  readonly block: number;
  /** [o] */
  readonly bias?: Value | undefined;
}

/** A convolution: [n, lead…, ⌈o / block⌉, h, w, block]. */
export function convolve({ parts, kernel, geometry, block, bias }: Convolution): Value {
  const sizes = resultSizes(spatialSizes(parts[0].source), kernel, geometry);
  const leads = kernel.length - 2;
  const places = Array.from({ length: leads === 0 ? 1 : kernel[0] }, (_, place) => place);
  let sum: Value | undefined;
  for (const { source, weights } of parts) {
    for (const place of places) {
      const images =
        leads === 0 ? source.value : leadWindow(source.value, place, { geometry, sizes });
      const isFirst = sum === undefined;
      sum = blockedConv(
        [
          source.isBlocked ? nominal(images) : asImages(images),
          weights(place),
          ...(isFirst ? [] : [sum as Value]).toSpliced(0, 0, ...(isFirst && bias ? [bias] : [])),
        ],
        {
          strides: geometry.strides.slice(leads),
          padsBefore: geometry.padsBefore.slice(leads),
          padsAfter: geometry.padsAfter.slice(leads),
          ...{ dilations: [1, 1], groups: 1, block },
          ...{ bias: isFirst && bias !== undefined, sum: !isFirst },
        },
      );
    }
  }
  const result = sum as Value;
  return reshape(
    result,
    blockedShape([parts[0].source.value.shape[0], result.shape[1], ...sizes], block),
  );
}

/** What one place of the kernel's leading axis reads. */
const leadWindow = (
  x: Value,
  place: number,
  { geometry, sizes }: { readonly geometry: ConvAttributes; readonly sizes: Shape },
): Value =>
  window(x, 1, {
    start: place - geometry.padsBefore[0],
    size: sizes[0],
    step: geometry.strides[0],
  });

/** A source with weights [o, c, …kernel]. */
export const partOf = (source: Source, weight: Value, block: number): Part => ({
  source,
  weights: (place) => {
    const flat =
      weight.shape.length === 4 ? weight : sliceAxis(weight, 2, { start: place, size: 1 });
    const shape = [...weight.shape.slice(0, 2), ...weight.shape.slice(-2)];
    return blockedWeights(reshape(flat, shape), block);
  },
});

/** [n, lead…, c, h, w] → [n · lead, c, h, w] */
const asImages = (x: Value): Value =>
  reshape(x, [sizeOf(x.shape.slice(0, -3)), ...x.shape.slice(-3)]);

function spatialSizes({ value, isBlocked }: Source): number[] {
  const shape = isBlocked ? value.shape.slice(0, -1) : value.shape;
  return [...shape.slice(1, -3), ...shape.slice(-2)];
}

const resultSizes = (
  sizes: Shape,
  kernel: Shape,
  { strides, padsBefore, padsAfter }: ConvAttributes,
): number[] =>
  sizes.map(
    (size, axis) =>
      Math.floor((size + padsBefore[axis] + padsAfter[axis] - kernel[axis]) / strides[axis]) + 1,
  );

/**
 * The gradient to the input of a convolution whose channels fill blocks:
 * [n, lead…, c / block, h, w, block].
 *
 * @param bias - [c], added: a transposed convolution has one
 */
export function inputGradient({
  node,
  upstream,
  weight,
  block,
  bias,
}: {
  readonly node: ValueOf<"ConvInputGradient">;
  readonly upstream: Source;
  readonly weight: Value;
  readonly block: number;
  readonly bias?: Value | undefined;
}): Value {
  const { phases, padsBefore, padsAfter, ...plan } = phaseConvolution(node);
  const weights = phaseWeights(weight, { ...plan, block });
  const product = convolve({
    parts: [{ source: cropped(upstream, plan.upstreamSizes), weights }],
    kernel: plan.taps,
    geometry: { strides: phases.map(() => 1), padsBefore, padsAfter },
    block,
    bias: bias && concat(Array<Value>(sizeOf(phases)).fill(bias), 0),
  });
  return interleave(product, { phases, sizes: node.attributes.sizes });
}

/** Weights [o, c, …] as the phases' convolution reads them: nominally [phases · c, o, taps of h, w]. */
function phaseWeights(
  weight: Value,
  { places, taps, block }: Pick<PhaseConvolution, "places" | "taps"> & { readonly block: number },
): Part["weights"] {
  const [outputs, channels, ...kernel] = weight.shape;
  const inBlocks = toBlocked(reshape(weight, [outputs, channels, 1, sizeOf(kernel)]), block);
  // [o, c / b, places, b of c]
  const byPlace = reshape(inBlocks, [outputs, channels / block, sizeOf(kernel), block]);
  const pixels = sizeOf(taps.slice(-2));
  const inner = outputs < block ? 1 : block;
  return (place) => {
    const wanted = places.flatMap((tap) => tap.slice(place * pixels, (place + 1) * pixels));
    const apart = reshape(takePlaces(byPlace, 2, wanted), [
      ...[outputs / inner, inner, channels / block],
      ...[places.length, pixels, block],
    ]);
    const shape = [places.length * channels, outputs, ...taps.slice(-2)];
    return reshape(transpose(apart, [3, 2, 0, 4, 1, 5]), shape);
  };
}

function cropped(source: Source, sizes: readonly number[]): Source {
  const { value, isBlocked } = source;
  if (spatialSizes(source).join() === sizes.join()) return source;
  const [blocks, rest] = isBlocked
    ? [value.shape.at(-4), value.shape.slice(-1)]
    : [value.shape.at(-3), []];
  const shape = [value.shape[0], ...sizes.slice(0, -2), blocks ?? 1, ...sizes.slice(-2), ...rest];
  return { value: slice(value, { starts: shape.map(() => 0), sizes: shape }), isBlocked };
}

/** [n, m…, phases… · c / b, mh, mw, b] → [n, d, c / b, h, w, b]: each axis's phases take turns. */
function interleave(
  x: Value,
  { phases, sizes }: { readonly phases: Shape; readonly sizes: Shape },
): Value {
  const count = sizeOf(phases);
  const leads = phases.length - 2;
  const lead = x.shape.slice(1, 1 + leads);
  const [blocks, height, width, block] = x.shape.slice(-4);
  const apart = reshape(x, [x.shape[0], ...lead, ...phases, blocks / count, height, width, block]);
  const at = 1 + leads;
  const leadOrder = lead.flatMap((_, axis) => [1 + axis, at + axis]);
  const [phaseY, phaseX, channel, y, column, inner] = [0, 1, 2, 3, 4, 5].map(
    (axis) => at + leads + axis,
  );
  const whole = [
    x.shape[0],
    ...lead.map((size, axis) => size * phases[axis]),
    blocks / count,
    height * phases[leads],
    width * phases[leads + 1],
    block,
  ];
  const mixed =
    count === 1
      ? x
      : reshape(
          transpose(apart, [0, ...leadOrder, channel, y, phaseY, column, phaseX, inner]),
          whole,
        );
  return cropped({ value: mixed, isBlocked: true }, sizes).value;
}

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
  const { strides, kernel, padsBefore, padsAfter } = node.attributes;
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
      padsAfter: kernel.map((size, axis) => size - 1 - padsAfter[axis]),
    });
    return mergeBlocks(turned, { block, order: "image, filter", turned: true, shape: node.shape });
  }
  if (upstream.blocked === undefined) return undefined;
  const straight = correlate({
    ...{ image: x, filter: upstream, kernel, strides, block },
    filterSizes: upstreamSizes,
    padsBefore,
    padsAfter,
  });
  return mergeBlocks(straight, { block, order: "filter, image", turned: false, shape: node.shape });
}

interface Correlation {
  readonly image: Operand;
  readonly filter: Operand;
  readonly filterSizes: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly padsBefore: readonly number[];
  readonly padsAfter: readonly number[];
  readonly block: number;
}

/** For each place of the kernel's leading axis: [image's c, filter's c / b, kh · kw, b]. */
function correlate({ image, filter, filterSizes, kernel, strides, ...rest }: Correlation): Value[] {
  const { padsBefore, padsAfter, block } = rest;
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
  void padsAfter;
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
    const some = sliceAll(images, range);
    const weights = sliceAll(filters, range);
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

const sliceAll = (x: Value, range: { readonly start: number; readonly size: number }): Value =>
  range.size === x.shape[0] ? x : sliceAxis(x, 0, range);

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

/** Each leading place's [image's c, filter's c / b, k, b] → the weights' [o, c, …kernel]. */
function mergeBlocks(
  places: readonly Value[],
  {
    block,
    order,
    turned,
    shape,
  }: {
    readonly block: number;
    readonly order: "image, filter" | "filter, image";
    readonly turned: boolean;
    readonly shape: Shape;
  },
): Value {
  const [outputs, channels, ...kernel] = shape;
  const pixels = sizeOf(kernel.slice(-2));
  const flat = places.map((place) => {
    const straight = turned
      ? gather(
          place,
          2,
          Array.from({ length: pixels }, (_, n) => pixels - 1 - n),
        )
      : place;
    if (order === "image, filter") {
      const blocked = reshape(straight, [outputs, channels, 1, pixels]);
      return reshape(fromBlocked(blocked, { block, channels }), [outputs, channels, 1, pixels]);
    }
    const blocked = reshape(swapFirst(straight), [1, outputs, channels, pixels]);
    return reshape(fromBlocked(blocked, { block, channels: outputs }), [
      outputs,
      channels,
      1,
      pixels,
    ]);
  });
  return reshape(concat(turned ? flat.toReversed() : flat, 2), shape);
}
