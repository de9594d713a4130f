import { HeparError } from "../core/index.ts";
import type { SliceRow } from "../slices/index.ts";

/** Where a training was when its numbers stopped being numbers. */
export interface DivergedAt {
  /** Whole epochs that are done and kept. */
  readonly epochs: number;
  /** Where they are kept, as people may look for it. */
  readonly stateFolder: string;
}

/** The error for a step whose loss is no number, with what was in its batch. */
export function divergedLoss(
  loss: number,
  at: DivergedAt & { readonly step: number; readonly slices: readonly Named[] },
): HeparError {
  const message = `the loss is ${loss} at step ${at.step}, in epoch ${at.epochs + 1}, on ${listed(at.slices)}`;
  return new HeparError("train.diverged", message, { hint: hintOf(at) });
}

/**
 * Makes sure that an epoch left numbers behind: weights may be lost after the last loss was seen, or
 * by what the optimiser remembers.
 *
 * @param vectors - by what they are called in the message
 * @throws `train.diverged`
 */
export function requireNumbers(
  vectors: Readonly<Record<string, ArrayLike<number>>>,
  at: DivergedAt,
): void {
  for (const [name, vector] of Object.entries(vectors)) {
    for (let index = 0; index < vector.length; index++) {
      if (Number.isFinite(vector[index])) continue;
      const message = `after epoch ${at.epochs + 1} the ${name} holds ${vector[index]}, though each step's loss was a number`;
      throw new HeparError("train.diverged", message, { hint: hintOf(at) });
    }
  }
}

type Named = Pick<SliceRow, "case" | "slice">;

function listed(slices: readonly Named[]): string {
  const byCase = new Map<string, number[]>();
  for (const { case: name, slice } of slices) {
    byCase.set(name, [...(byCase.get(name) ?? []), slice]);
  }
  return [...byCase]
    .map(([name, own]) => {
      const numbers = [...new Set(own)].sort((a, b) => a - b);
      return `${name} slice${numbers.length > 1 ? "s" : ""} ${numbers.join(", ")}`;
    })
    .join("; ");
}

function hintOf({ epochs, stateFolder }: DivergedAt): string {
  const kept =
    epochs === 0
      ? "no epoch was finished, so that nothing is kept"
      : `the last good state, after epoch ${epochs}, is kept in ${stateFolder}`;
  return `${kept}; look at these slices, or train with a lower --rate (hepar find-rate suggests one) or another --seed`;
}
