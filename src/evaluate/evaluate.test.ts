import { expect, test } from "vitest";
import { dice } from "./overlap.ts";
import type { CaseScoreRow } from "./row.ts";
import { summarise } from "./summarise.ts";

test("both empty is not defined; one empty is 0", () => {
  expect(dice({ reference: 0, predicted: 0, common: 0 })).toEqual({
    defined: false,
    why: "both empty",
  });
  expect(dice({ reference: 5, predicted: 0, common: 0 })).toEqual({ defined: true, value: 0 });
});

const row = (
  liver: readonly number[],
  tumour: readonly number[],
  missing = false,
): CaseScoreRow => {
  const value = ([reference, predicted, common]: readonly number[]): number | null =>
    reference + predicted === 0 ? null : (2 * common) / (reference + predicted);
  return {
    case: "c",
    status: missing ? "missing" : "scored",
    liver_dice: value(liver),
    liver_reference_voxels: liver[0],
    liver_predicted_voxels: liver[1],
    liver_common_voxels: liver[2],
    tumour_dice: value(tumour),
    tumour_reference_voxels: tumour[0],
    tumour_predicted_voxels: tumour[1],
    tumour_common_voxels: tumour[2],
  };
};

test("a missed case lowers the mean, an undefined one leaves it and is counted", () => {
  const summary = summarise({ model: "m", unseen: true }, [
    row([100, 100, 90], [10, 10, 5]),
    row([100, 0, 0], [10, 0, 0], true),
    row([100, 100, 90], [0, 0, 0]),
  ]);
  expect(summary).toEqual({
    model: "m",
    unseen: true,
    cases: 3,
    missing: 1,
    // (0.9 + 0 + 0.9) / 3; 2 · 180 / 500
    liver: { dicePerCase: 0.6, definedCases: 3, undefinedCases: 0, diceGlobal: 0.72 },
    // (0.5 + 0) / 2; 2 · 5 / 30
    tumour: { dicePerCase: 0.25, definedCases: 2, undefinedCases: 1, diceGlobal: 10 / 30 },
  });
});

test("no case gives no numbers", () => {
  const none = { dicePerCase: null, definedCases: 0, undefinedCases: 0, diceGlobal: null };
  expect(summarise({ model: "m", unseen: true }, [])).toEqual({
    model: "m",
    unseen: true,
    cases: 0,
    missing: 0,
    liver: none,
    tumour: none,
  });
});
