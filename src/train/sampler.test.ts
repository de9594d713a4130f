import { expect, test } from "vitest";
import { randomFrom } from "../core/index.ts";
import { epochBatches, thinned } from "./sampler.ts";

const slices = Array.from({ length: 40 }, (_, n) => ({ hasTumour: n < 4 }));
const options = { batchSize: 6, mostSteps: 250, tumourShare: 1 / 3, random: randomFrom(1) };

test("each batch holds its share of slices with tumour, each of them equally often", () => {
  const batches = epochBatches(slices, options);
  expect(batches).toHaveLength(6);
  for (const batch of batches) {
    expect(batch).toHaveLength(6);
    expect(batch.slice(0, 2).every((index) => index < 4)).toBe(true);
  }
  const drawn = batches.flatMap((batch) => batch.slice(0, 2));
  expect([0, 1, 2, 3].map((index) => drawn.filter((one) => one === index).length)).toEqual([
    3, 3, 3, 3,
  ]);
});

test("the others come from all slices, none twice before all have come", () => {
  const others = epochBatches(slices, options).flatMap((batch) => batch.slice(2));
  expect(new Set(others).size).toBe(others.length);
});

test("without tumour, and with fewer slices than a batch, there is still a batch", () => {
  const three = slices.slice(20, 23);
  const batches = epochBatches(three, options);
  expect(batches).toHaveLength(1);
  expect(new Set(batches[0])).toEqual(new Set([0, 1, 2]));
});

test("an epoch is capped", () => {
  expect(epochBatches(slices, { ...options, mostSteps: 2 })).toHaveLength(2);
});

test("thinned keeps even distances", () => {
  expect(thinned([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5)).toEqual([0, 2, 4, 6, 8]);
  expect(thinned([1, 2], 5)).toEqual([1, 2]);
});
