import { expect, test } from "vitest";
import { rateOf, type Schedule } from "./schedule.ts";

// networks.json holds PyTorch's rates of all three; here are the ends and the middle, by hand.
const cycle: Schedule = { kind: "one-cycle", rise: 0.5, startFactor: 25, endFactor: 100 };

test("one cycle: from maximum/25 up to the maximum, then down to that/100", () => {
  const rate = (step: number) => rateOf(cycle, { step, steps: 101, maximum: 1 });
  expect(rate(0)).toBeCloseTo(1 / 25, 12);
  // The peak is at 0.5 · 101 − 1 = 49.5.
  expect(rate(49.5)).toBeCloseTo(1, 12);
  expect(rate(24.75)).toBeCloseTo((1 + 1 / 25) / 2, 12);
  expect(rate(100)).toBeCloseTo(1 / 2500, 12);
});

test("polynomial and cosine: from the maximum towards 0", () => {
  const polynomial: Schedule = { kind: "polynomial", power: 2 };
  expect(rateOf(polynomial, { step: 0, steps: 10, maximum: 0.1 })).toBe(0.1);
  expect(rateOf(polynomial, { step: 5, steps: 10, maximum: 0.1 })).toBeCloseTo(0.025, 12);
  const cosine: Schedule = { kind: "cosine" };
  expect(rateOf(cosine, { step: 0, steps: 10, maximum: 0.1 })).toBeCloseTo(0.1, 12);
  expect(rateOf(cosine, { step: 5, steps: 10, maximum: 0.1 })).toBeCloseTo(0.05, 12);
});

test("constant: the maximum, always", () => {
  for (const step of [0, 5, 9]) {
    expect(rateOf({ kind: "constant" }, { step, steps: 10, maximum: 0.1 })).toBe(0.1);
  }
});

test("a training of one step has a rate", () => {
  for (const schedule of [cycle, { kind: "cosine" }, { kind: "polynomial", power: 0.9 }] as const) {
    expect(rateOf(schedule, { step: 0, steps: 1, maximum: 1 })).toBeGreaterThan(0);
  }
});
