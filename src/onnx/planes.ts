/** @file Numbers of each [n, c] plane of a tensor [n, c, …]. */
import { add, div, greater, mul, planeDot, reduceMean, sqrt, sub, where } from "./ops.ts";
import { type Shape, sizeOf, type TensorType, type Value } from "./value.ts";

/** The axes after batch and channels. */
export const spatialAxes = ({ shape }: TensorType): number[] =>
  shape.slice(2).map((_, axis) => axis + 2);

/** [1, c, 1, …]: one number a channel. */
export const channelShape = ({ shape }: TensorType): Shape => [
  1,
  shape[1],
  ...shape.slice(2).map(() => 1),
];

/**
 * Mean and 1 / √(variance + ε) of each plane, [n, c, 1, …], from Σx and Σx² in one pass. Subtracting
 * the squared mean costs digits when the mean is far from 0: less than one of seven while it is within
 * three standard deviations, and rounding never makes the variance negative.
 */
export function planeStatistics(
  x: Value,
  epsilon: number,
): { readonly mean: Value; readonly inverseSd: Value } {
  const mean = reduceMean(x, spatialAxes(x));
  const square = mul(planeDot(x, x), 1 / sizeOf(x.shape.slice(2)));
  const variance = sub(square, mul(mean, mean));
  const positive = where(greater(variance, 0), variance, 0);
  return { mean, inverseSd: div(1, sqrt(add(positive, epsilon))) };
}
