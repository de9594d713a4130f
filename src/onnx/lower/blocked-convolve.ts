/**
 * @file Convolutions and their gradients by ONNX Runtime's blocked kernels, which see two spatial axes:
 * in 3D each slice of the kernel is a 2D convolution of its own, added to those before, unless pairs of
 * depths can be taken together.
 */

import { blockedConv, concat, reshape, slice, toBlocked, transpose } from "../ops.ts";
import { type ConvAttributes, type Shape, sizeOf, type Value, type ValueOf } from "../value.ts";
import { convolvePairs, hasDepthPairs } from "./blocked-depth.ts";
import { blockedShape, nominal, window } from "./blocked-layout.ts";
import {
  asImages,
  type Convolution,
  type Part,
  type Source,
  spatialSizes,
} from "./blocked-source.ts";
import {
  type PhaseConvolution,
  phaseConvolution,
  singlePhases,
  takePlaces,
} from "./input-gradient.ts";

/** A convolution: [n, lead…, ⌈o / block⌉, h, w, block]. */
export function convolve(convolution: Convolution): Value {
  const { parts, kernel, geometry, block } = convolution;
  const sizes = resultSizes(spatialSizes(parts[0].source), kernel, geometry);
  const result = hasDepthPairs(convolution)
    ? convolvePairs(convolution)
    : convolvePlaces(convolution, sizes);
  const batch = parts[0].source.value.shape[0];
  const channels = (result.shape[0] * result.shape[1]) / (batch * sizeOf(sizes.slice(0, -2)));
  return reshape(result, blockedShape([batch, channels, ...sizes], block));
}

/** Each place of the kernel's leading axis as a convolution of its own: nominally [n · lead, o, h, w]. */
function convolvePlaces(
  { parts, kernel, geometry, block, bias }: Convolution,
  sizes: Shape,
): Value {
  const leads = kernel.length - 2;
  const [depth] = spatialSizes(parts[0].source);
  const places = Array.from({ length: leads === 0 ? 1 : kernel[0] }, (_, place) => place).filter(
    (place) => leads === 0 || readsSomething(place, { geometry, sizes, depth }),
  );
  let sum: Value | undefined;
  for (const { source, weights } of parts) {
    for (const place of places) {
      const images =
        leads === 0 ? source.value : leadWindow(source.value, place, { geometry, sizes });
      // The first of them takes the bias, the others what came before.
      const more: readonly Value[] = sum === undefined ? (bias ? [bias] : []) : [sum];
      sum = blockedConv(
        [source.isBlocked ? nominal(images) : asImages(images), weights(place), ...more],
        {
          strides: geometry.strides.slice(leads),
          padsBefore: geometry.padsBefore.slice(leads),
          padsAfter: geometry.padsAfter.slice(leads),
          ...{ dilations: [1, 1], groups: 1, block },
          ...{ bias: sum === undefined && bias !== undefined, sum: sum !== undefined },
        },
      );
    }
  }
  return sum as Value;
}

/** Whether a place of the kernel's leading axis meets any depth of the image, not zeros alone. */
const readsSomething = (
  place: number,
  {
    geometry: { strides, padsBefore },
    sizes,
    depth,
  }: { readonly geometry: ConvAttributes; readonly sizes: Shape; readonly depth: number },
): boolean =>
  Array.from({ length: sizes[0] }, (_, at) => place - padsBefore[0] + at * strides[0]).some(
    (at) => at >= 0 && at < depth,
  );

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
  const plan = phaseConvolution(node);
  const { phases } = plan;
  const source = cropped(upstream, plan.upstreamSizes);
  const strides = phases.map(() => 1);
  const convolution = ({ taps, padsBefore, padsAfter, places }: Phases, biases?: Value): Value =>
    convolve({
      parts: [{ source, weights: phaseWeights(weight, { places, taps, block }) }],
      ...{ kernel: taps, geometry: { strides, padsBefore, padsAfter }, block, bias: biases },
    });
  const single = singlePhases(plan);
  const product =
    single === undefined
      ? convolution(plan, bias && concat(Array<Value>(sizeOf(phases)).fill(bias), 0))
      : concat(
          single.map((phase) => convolution({ ...phase, places: [phase.places] }, bias)),
          phases.length - 1,
        );
  return interleave(product, { phases, sizes: node.attributes.sizes });
}

type Phases = Pick<PhaseConvolution, "taps" | "padsBefore" | "padsAfter" | "places">;

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
