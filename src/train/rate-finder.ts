/**
 * @file Which learning rate a network bears: it is trained for a few steps while the rate grows from
 * far too small to far too large, and the curve of its loss is read (Smith 2015, arXiv:1506.01186).
 * Curve, smoothing, stop and suggestions are those of fastai's `lr_find`.
 */

import type { Columns } from "../catalog/index.ts";

/** A step of the sweep; models/<model>/rate-finder.csv has one row a step. */
export interface RatePoint {
  readonly step: number;
  readonly learning_rate: number;
  /** Of the step's own batch, before it changed the weights. */
  readonly loss: number;
  readonly smoothed_loss: number;
}

export const ratePointColumns: Columns<RatePoint> = {
  step: "whole",
  learning_rate: "number",
  loss: "number",
  smoothed_loss: "number",
};

/** Learning rates read off the curve; null where it is too short, or never falls. */
export interface RateSuggestions {
  /** Half of the way down the longest valley: what fastai suggests first. */
  readonly valley: number | null;
  /** Where the loss falls fastest: bolder. */
  readonly steep: number | null;
}

/** How the rate grows. */
export interface RateSweep {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

export const rateSweep: RateSweep = { from: 1e-7, to: 10, steps: 100 };

/** Rate of a step, from 0: from · (to / from)^(step / steps); `to` itself is never reached. */
const sweptRate = ({ from, to, steps }: RateSweep, step: number): number =>
  from * (to / from) ** (step / steps);

/** Share of the smoothed loss that each step keeps. */
const inertia = 0.98;

/** The curve of a sweep, point by point. */
export class RateCurve {
  readonly #sweep: RateSweep;
  readonly #points: RatePoint[] = [];
  #mean = 0;
  #best = Number.POSITIVE_INFINITY;

  constructor(sweep: RateSweep) {
    this.#sweep = sweep;
  }

  get points(): readonly RatePoint[] {
    return this.#points;
  }

  /** The rate of the next step. */
  get nextRate(): number {
    return sweptRate(this.#sweep, this.#points.length);
  }

  /**
   * Adds a step's loss.
   *
   * @returns whether to go on: not after the last step, when the smoothed loss is four times its best,
   *   or when the loss is no number, which is not added
   */
  add(loss: number): boolean {
    if (!Number.isFinite(loss)) return false;
    const step = this.#points.length;
    // m = 0.98 m + 0.02 loss, over what is missing of its weights' sum: 1 − 0.98ⁿ
    this.#mean = inertia * this.#mean + (1 - inertia) * loss;
    const smoothed = this.#mean / (1 - inertia ** (step + 1));
    const point = { step, learning_rate: this.nextRate, loss, smoothed_loss: smoothed };
    this.#points.push(point);
    this.#best = Math.min(this.#best, smoothed);
    return smoothed <= 4 * this.#best && this.#points.length < this.#sweep.steps;
  }
}

/** What a sweep suggests, without its first ten steps, in which nothing moves, and its last five. */
export function suggestRates(points: readonly RatePoint[]): RateSuggestions {
  const read = points.slice(rateSweep.steps / 10, -5);
  return { valley: valleyRate(read), steep: steepRate(read) };
}

/**
 * The rate half of the way down the longest valley: the longest sequence of steps, not all of them in a row,
 * each of which has a smaller loss than the one before.
 *
 * @see fastai 2.8, callback/schedule.py: valley
 */
export function valleyRate(points: readonly RatePoint[]): number | null {
  // lengths[i] = 1 + the longest of those that come before and lie higher
  const lengths: number[] = [];
  let end = 0;
  points.forEach(({ smoothed_loss: loss }, index) => {
    const higher = lengths.filter((_, before) => points[before].smoothed_loss > loss);
    lengths.push(1 + higher.reduce((most, length) => Math.max(most, length), 0));
    if (lengths[index] > lengths[end]) end = index;
  });
  if (points.length === 0 || lengths[end] === 1) return null;
  const third = lengths[end] / 3;
  const at = end - lengths[end] + Math.floor(third) + Math.floor(third / 2);
  return points[Math.max(0, at)].learning_rate;
}

/**
 * The rate at which the loss falls fastest, over the logarithm of the rate.
 *
 * @see fastai 2.8, callback/schedule.py: steep
 */
export function steepRate(points: readonly RatePoint[]): number | null {
  let best: { readonly slope: number; readonly rate: number } | null = null;
  for (const [index, next] of points.slice(1).entries()) {
    const { learning_rate: rate, smoothed_loss: loss } = points[index];
    const slope = (next.smoothed_loss - loss) / Math.log(next.learning_rate / rate);
    if (slope < (best?.slope ?? 0)) best = { slope, rate };
  }
  return best?.rate ?? null;
}
