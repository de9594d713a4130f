import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import {
  RateCurve,
  type RatePoint,
  rateSweep,
  steepRate,
  suggestRates,
  valleyRate,
} from "./rate-finder.ts";

interface Oracle {
  readonly curves: Readonly<
    Record<string, { losses: number[]; smoothed: number[]; valley: number; steep: number }>
  >;
}

const oracle: Oracle = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../test/oracle/train/rate-finder.json"), "utf8"),
);

/** A curve with rates 1, 10, 100 … */
const curveOf = (...losses: readonly number[]): RatePoint[] =>
  losses.map((loss, step) => ({
    step,
    learning_rate: 10 ** step,
    loss,
    smoothed_loss: loss,
  }));

test("the sweep's rates grow by the same factor, from its first towards its last", () => {
  const curve = new RateCurve({ from: 1e-3, to: 10, steps: 4 });
  const rates = [1, 1, 1, 1].map((loss) => {
    const rate = curve.nextRate;
    curve.add(loss);
    return rate;
  });
  const expected = [1e-3, 1e-2, 1e-1, 1];
  rates.forEach((rate, step) => {
    expect(rate).toBeCloseTo(expected[step], 12);
  });
});

test("the smoothed loss starts at the first loss: what the mean lacks is made up for", () => {
  const curve = new RateCurve(rateSweep);
  curve.add(2);
  curve.add(1);
  // (0.98 · 0.02 · 2 + 0.02 · 1) / (1 − 0.98²) = 0.0592 / 0.0396
  expect(curve.points.map((point) => point.smoothed_loss)).toEqual([
    expect.closeTo(2, 12),
    expect.closeTo(0.0592 / 0.0396, 12),
  ]);
});

test("a sweep ends after its last step, at four times the best loss, and at a loss that is none", () => {
  const short = new RateCurve({ from: 1, to: 2, steps: 3 });
  expect([1, 1, 1].map((loss) => short.add(loss))).toEqual([true, true, false]);
  const exploding = new RateCurve(rateSweep);
  // Smoothed (1 · 0.98 + x) / 1.98 > 4 for x > 6.94
  expect([1, 6.9].map((loss) => exploding.add(loss))).toEqual([true, true]);
  expect(exploding.add(50)).toBe(false);
  const broken = new RateCurve(rateSweep);
  expect([1, Number.NaN].map((loss) => broken.add(loss))).toEqual([true, false]);
  expect(broken.points).toHaveLength(1);
});

test("the valley is the longest way down, over bumps; its half is suggested", () => {
  // Longest: 9 8 7 6 5 4, from step 0 to 6 and over the bump at 3. It ends at 6, so that it starts
  // at 0; thirds of 2 steps: 0 + 2 + 1.
  expect(valleyRate(curveOf(9, 8, 7, 8.5, 6, 5, 4, 12))).toBe(1e3);
  expect(valleyRate(curveOf(1, 2, 3))).toBeNull();
  expect(valleyRate([])).toBeNull();
});

test("steep is where the loss falls most from one rate to the next", () => {
  expect(steepRate(curveOf(9, 8.9, 8, 5, 4.5, 9))).toBe(100);
  expect(steepRate(curveOf(1, 1, 2))).toBeNull();
  expect(steepRate([])).toBeNull();
});

test.each(Object.entries(oracle.curves))(
  "on the %s curve it says what fastai's functions say",
  (_, { losses, smoothed, valley, steep }) => {
    const curve = new RateCurve(rateSweep);
    losses.forEach((loss, step) => {
      expect(curve.add(loss)).toBe(step < losses.length - 1);
    });
    const points = curve.points;
    for (const [point, value] of [
      [points[0], smoothed[0]],
      [points[10], smoothed[1]],
      [points[points.length - 1], smoothed[2]],
    ] as const) {
      expect(point.smoothed_loss).toBeCloseTo(value, 9);
    }
    const { valley: ownValley, steep: ownSteep } = suggestRates(points);
    expect(ownValley).toBeCloseTo(valley, 9);
    expect(ownSteep).toBeCloseTo(steep, 9);
  },
);
