import type { Random } from "../core/index.ts";

/** Whether a change is made this time: never where it is not named. */
export const occurs = <Change extends { readonly probability: number }>(
  change: Change | undefined,
  random: Random,
): change is Change => change !== undefined && random.next() < change.probability;

/** A factor, log-uniform; 1 where the change is not made. */
export const factorOf = (
  change:
    | { readonly probability: number; readonly smallest: number; readonly largest: number }
    | undefined,
  random: Random,
): number =>
  occurs(change, random)
    ? Math.exp(random.between(Math.log(change.smallest), Math.log(change.largest)))
    : 1;
