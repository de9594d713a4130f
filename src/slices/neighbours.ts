import { channelNames } from "./channels.ts";

/**
 * The slices that a 2.5D network sees with slice `at`: from `at − neighbours` to `at + neighbours`,
 * lowest first; beyond the stack's ends its last slice is repeated.
 *
 * Neighbours are counted among the slices that exist: where only every k-th was converted, the
 * nearest that were stand in for those between.
 *
 * @param at - position in the stack, from 0 at the feet
 * @param options.count - slices in the stack
 * @returns 2 · neighbours + 1 positions
 */
export const neighboursOf = (
  at: number,
  { count, neighbours }: { readonly count: number; readonly neighbours: number },
): number[] =>
  Array.from({ length: 2 * neighbours + 1 }, (_, n) =>
    Math.min(count - 1, Math.max(0, at - neighbours + n)),
  );

/**
 * A slice and its neighbours as the channels of one image: all three of each, in the order of
 * `neighboursOf` and `inputChannels`.
 *
 * @param slices - each planar [3, height, width]
 * @returns planar [3 · slices, height, width]
 */
export function stackNeighbours(slices: readonly Uint8Array[]): Uint8Array {
  const stacked = new Uint8Array(slices.reduce((sum, slice) => sum + slice.length, 0));
  let at = 0;
  for (const slice of slices) {
    stacked.set(slice, at);
    at += slice.length;
  }
  return stacked;
}

/** What the channels of a stack are called: `liver`, or `liver-1` of the slice below, `liver+1` above. */
export const inputChannels = (neighbours: number): string[] =>
  Array.from({ length: 2 * neighbours + 1 }, (_, n) => n - neighbours).flatMap((offset) => {
    const suffix = offset === 0 ? "" : offset > 0 ? `+${offset}` : `${offset}`;
    return channelNames.map((name) => `${name}${suffix}`);
  });
