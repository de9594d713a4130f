/**
 * @file Convolutions with three places along the depth by F(2, 3): two depths of the result need four
 * convolutions of planes instead of six. With the planes d₀…d₃ of the depths 2t − 1 … 2t + 2 and the
 * kernel's slices g₀…g₂,
 *
 *   m₀ = (d₀ − d₂) ∗ g₀,    m₁ = (d₁ + d₂) ∗ (g₁ + g₀ + g₂) / 2,    y₀ = m₁ − m₂ + m₀,
 *   m₃ = (d₁ − d₃) ∗ −g₂,   m₂ = (d₂ − d₁) ∗ (g₁ − g₀ − g₂) / 2,    y₁ = m₁ + m₂ + m₃.
 *
 * Neighbouring depths are neighbours in memory: a pair of planes is one image with twice the channels,
 * and m₀ with m₃, m₁ with m₂ are one convolution in two groups each. The differences are one pass
 * along the depth, and so are each pair's sums and differences, before and after.
 *
 * @see Lavin and Gray 2016, arXiv:1509.09308
 */
import { add, blockedConv, concat, constant, expand, mul, neg, reshape, sub } from "../ops.ts";
import { type BlockedConvAttributes, sizeOf, type Value } from "../value.ts";
import type { Convolution, Part } from "./blocked-source.ts";

/** Whether a convolution is one of whole pairs of depths, in blocks. */
export const hasDepthPairs = ({ parts, kernel, geometry }: Convolution): boolean =>
  kernel.length === 3 &&
  kernel[0] === 3 &&
  geometry.strides[0] === 1 &&
  geometry.padsBefore[0] === 1 &&
  geometry.padsAfter[0] === 1 &&
  parts.every(({ source }) => source.isBlocked && source.value.shape[1] % 2 === 0);

/** A convolution that `hasDepthPairs`: nominally [n · d / 2, 2 · o, h, w]. */
export function convolvePairs({ parts, geometry, block, bias }: Convolution): Value {
  const attributes: BlockedConvAttributes = {
    strides: geometry.strides.slice(1),
    padsBefore: geometry.padsBefore.slice(1),
    padsAfter: geometry.padsAfter.slice(1),
    ...{ dilations: [1, 1], groups: 2, block, bias: false, sum: false },
  };
  let middle: Value | undefined;
  for (const { source, weights } of parts) {
    const turned = asPairs(turnPairs(source.value, { sign: -1, block }));
    const inputs = [turned, middleWeights(weights), ...(middle ? [middle] : [])];
    middle = blockedConv(inputs, { ...attributes, sum: middle !== undefined });
  }
  let sum = joinPairs(turnPairs(splitPairs(middle as Value), { sign: 1, block }));
  for (const [index, { source, weights }] of parts.entries()) {
    const biases = index === 0 && bias ? [concat([bias, bias], 0)] : [];
    const outer = asPairs(differences(source.value, block));
    const inputs = [outer, outerWeights(weights), ...biases, sum];
    sum = blockedConv(inputs, { ...attributes, bias: biases.length > 0, sum: true });
  }
  return sum;
}

/** [n, d, c / block, h, w, block] → nominally [n · d / 2, 2 · c, h, w] */
function asPairs(x: Value): Value {
  const [batch, depth, blocks, height, width, block] = x.shape;
  return reshape(x, [(batch * depth) / 2, 2 * blocks * block, height, width]);
}

/** Nominally [n · d / 2, 2 · o, h, w] → [n · d / 2, 2, o, h, w], and back. */
const splitPairs = (x: Value): Value =>
  reshape(x, [x.shape[0], 2, x.shape[1] / 2, ...x.shape.slice(2)]);
const joinPairs = (x: Value): Value =>
  reshape(x, [x.shape[0], 2 * x.shape[2], ...x.shape.slice(3)]);

/** For g₀ and −g₂, one after the other: [2 · o, c, kh, kw]. */
const outerWeights = (weights: Part["weights"]): Value => concat([weights(0), neg(weights(2))], 0);

/** For (g₁ ± (g₀ + g₂)) / 2, one after the other: [2 · o, c, kh, kw]. */
function middleWeights(weights: Part["weights"]): Value {
  const around = mul(add(weights(0), weights(2)), 0.5);
  const half = mul(weights(1), 0.5);
  return concat([add(half, around), sub(half, around)], 0);
}

/** [n, d, …plane]: each pair of planes (a, b) as (a − sign · b, b + sign · a). */
export function turnPairs(
  x: Value,
  { sign, block }: { readonly sign: 1 | -1; readonly block: number },
): Value {
  const pairs = (x.shape[0] * x.shape[1]) / 2;
  const columns = sizeOf(x.shape) / (pairs * 2 * block);
  const turned = alongDepth(reshape(x, [pairs, block, 2, columns]), [sign, 1, -sign]);
  return reshape(turned, x.shape);
}

/** [n, d, …plane]: the plane before minus the plane behind; outside there is 0. */
export function differences(x: Value, block: number): Value {
  const [batch, depth] = x.shape;
  const columns = sizeOf(x.shape) / (batch * depth * block);
  return reshape(alongDepth(reshape(x, [batch, block, depth, columns]), [1, 0, -1]), x.shape);
}

/** Planes as rows, [n, block, d, columns]: each with its neighbours, by three numbers. */
function alongDepth(planes: Value, taps: readonly [number, number, number]): Value {
  const block = planes.shape[1];
  // In memory the channels of a block lie side by side.
  const kernel = reshape(expand(constant(taps, [3, 1]), [3, block]), [block, 1, 3, 1]);
  return blockedConv([planes, kernel], {
    ...{ strides: [1, 1], padsBefore: [1, 0], padsAfter: [1, 0], dilations: [1, 1] },
    ...{ groups: block, block, bias: false, sum: false },
  });
}
