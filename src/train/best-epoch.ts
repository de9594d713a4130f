import type { NetworkVectors } from "../model/index.ts";

/** The epoch after which the patients set aside were segmented best, and its numbers. */
export interface BestEpoch {
  /** From 1. */
  readonly epoch: number;
  readonly score: number;
  readonly vectors: NetworkVectors;
}

/** Mean Dice of liver and tumour, of what is defined; null when neither is. */
export function watchScore(dice: {
  readonly liverDice: number | null;
  readonly tumourDice: number | null;
}): number | null {
  const defined = [dice.liverDice, dice.tumourDice].filter((one) => one !== null);
  if (defined.length === 0) return null;
  return defined.reduce((sum, one) => sum + one, 0) / defined.length;
}

/** The better of two; the earlier on a tie. An epoch without a score is no better than any. */
export function betterEpoch(
  best: BestEpoch | undefined,
  { score, ...epoch }: Omit<BestEpoch, "score"> & { readonly score: number | null },
): BestEpoch | undefined {
  if (score === null || (best !== undefined && score <= best.score)) return best;
  return { ...epoch, score };
}

/** Whether training is over: all epochs are run, or the last `patience` of them were no better. */
export const isOver = (
  done: { readonly epochs: readonly unknown[]; readonly best?: BestEpoch | undefined },
  {
    epochs,
    patience = Number.POSITIVE_INFINITY,
  }: { epochs: number; patience?: number | undefined },
): boolean =>
  done.epochs.length >= epochs || done.epochs.length - (done.best?.epoch ?? 0) >= patience;
