import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomFrom } from "./random.ts";

const draws = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const moment = (values: readonly number[], order: number): number => {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** order));
};

describe("the stream", () => {
  // From sfc32 written a second time, in Python, from the description of the generator.
  test("is the same for ever", () => {
    const random = randomFrom(7);
    expect(draws(4, () => random.next() * 2 ** 32)).toEqual([
      3009047151, 4111320987, 2881081869, 9093381,
    ]);
    const fold = randomFrom(7).fork("fold");
    expect(draws(4, () => fold.next() * 2 ** 32)).toEqual([
      3453161922, 3995267681, 4062145730, 1723605954,
    ]);
  });

  test("a number and its text are one seed", () => {
    expect(randomFrom(7).next()).toBe(randomFrom("7").next());
    expect(randomFrom(7).next()).not.toBe(randomFrom(8).next());
  });
});

describe("uniform numbers", () => {
  test("lie in [0, 1) with mean 1/2 and variance 1/12", () => {
    const random = randomFrom("uniform");
    const values = draws(200_000, random.next);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    // Standard error of the mean: sqrt(1/12/200000) = 0.00065.
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(0.003);
    expect(Math.abs(moment(values, 2) - 1 / 12)).toBeLessThan(0.001);
  });

  test("fill each of ten whole numbers equally", () => {
    const random = randomFrom("below");
    const counts = new Array<number>(10).fill(0);
    for (let n = 0; n < 100_000; n++) counts[random.below(10)]++;
    // Chi-squared with 9 degrees of freedom: 27.9 is its 99.9 % point.
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(27.9);
  });

  test("keep to their bounds", () => {
    const random = randomFrom("between");
    const values = draws(10_000, () => random.between(-3, 5));
    expect(values.every((value) => value >= -3 && value < 5)).toBe(true);
    expect(Math.abs(mean(values) - 1)).toBeLessThan(0.1);
  });
});

test("normal numbers have mean 0, variance 1, no skew and kurtosis 3", () => {
  const random = randomFrom("normal");
  const values = draws(200_000, random.normal);
  expect(Math.abs(mean(values))).toBeLessThan(0.01);
  expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(0.015);
  expect(Math.abs(moment(values, 3))).toBeLessThan(0.03);
  expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(0.1);
});

describe("forks", () => {
  test("do not move with what the parent drew", () => {
    const early = randomFrom(7).fork("child").next();
    const parent = randomFrom(7);
    draws(100, parent.next);
    expect(parent.fork("child").next()).toBe(early);
  });

  test("are unrelated to each other and to the parent", () => {
    const parent = randomFrom(7);
    const streams = [parent, parent.fork(0), parent.fork(1), parent.fork("01")].map((random) =>
      draws(20_000, random.next),
    );
    for (let a = 0; a < streams.length; a++) {
      for (let b = 0; b < a; b++) {
        const product = mean(streams[a].map((x, n) => (x - 0.5) * (streams[b][n] - 0.5)));
        // Correlation: 1/12 when equal; standard error 1/12/sqrt(20000) = 0.0006.
        expect(Math.abs(product)).toBeLessThan(0.003);
      }
    }
  });

  test("of 20,000 names start differently", () => {
    const parent = randomFrom("run");
    const firsts = new Set(draws(20_000, () => 0).map((_, n) => parent.fork(n).next()));
    // Two of 20,000 draws from 2³² meet with a chance of 5 %; three meetings would be a defect.
    expect(firsts.size).toBeGreaterThan(19_997);
  });
});

describe("shuffled", () => {
  test("is a permutation and leaves its argument alone", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items];
        const after = randomFrom(seed).shuffled(items);
        expect(items).toEqual(before);
        expect([...after].sort()).toEqual([...before].sort());
      }),
    );
  });

  test("gives each of the six orders of three equally often", () => {
    const random = randomFrom("orders");
    const counts = new Map<string, number>();
    for (let n = 0; n < 60_000; n++) {
      const order = random.shuffled(["a", "b", "c"]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const chiSquared = [...counts.values()].reduce(
      (sum, count) => sum + (count - 10_000) ** 2 / 10_000,
      0,
    );
    expect(counts.size).toBe(6);
    expect(chiSquared).toBeLessThan(20.5); // 5 degrees of freedom, 99.9 %
  });
});
