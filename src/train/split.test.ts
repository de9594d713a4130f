import fc from "fast-check";
import { expect, test } from "vitest";
import { type SplitCase, splitByPatient } from "./split.ts";

const cases = (count: number, withTumour: number): SplitCase[] =>
  Array.from({ length: count }, (_, n) => ({
    case: `volume-${n}`,
    patient: `volume-${n}`,
    hasTumour: n < withTumour,
  }));

test("every case is held out in exactly one fold, and no patient is on both sides", () => {
  const anyCases = fc.array(
    fc.record({ patient: fc.integer({ min: 0, max: 12 }), hasTumour: fc.boolean() }),
    { minLength: 2, maxLength: 40 },
  );
  fc.assert(
    fc.property(anyCases, fc.integer({ min: 2, max: 6 }), fc.integer(), (drawn, folds, seed) => {
      const all = drawn.map((one, n) => ({ ...one, case: `c${n}`, patient: `p${one.patient}` }));
      fc.pre(new Set(all.map((one) => one.patient)).size >= 2);
      const split = splitByPatient(all, { folds, seed });
      const patientOf = new Map(all.map((one) => [one.case, one.patient]));
      const heldOut = split.folds.flatMap((fold) => fold.heldOut);
      expect(heldOut.toSorted()).toEqual(all.map((one) => one.case).toSorted());
      for (const fold of split.folds) {
        expect(fold.train.length + fold.heldOut.length).toBe(all.length);
        const seen = new Set(fold.train.map((name) => patientOf.get(name)));
        expect(fold.heldOut.some((name) => seen.has(patientOf.get(name)))).toBe(false);
        expect(fold.train.length).toBeGreaterThan(0);
        expect(fold.heldOut.length).toBeGreaterThan(0);
      }
    }),
  );
});

test("patients with tumours are shared out: 10 of 15 in 5 folds are 2 in each", () => {
  const all = cases(15, 10);
  const tumour = new Set(all.filter((one) => one.hasTumour).map((one) => one.case));
  for (const fold of splitByPatient(all, { folds: 5, seed: 3 }).folds) {
    expect(fold.heldOut.filter((name) => tumour.has(name))).toHaveLength(2);
    expect(fold.heldOut).toHaveLength(3);
  }
});

test("the same seed gives the same split, another seed another", () => {
  const split = (seed: number) => splitByPatient(cases(20, 10), { folds: 5, seed });
  expect(split(1)).toEqual(split(1));
  expect(split(1).folds).not.toEqual(split(2).folds);
});

test("names are in natural order", () => {
  const { train, heldOut } = splitByPatient(cases(12, 0), { folds: 2, seed: 1 }).folds[0];
  const number = (name: string): number => Number(name.slice(7));
  for (const names of [train, heldOut]) {
    expect(names.map(number)).toEqual(names.map(number).toSorted((a, b) => a - b));
  }
});

test("one patient cannot be split", () => {
  expect(() => splitByPatient(cases(1, 1), { folds: 5, seed: 1 })).toThrow(
    "training needs masks of at least two patients, got 1",
  );
});
