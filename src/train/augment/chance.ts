import type { Random } from "../../core/index.ts";

/** Whether a change is made this time: never where it is not named. */
export const occurs = <Change extends { readonly probability: number }>(
  change: Change | undefined,
  random: Random,
): change is Change => change !== undefined && random.next() < change.probability;

/** Between two positive numbers; halving is as likely as doubling. */
export const logUniform = (
  { smallest, largest }: { readonly smallest: number; readonly largest: number },
  random: Random,
): number => Math.exp(random.between(Math.log(smallest), Math.log(largest)));

/** A factor, log-uniform; 1 where the change is not made. */
export const factorOf = (
  change:
    | { readonly probability: number; readonly smallest: number; readonly largest: number }
    | undefined,
  random: Random,
): number => (occurs(change, random) ? logUniform(change, random) : 1);
