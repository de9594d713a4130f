import type { Random } from "../core/index.ts";

/** Most patients for which every way to swap the two models is tried. */
const mostExact = 14;

/**
 * Probability of a mean difference at least as far from 0, if the two models were interchangeable in
 * each patient: a two-sided paired permutation test. Up to 14 patients every change of signs is
 * counted; beyond, so many random ones, and the answer is (as far + 1) / (resamples + 1).
 *
 * @param differences - one a patient; [] gives null
 * @see Pitman 1937, doi:10.2307/2984124; Phipson and Smyth 2010, doi:10.2202/1544-6115.1585
 */
export function permutationP(
  differences: readonly number[],
  { random, resamples = 10_000 }: { readonly random: Random; readonly resamples?: number },
): number | null {
  const count = differences.length;
  if (count === 0) return null;
  const sum = (isSwapped: (patient: number) => boolean): number =>
    differences.reduce((total, d, patient) => total + (isSwapped(patient) ? -d : d), 0);
  const observed = Math.abs(sum(() => false));
  // Sums of the same numbers in another order differ by rounding.
  const asFar = (other: number): number => (Math.abs(other) >= observed * (1 - 1e-12) ? 1 : 0);
  let far = 0;
  if (count <= mostExact) {
    for (let ways = 0; ways < 2 ** count; ways++) far += asFar(sum((n) => ((ways >> n) & 1) === 1));
    return far / 2 ** count;
  }
  for (let n = 0; n < resamples; n++) far += asFar(sum(() => random.below(2) === 1));
  return (far + 1) / (resamples + 1);
}
