import { expect, test } from "vitest";
import { type BestEpoch, betterEpoch, isOver, watchScore } from "./best-epoch.ts";

const vectors = { weights: Float32Array.of(1), statistics: new Float32Array(0) };

test("the score is the mean of the Dice that are defined", () => {
  expect(watchScore({ liverDice: 0.9, tumourDice: 0.3 })).toBeCloseTo(0.6, 12);
  expect(watchScore({ liverDice: 0.9, tumourDice: null })).toBe(0.9);
  expect(watchScore({ liverDice: null, tumourDice: null })).toBeNull();
});

/** Runs through epochs with these scores until training is over. */
function run(scores: readonly (number | null)[], limits: { epochs: number; patience?: number }) {
  let best: BestEpoch | undefined;
  let epoch = 0;
  while (!isOver({ epochs: scores.slice(0, epoch), best }, limits)) {
    epoch++;
    best = betterEpoch(best, { epoch, score: scores[epoch - 1], vectors });
  }
  return { best: best?.epoch, ended: epoch };
}

test("without patience all epochs are run, and the best is the first of the highest score", () => {
  expect(run([0.1, 0.5, 0.2, 0.5, 0.4], { epochs: 5 })).toEqual({ best: 2, ended: 5 });
});

test("with patience 2 it ends after two epochs that were no better", () => {
  const scores = [0.1, 0.2, 0.15, 0.3, 0.3, 0.29, 0.9];
  expect(run(scores, { epochs: 7, patience: 2 })).toEqual({ best: 4, ended: 6 });
  expect(run(scores, { epochs: 7, patience: 3 })).toEqual({ best: 7, ended: 7 });
});

test("epochs without a score are no better, also from the start", () => {
  expect(run([null, null, 0.4], { epochs: 3, patience: 2 })).toEqual({ best: undefined, ended: 2 });
  expect(run([null, 0.2, null, 0.1], { epochs: 4 })).toEqual({ best: 2, ended: 4 });
});
