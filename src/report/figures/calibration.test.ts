import { expect, test } from "vitest";
import { languageOf } from "../language.ts";
import { calibration, wilson } from "./calibration.ts";

test("Wilson's interval is that of the tables", () => {
  // Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I:
  // 81 of 263 and 0 of 20.
  const [low, high] = wilson(81, 263);
  expect(low).toBeCloseTo(0.2553, 4);
  expect(high).toBeCloseTo(0.3662, 4);
  expect(wilson(0, 20)[0]).toBe(0);
  expect(wilson(0, 20)[1]).toBeCloseTo(0.1611, 4);
});

test("empty bins are left out, and none gives no figure", () => {
  const language = languageOf("en");
  const empty = { from: 0, to: 0.5, lesions: 0, predicted: null, observed: null };
  expect(calibration({ bins: [empty], ece: 0, brier: 0 }, language)).toBeNull();
  const full = { from: 0.5, to: 1, lesions: 4, predicted: 0.8, observed: 0.75 };
  const figure = calibration({ bins: [empty, full], ece: 0.05, brier: 0.1 }, language);
  const text = figure?.text.replaceAll("\u00A0", " ");
  expect(text).toContain("4 predicted lesions in 1 bin");
  expect(text).toContain("0.50–1.00: 3 of 4");
});
