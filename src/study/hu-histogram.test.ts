import fc from "fast-check";
import { expect, test } from "vitest";
import { HuHistogram } from "./hu-histogram.ts";

function statisticsOf(values: Int16Array | Float32Array, fractions: boolean) {
  const histogram = new HuHistogram({ fractions });
  const half = values.length >> 1;
  histogram.add(values.subarray(0, half));
  histogram.add(values.subarray(half));
  return histogram.statistics();
}

const expected = {
  meanHu: 40,
  sdHu: expect.closeTo(Math.sqrt((45 ** 2 + 20 ** 2 + 0 + 65 ** 2) / 4), 10),
  minHu: -5,
  // Ranks from 0: 10 % is 0.3, 25 % is 0.75, 50 % is 1.5, 75 % is 2.25, 90 % is 2.7.
  p10Hu: expect.closeTo(-5 + 0.3 * 25, 10),
  p25Hu: expect.closeTo(-5 + 0.75 * 25, 10),
  medianHu: 30,
  p75Hu: expect.closeTo(40 + 0.25 * 65, 10),
  p90Hu: expect.closeTo(40 + 0.7 * 65, 10),
  maxHu: 105,
};

test("four intensities by hand", () => {
  expect(statisticsOf(Int16Array.of(40, -5, 105, 20), false)).toEqual(expected);
  expect(statisticsOf(Float32Array.of(40, -5, 105, 20), true)).toEqual(expected);
});

test("nothing, and one value", () => {
  expect(statisticsOf(new Int16Array(0), false)).toBe(null);
  const one = statisticsOf(Int16Array.of(-1024), false);
  expect(one).toMatchObject({
    meanHu: -1024,
    sdHu: 0,
    minHu: -1024,
    medianHu: -1024,
    maxHu: -1024,
  });
});

test("fractions: the mean exact, percentiles to 1/32 HU", () => {
  const values = Float32Array.from({ length: 1001 }, (_, n) => 40 + n / 1000);
  const { meanHu, medianHu, p90Hu } = statisticsOf(values, true) ?? {};
  expect(meanHu).toBeCloseTo(40.5, 5);
  expect(Math.abs((medianHu ?? 0) - 40.5)).toBeLessThanOrEqual(1 / 32);
  expect(Math.abs((p90Hu ?? 0) - 40.9)).toBeLessThanOrEqual(1 / 32);
});

test("intensities beyond any CT do not break it", () => {
  const { minHu, maxHu, p90Hu } = statisticsOf(Float32Array.of(-1e9, 0, 1e9), true) ?? {};
  expect([minHu, maxHu]).toEqual([-1e9, 1e9]);
  expect(p90Hu).toBeLessThanOrEqual(32768);
});

/** By sorting, as the definition says. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (percent / 100) * (sorted.length - 1);
  const low = sorted[Math.floor(rank)];
  return low + (sorted[Math.ceil(rank)] - low) * (rank - Math.floor(rank));
}

test("as sorting says", () => {
  const intensities = fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 1 });
  fc.assert(
    fc.property(intensities, (values) => {
      const found = statisticsOf(Int16Array.from(values), false);
      expect(found?.p10Hu).toBeCloseTo(percentile(values, 10), 8);
      expect(found?.p25Hu).toBeCloseTo(percentile(values, 25), 8);
      expect(found?.medianHu).toBeCloseTo(percentile(values, 50), 8);
      expect(found?.p75Hu).toBeCloseTo(percentile(values, 75), 8);
      expect(found?.p90Hu).toBeCloseTo(percentile(values, 90), 8);
    }),
    { seed: 3, numRuns: 200 },
  );
});
