import { expect, test } from "vitest";
import { type Random, randomFrom } from "../../core/index.ts";
import { addNoise } from "./noise.ts";

const settings = { probability: 1, deviation: 0.05 };
/** The largest deviation that the settings allow. */
const utmost = (seed: number): Random => ({
  ...randomFrom(seed),
  between: (_, high) => high,
});

test("mean 0, the deviation asked for, the tails of a normal distribution, no memory", () => {
  const noise = new Float32Array(200_000);
  addNoise(noise, { settings, random: utmost(1) });
  // 0.05 of a range that is 2 wide
  const normal = noise.map((value) => value / 0.1);
  const mean = (of: (value: number, at: number) => number): number =>
    normal.reduce((sum, value, at) => sum + of(value, at), 0) / normal.length;
  // Each within four of its own standard deviations, √(1/n), √(2/n), √(15/n), √(96/n).
  const tolerance = (variance: number): number => 4 * Math.sqrt(variance / normal.length);
  expect(Math.abs(mean((value) => value))).toBeLessThan(tolerance(1));
  expect(Math.abs(mean((value) => value ** 2) - 1)).toBeLessThan(tolerance(2));
  expect(Math.abs(mean((value) => value ** 3))).toBeLessThan(2 * tolerance(15));
  expect(Math.abs(mean((value) => value ** 4) - 3)).toBeLessThan(2 * tolerance(96));
  const beyond = (limit: number): number => mean((value) => Number(Math.abs(value) > limit));
  expect(beyond(1)).toBeCloseTo(0.3173, 2);
  expect(beyond(2)).toBeCloseTo(0.0455, 2);
  expect(beyond(3)).toBeCloseTo(0.0027, 3);
  for (const lag of [1, 2, 3, 256]) {
    expect(Math.abs(mean((value, at) => value * (normal[at + lag] ?? 0)))).toBeLessThan(
      tolerance(1),
    );
  }
});

test("it is cut off at black and white, and other chance gives other noise", () => {
  const white = new Float32Array(1000).fill(1);
  addNoise(white, { settings, random: utmost(2) });
  expect(Math.max(...white)).toBe(1);
  expect(white.filter((value) => value < 1).length).toBeGreaterThan(400);
  const other = new Float32Array(1000).fill(1);
  addNoise(other, { settings, random: utmost(3) });
  expect(other).not.toEqual(white);
});
