import { expect, test } from "vitest";
import { barLine, durationText, plainLine } from "./bar.ts";

const state = { step: "convert", unit: "cases", total: 20, done: 5, seconds: 10, note: "volume-4" };

test("a bar shows the share, the rate and the time left", () => {
  // 5 of 20 = 6 of 24 cells; 5 in 10 s = 2 s each; 15 left = 30 s.
  expect(barLine(state, 100)).toBe(
    `convert   ${"━".repeat(6)}${"─".repeat(18)} 5/20 cases · 2.0 s each · 30 s left · volume-4`,
  );
});

test("a fast step is given per second, and a finished one has no time left", () => {
  expect(plainLine({ ...state, done: 20, seconds: 4, note: "" })).toBe(
    "convert: 20/20 cases · 5.0/s",
  );
});

test("one unit is one, and many are counted in thousands", () => {
  const one = { ...state, done: 0, total: 1, seconds: 0, note: "" };
  expect(plainLine(one)).toBe("convert: 0/1 case");
  expect(plainLine({ ...one, done: 1200, total: 3000, unit: "slices" })).toBe(
    "convert: 1,200/3,000 slices",
  );
});

test("before the first case there is no rate", () => {
  expect(plainLine({ ...state, done: 0, seconds: 3, note: "" })).toBe("convert: 0/20 cases");
});

test("part of a unit is shown with one decimal", () => {
  expect(plainLine({ ...state, unit: "epochs", total: 6, done: 4 / 3, seconds: 0, note: "" })).toBe(
    "convert: 1.3/6 epochs",
  );
});

test("a line never wraps", () => {
  expect(barLine(state, 20)).toHaveLength(19);
  expect(barLine(state, 20).endsWith("…")).toBe(true);
});

test("durations read as people say them", () => {
  expect([8.4, 59.6, 125, 4325].map(durationText)).toEqual([
    "8 s",
    "1 min 00 s",
    "2 min 05 s",
    "1 h 12 min",
  ]);
});
