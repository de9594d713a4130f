import { expect, test } from "vitest";
import { numbersOf } from "./numbers.ts";

const en = numbersOf("en-GB");
const fr = numbersOf("fr");

test("the decimal sign, the thousands and the percent sign are the language's", () => {
  expect(en.whole(1347)).toBe("1,347");
  expect(fr.whole(1347)).toBe("1\u202F347");
  expect(en.dice(0.9094)).toBe("0.909");
  expect(fr.dice(0.9094)).toBe("0,909");
  expect(en.percent(12.345)).toBe("12.35%");
  expect(fr.percent(12.345)).toMatch(/^12,35[\u00A0\u202F]%$/);
});

test("a small amount keeps two significant digits, and zero is zero", () => {
  expect(en.amount(0.003421)).toBe("0.0034");
  expect(en.amount(0.1)).toBe("0.10");
  expect(en.amount(0)).toBe("0");
  expect(en.ml(1532.456)).toBe("1,532.46\u00A0mL");
});

test("tiny numbers are powers of ten", () => {
  expect(en.significant(0.000001, 3)).toBe("1\u00A0×\u00A010⁻⁶");
  expect(fr.significant(0.0000125, 3)).toBe("1,25\u00A0×\u00A010⁻⁵");
  expect(en.significant(0.0005, 3)).toBe("0.0005");
});

test("moments are UTC; a text that is none stays", () => {
  expect(en.moment("2026-01-02T15:04:05Z")).toMatch(/^2 January 2026 at 15:04 UTC$/);
  expect(fr.moment("2026-01-02T15:04:05Z")).toMatch(/^2 janvier 2026 à 15:04 UTC$/);
  expect(en.moment("yesterday")).toBe("yesterday");
});

test("durations", () => {
  expect(en.duration(8.25)).toBe("8.3\u00A0s");
  expect(en.duration(245)).toBe("4\u00A0min 5\u00A0s");
  expect(fr.duration(7800)).toBe("2\u00A0h 10\u00A0min");
  expect(en.duration(3599.9)).toBe("1\u00A0h 0\u00A0min");
});

test("zero is singular in French and plural in English", () => {
  expect(en.count(0, { one: "scan", other: "scans" })).toBe("0\u00A0scans");
  expect(fr.count(0, { one: "scanner", other: "scanners" })).toBe("0\u00A0scanner");
  expect(fr.count(2, { one: "scanner", other: "scanners" })).toBe("2\u00A0scanners");
});
