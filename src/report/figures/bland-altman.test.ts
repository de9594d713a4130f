import { expect, test } from "vitest";
import type { CaseScoreRow } from "../../evaluate/index.ts";
import { languageOf } from "../language.ts";
import { blandAltman, blandAltmanOf, studentT, volumePairs } from "./bland-altman.ts";

/** With plain spaces for those that do not break. */
const plain = (text = "") => text.replaceAll("\u00A0", " ");

const pair = (referenceMl: number, predictedMl: number) => ({
  case: "a",
  referenceMl,
  predictedMl,
});

test("bias and limits, worked by hand", () => {
  // d = 10, −10, 30, −10: mean 5; squares about it 25 + 225 + 625 + 225 = 1100; s = √(1100 ÷ 3).
  const found = blandAltmanOf([pair(100, 110), pair(200, 190), pair(300, 330), pair(400, 390)]);
  const s = Math.sqrt(1100 / 3);
  expect(found.biasMl).toBeCloseTo(5, 12);
  expect(found.limits?.lowMl).toBeCloseTo(5 - 1.96 * s, 10);
  expect(found.limits?.highMl).toBeCloseTo(42.5312, 3);
  // t of 3 degrees of freedom is 3.1824; 3.1824 · 19.1485 ÷ 2, and √3 times that.
  expect(found.limits?.biasHalfMl).toBeCloseTo(30.4697, 2);
  expect(found.limits?.limitHalfMl).toBeCloseTo(52.775, 2);
});

test("one case has a difference and no limits", () => {
  expect(blandAltmanOf([pair(100, 90)])).toEqual({ count: 1, biasMl: -10, limits: null });
});

test.each([
  [1, 12.7062],
  [2, 4.30265],
  [3, 3.18245],
  [4, 2.77645],
  [5, 2.57058],
  [10, 2.22814],
  [30, 2.04227],
  [120, 1.97993],
])("Student's t of %i degrees of freedom is that of the tables", (freedom, t) => {
  expect(studentT(freedom)).toBeCloseTo(t, freedom < 3 ? 4 : 3);
});

const score = (name: string, counts: readonly [number, number]): CaseScoreRow => ({
  case: name,
  status: counts[1] === 0 ? "missing" : "scored",
  liver_dice: 0,
  liver_reference_voxels: counts[0],
  liver_predicted_voxels: counts[1],
  liver_common_voxels: 0,
  tumour_dice: null,
  tumour_reference_voxels: 0,
  tumour_predicted_voxels: 0,
  tumour_common_voxels: 0,
});

test("volumes are voxels times spacing; unknown spacing is left out, a missing prediction is 0 mL", () => {
  const of = (name: string, x: number | null) => ({
    case: name,
    spacing_x_mm: x,
    spacing_y_mm: 0.5,
    spacing_z_mm: 4,
  });
  const rows = [of("a", 0.5), of("b", null), of("c", 1)];
  const scores = [score("a", [1000, 1500]), score("b", [5, 5]), score("c", [2000, 0])];
  expect(volumePairs(scores, { rows, structure: "liver" })).toEqual({
    // 0.5 · 0.5 · 4 mm³ = 0.001 mL; 1 · 0.5 · 4 mm³ = 0.002 mL
    pairs: [
      { case: "a", referenceMl: 1, predictedMl: 1.5 },
      { case: "c", referenceMl: 4, predictedMl: 0 },
    ],
    leftOut: 1,
    missing: 1,
  });
  const figure = blandAltman(scores, { rows, structure: "liver", language: languageOf("en") });
  expect(plain(figure?.text)).toContain("1 case without a known spacing is left out");
  expect(plain(figure?.text)).toContain("1 case without a prediction counts as 0 mL");
  expect(
    blandAltman(scores.slice(1, 2), { rows, structure: "liver", language: languageOf("en") }),
  ).toBeNull();
});
