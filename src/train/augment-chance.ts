import type { Random } from "../core/index.ts";

/** Whether a change is made this time: never where it is not named. */
export const occurs = <Change extends { readonly probability: number }>(
  change: Change | undefined,
  random: Random,
): change is Change => change !== undefined && random.next() < change.probability;

/** Log-uniform. */
export const factorOf = (
  { smallest, largest }: { readonly smallest: number; readonly largest: number },
  random: Random,
): number => Math.exp(random.between(Math.log(smallest), Math.log(largest)));
