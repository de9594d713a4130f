import { expect, test } from "vitest";
import { randomFrom } from "../../core/index.ts";
import {
  batchesPerEpoch,
  epochBatches,
  plannedBatches,
  type Sampling,
  thinned,
} from "./sampler.ts";

/** Forty slices: case a has the first ten, case b the rest; 0 to 3 show tumour, 0 to 11 liver. */
const slices = Array.from({ length: 40 }, (_, n) => ({
  case: n < 10 ? "a" : "b",
  hasLiver: n < 12,
  hasTumour: n < 4,
}));
const sampling: Sampling = { batchSize: 6, mostSteps: 250, tumourShare: 1 / 3 };
const options = { ...sampling, random: randomFrom(1) };

/** How often each slice was drawn. */
function counts(drawn: readonly number[]): number[] {
  const times = new Array<number>(slices.length).fill(0);
  for (const index of drawn) times[index]++;
  return times;
}

test("each batch holds its share of slices with tumour, each of them equally often", () => {
  const batches = epochBatches(slices, options);
  expect(batches).toHaveLength(6);
  for (const batch of batches) {
    expect(batch).toHaveLength(6);
    expect(batch.slice(0, 2).every((index) => index < 4)).toBe(true);
  }
  expect(counts(batches.flatMap((batch) => batch.slice(0, 2))).slice(0, 4)).toEqual([3, 3, 3, 3]);
});

test("the others come from all slices, none twice before all have come", () => {
  const others = epochBatches(slices, options).flatMap((batch) => batch.slice(2));
  expect(new Set(others).size).toBe(others.length);
});

test("a share of each batch shows liver, besides that with tumour", () => {
  const batches = epochBatches(slices, { ...options, liverShare: 1 / 2 });
  for (const batch of batches) {
    expect(batch.slice(0, 2).every((index) => index < 4)).toBe(true);
    expect(batch.slice(2, 5).every((index) => index < 12)).toBe(true);
  }
  // Eighteen draws from twelve slices: each once or twice.
  const liver = counts(batches.flatMap((batch) => batch.slice(2, 5))).slice(0, 12);
  expect(liver.every((times) => times === 1 || times === 2)).toBe(true);
});

test("drawing liver does not change what else is drawn", () => {
  const others = (liverShare: number, from: number): number[] =>
    epochBatches(slices, { ...options, random: randomFrom(2), liverShare }).flatMap((batch) =>
      batch.slice(from),
    );
  expect(others(1 / 2, 5)).toEqual(others(0, 2).slice(0, 6));
});

test("by case, each case comes equally often, and each of its slices in turn", () => {
  const batches = epochBatches(slices, { ...options, tumourShare: 0, byCase: true });
  const drawn = counts(batches.flat());
  const ofA = drawn.slice(0, 10).reduce((sum, times) => sum + times, 0);
  // Of 36 draws half are of case a: its ten slices twice each, but for two of them.
  expect(ofA).toBe(18);
  expect([...drawn.slice(0, 10)].sort()).toEqual([1, 1, 2, 2, 2, 2, 2, 2, 2, 2]);
  expect(Math.max(...drawn.slice(10))).toBe(1);
});

test("by case, tumours too: a case with three slices of it weighs as much as one with one", () => {
  const uneven = slices.map((slice, n) => ({ ...slice, hasTumour: n < 3 || n === 30 }));
  const batches = epochBatches(uneven, { ...options, byCase: true });
  const drawn = counts(batches.flatMap((batch) => batch.slice(0, 2)));
  expect([drawn[0], drawn[1], drawn[2], drawn[30]]).toEqual([2, 2, 2, 6]);
});

test("without tumour, and with fewer slices than a batch, there is still a batch", () => {
  const three = slices.slice(20, 23);
  const batches = epochBatches(three, { ...options, liverShare: 1 / 3 });
  expect(batches).toHaveLength(1);
  expect(new Set(batches[0])).toEqual(new Set([0, 1, 2]));
});

test("an epoch is capped", () => {
  expect(epochBatches(slices, { ...options, mostSteps: 2 })).toHaveLength(2);
  expect(batchesPerEpoch(40, { batchSize: 6, mostSteps: 2 })).toBe(2);
  expect(batchesPerEpoch(5, sampling)).toBe(1);
});

test("a plan goes on from any batch as if it had never stopped", () => {
  const plan = (from: number) => [
    ...plannedBatches(slices, { ...sampling, seed: 7, epochs: 3, from }),
  ];
  const whole = plan(0);
  expect(whole).toHaveLength(18);
  expect(new Set(whole.map(({ seed }) => seed)).size).toBe(18);
  for (const from of [1, 6, 8, 17, 18]) expect(plan(from)).toEqual(whole.slice(from));
});

test("thinned keeps even distances", () => {
  expect(thinned([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5)).toEqual([0, 2, 4, 6, 8]);
  expect(thinned([1, 2], 5)).toEqual([1, 2]);
});
