import fc from "fast-check";
import { expect, test } from "vitest";
import { type SplitCase, splitByPatient, splitHoldingOut } from "./split.ts";

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

test("some patients to learn from are set aside, with and without tumours, in every fold others", () => {
  const all = cases(20, 10);
  const { folds } = splitByPatient(all, { folds: 5, seed: 2, watchShare: 0.25 });
  const without = splitByPatient(all, { folds: 5, seed: 2 });
  folds.forEach(({ train, watch, heldOut }, fold) => {
    expect(heldOut).toEqual(without.folds[fold].heldOut);
    expect(without.folds[fold].watch).toEqual([]);
    expect([...train, ...watch].toSorted()).toEqual([...without.folds[fold].train].toSorted());
    // A quarter of 16 patients, 8 of whom have a tumour.
    expect(watch).toHaveLength(4);
    expect(watch.filter((name) => Number(name.slice(7)) < 10)).toHaveLength(2);
  });
  expect(folds[0].watch).not.toEqual(folds[1].watch);
});

test("a patient is set aside whole, and one stays to learn from", () => {
  const both = ["a", "b"].flatMap((patient) =>
    [1, 2].map((n) => ({ case: `${patient}${n}`, patient, hasTumour: true })),
  );
  const all = [...both, { case: "c", patient: "c", hasTumour: true }];
  const [fold] = splitHoldingOut(all, { heldOut: ["c"], seed: 1, watchShare: 0.99 }).folds;
  expect([fold.train, fold.watch].toSorted()).toEqual([
    ["a1", "a2"],
    ["b1", "b2"],
  ]);
  const two = all.filter(({ patient }) => patient !== "b");
  expect(() => splitByPatient(two, { folds: 2, seed: 1, watchShare: 0.2 })).toThrow(
    "cannot be dealt in three",
  );
});

test("named cases are held out by name or number, with all that their patients have", () => {
  const all = cases(12, 6).map((one) =>
    one.case === "volume-7" ? { ...one, patient: "volume-4" } : one,
  );
  const { folds } = splitHoldingOut(all, { heldOut: ["4", "volume-11"], seed: 1 });
  expect(folds).toEqual([
    {
      train: [0, 1, 2, 3, 5, 6, 8, 9, 10].map((n) => `volume-${n}`),
      watch: [],
      heldOut: ["volume-4", "volume-7", "volume-11"],
    },
  ]);
});

test.each([
  [["99"], "usage.argument", "no case 99"],
  [["volume"], "usage.argument", "no case volume"],
  [["4"], "usage.argument", "4 may be any of volume-4, scan-04"],
  [["volume-4", "scan-04", "volume-5"], "split.too-few", "all patients are held out"],
])("holding out %j is refused", (heldOut, code, message) => {
  const all = ["volume-4", "scan-04", "volume-5"].map((name) => ({
    case: name,
    patient: name,
    hasTumour: true,
  }));
  const split = () => splitHoldingOut(all, { heldOut, seed: 1 });
  expect(split).toThrow(expect.objectContaining({ code }));
  expect(split).toThrow(message);
});

test("one patient cannot be split", () => {
  expect(() => splitByPatient(cases(1, 1), { folds: 5, seed: 1 })).toThrow(
    "training needs masks of at least two patients, got 1",
  );
});
