import type { Random } from "../core/index.ts";
import { normalAt, normalBelow } from "./normal.ts";

/** A 95 % confidence interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A number with what it is worth. */
export interface Estimate {
  readonly value: number | null;
  /** null when the number is, when there are fewer than two patients, or when it never varies. */
  readonly ci95: Interval | null;
}

/**
 * A statistic over patients with its bootstrap interval: patients are drawn with replacement, all
 * cases of one together, and the interval is bias-corrected and accelerated (BCa).
 *
 * @param statistic - null where it is not defined; such a resample is left out
 * @see Efron 1987, doi:10.1080/01621459.1987.10478410
 */
export function bootstrap<Case>(
  patients: readonly (readonly Case[])[],
  statistic: (cases: readonly Case[]) => number | null,
  { random, resamples = 2000 }: { readonly random: Random; readonly resamples?: number },
): Estimate {
  const value = statistic(patients.flat());
  if (value === null || patients.length < 2) return { value, ci95: null };
  const draws: number[] = [];
  for (let n = 0; n < resamples; n++) {
    const drawn = patients.flatMap(() => patients[random.below(patients.length)]);
    const one = statistic(drawn);
    if (one !== null) draws.push(one);
  }
  const without = patients.flatMap((_, left) => {
    const one = statistic(patients.flatMap((cases, n) => (n === left ? [] : cases)));
    return one === null ? [] : [one];
  });
  return { value, ci95: bcaInterval(value, draws, without) };
}

/**
 * The BCa interval of a bootstrap's draws, percentiles interpolated linearly; null when all draws are
 * on one side of the value.
 *
 * @param without - the statistic with each patient left out in turn
 */
export function bcaInterval(
  value: number,
  draws: readonly number[],
  without: readonly number[],
): Interval | null {
  const sorted = Float64Array.from(draws).sort();
  const below = sorted.filter((one) => one < value).length;
  const upTo = sorted.filter((one) => one <= value).length;
  // Ties count half, as in scipy.
  const bias = normalAt((below + upTo) / (2 * sorted.length));
  if (!Number.isFinite(bias)) return null;
  const mean = without.reduce((sum, one) => sum + one, 0) / without.length;
  const sum = (power: number): number =>
    without.reduce((total, one) => total + (mean - one) ** power, 0);
  const spread = sum(2);
  const acceleration = spread === 0 ? 0 : sum(3) / (6 * spread ** 1.5);
  const end = (share: number): number => {
    const shifted = bias + normalAt(share);
    const at = normalBelow(bias + shifted / (1 - acceleration * shifted));
    const place = at * (sorted.length - 1);
    const under = Math.floor(place);
    const over = Math.min(under + 1, sorted.length - 1);
    return sorted[under] + (place - under) * (sorted[over] - sorted[under]);
  };
  return { low: end(0.025), high: end(0.975) };
}
