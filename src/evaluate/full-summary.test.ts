import { expect, test } from "vitest";
import { randomFrom } from "../core/index.ts";
import { type Affine, identityAffine, type LabelVolume } from "../volume/index.ts";
import { bootstrap } from "./bootstrap.ts";
import { rowsOf, unreferenced } from "./case-row.ts";
import { compareModels } from "./compare.ts";
import { detectionOf, sizeClassOf } from "./detection.ts";
import { type PatientCase, summariseFully } from "./full-summary.ts";
import { scorePair } from "./pair-scores.ts";
import { permutationP } from "./paired-test.ts";

const affine: Affine = [2, 0, 0, 7, 0, 2, 0, 7, 0, 0, 2, 7, ...identityAffine.slice(12)];

const row = (...labels: number[]): LabelVolume => ({
  kind: "labels",
  dims: [labels.length, 1, 1],
  affine,
  affineFrom: "sform",
  voxels: Uint8Array.from(labels),
});

function scored(name: string, reference: LabelVolume, prediction?: LabelVolume): PatientCase {
  const status = prediction === undefined ? "missing" : "scored";
  const scores = scorePair(reference, prediction);
  return { ...rowsOf({ case: name, status }, scores), patient: name.slice(0, 1) };
}

const cases = [
  scored("a1", row(1, 2, 2, 1), row(1, 2, 1, 1)),
  scored("a2", row(1, 1, 1, 1), row(1, 1, 1, 1)),
  scored("b", row(1, 2, 1, 1), row(1, 1, 1, 1)),
  scored("c", row(1, 2, 2, 1), row(1, 2, 2, 1)),
  scored("d", row(1, 2, 1, 1)),
];

const summary = summariseFully(
  { model: "m", unseen: true },
  [...cases, { ...unreferenced("e"), patient: "e" }],
  { random: randomFrom(1) },
);

test("misses count, the undefined is left out, and both are told", () => {
  // (2/3 + 0 + 1 + 0) / 4
  expect(summary.tumour.scores.dice.value).toBeCloseTo(5 / 12, 12);
  expect(summary.tumour.scores.dice).toMatchObject({
    definedCases: 4,
    undefinedCases: 1,
    worstCases: 2,
  });
  expect(summary.tumour.scores.dice.meanWithoutWorst).toBeCloseTo(5 / 6, 12);
  expect(summary.tumour.dicePerCase).toBe(summary.tumour.scores.dice.value);
  expect(summary).toMatchObject({ cases: 5, missing: 1, patients: 4, withoutReference: ["e"] });
  expect(summary.worstFirst).toEqual(["b", "d", "a1", "c"]);
  // 2 · 3 / (6 + 3)
  expect(summary.tumour.diceGlobal).toBeCloseTo(2 / 3, 12);
});

test("lesions over all cases: four of the reference, two found, one of them above 0.5", () => {
  expect(summary.lesions.anyOverlap).toMatchObject({
    references: 4,
    found: 2,
    predictions: 2,
    correct: 2,
    precision: 1,
    recall: 0.5,
  });
  expect(summary.lesions.anyOverlap.f1).toBeCloseTo(2 / 3, 12);
  // a1's pair has an IoU of exactly 0.5.
  expect(summary.lesions.iouAbove50).toMatchObject({ found: 1, correct: 1, precision: 0.5 });
  expect(summary.lesions.curve.map(({ f1 }) => f1?.toFixed(3))).toEqual([
    "0.667",
    "0.667",
    "0.667",
    "0.667",
    "0.667",
    "0.333",
    "0.333",
    "0.333",
    "0.333",
    "0.333",
  ]);
  expect(summary.lesions.panoptic).toMatchObject({ sq: 1, rq: 2 / 6, pq: 2 / 6 });
  expect(summary.lesions.bySize.below10mm.anyOverlap.references).toBe(4);
});

test("burden: 25 points off at most, the signed maximum hides none here", () => {
  // 50 − 25, 0, 25 − 0, 0, 25 − 0 (no prediction)
  expect(summary.burden).toMatchObject({ cases: 5, maxPercent: 25, maxAbsolutePercent: 25 });
  expect(summary.burden.rmsePercent).toBeCloseTo(Math.sqrt((3 * 625) / 5), 12);
});

test("no case gives no number", () => {
  const none = summariseFully({ model: "m", unseen: true }, [], { random: randomFrom(1) });
  expect(none.tumour.scores.dice).toMatchObject({ value: null, ci95: null, definedCases: 0 });
  expect(none.lesions.anyOverlap).toMatchObject({ precision: null, recall: null, f1: null });
  expect(none.burden).toEqual({
    cases: 0,
    rmsePercent: null,
    maxPercent: null,
    maxAbsolutePercent: null,
  });
});

test("sizes: 10 and 20 mm are in the middle class", () => {
  const classes = [9.99, 10, 20, 20.01, null].map((mm) =>
    sizeClassOf({ longest_axial_diameter_mm: mm }),
  );
  expect(classes).toEqual(["below10mm", "from10to20mm", "from10to20mm", "above20mm", "unknown"]);
});

test("predictions where there is nothing to find: recall undefined, F1 0", () => {
  const { lesions } = scored("x", row(1, 1, 1), row(1, 2, 1));
  expect(detectionOf(lesions, "any overlap")).toMatchObject({ precision: 0, recall: null, f1: 0 });
});

test("the bootstrap draws patients: the same seed, the same interval, which holds the value", () => {
  const patients = [[1, 1], [2], [3, 5], [4], [2, 2], [6], [1]];
  const mean = (of: readonly number[]) => of.reduce((sum, v) => sum + v, 0) / of.length;
  const once = bootstrap(patients, mean, { random: randomFrom(3) });
  expect(bootstrap(patients, mean, { random: randomFrom(3) })).toEqual(once);
  expect(once.ci95?.low).toBeLessThan(once.value ?? 0);
  expect(once.ci95?.high).toBeGreaterThan(once.value ?? 0);
  expect(bootstrap([[1, 2]], mean, { random: randomFrom(3) }).ci95).toBeNull();
});

test("the interval of a mean covers it in about 95 of 100 samples", () => {
  const random = randomFrom("coverage");
  const mean = (of: readonly number[]) => of.reduce((sum, v) => sum + v, 0) / of.length;
  let covered = 0;
  for (let n = 0; n < 200; n++) {
    const patients = Array.from({ length: 25 }, () => [random.normal()]);
    const { ci95 } = bootstrap(patients, mean, { random, resamples: 400 });
    if (ci95 !== null && ci95.low <= 0 && ci95.high >= 0) covered++;
  }
  expect(covered / 200).toBeGreaterThan(0.88);
  expect(covered / 200).toBeLessThan(0.99);
});

test("two models: the mean difference over the cases that both have, by hand", () => {
  const other = [
    scored("a1", row(1, 2, 2, 1), row(1, 2, 2, 1)),
    scored("c", row(1, 2, 2, 1), row(1, 2, 2, 1)),
  ];
  const dice = compareModels(cases, other, { random: randomFrom(1) }).find(
    ({ structure, score }) => structure === "tumour" && score === "dice",
  );
  // (2/3 − 1 + 1 − 1) / 2; of four ways to change the signs all are as far.
  expect(dice).toMatchObject({ cases: 2, patients: 2, p: 1 });
  expect(dice?.value).toBeCloseTo(-1 / 6, 12);
});

test("a difference of one sign in 20 patients cannot be chance; none at all is p 1", () => {
  const random = randomFrom(5);
  expect(permutationP(new Array(20).fill(0.1), { random })).toBeLessThan(0.001);
  expect(permutationP(new Array(20).fill(0), { random })).toBe(1);
  expect(permutationP([], { random })).toBeNull();
});
