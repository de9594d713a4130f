import { expect, test } from "vitest";
import { oneCycleRate } from "./schedule.ts";

const cycle = { maximum: 1, steps: 101, rise: 0.5, startFactor: 25, endFactor: 100 };

test("from maximum/25 up to the maximum, then down to that/100", () => {
  expect(oneCycleRate(0, cycle)).toBeCloseTo(1 / 25, 12);
  // The peak is at 0.5 · 101 − 1 = 49.5.
  expect(oneCycleRate(49.5, cycle)).toBeCloseTo(1, 12);
  expect(oneCycleRate(24.75, cycle)).toBeCloseTo((1 + 1 / 25) / 2, 12);
  expect(oneCycleRate(100, cycle)).toBeCloseTo(1 / 2500, 12);
});

test("a training of one step has a rate", () => {
  expect(oneCycleRate(0, { ...cycle, steps: 1 })).toBeGreaterThan(0);
});
