import { expect, test } from "vitest";
import { failureLines, scoreLines } from "./outcome-text.ts";

const structure = { dicePerCase: 0.5, definedCases: 2, undefinedCases: 0, diceGlobal: 0.625 };
const summary = { model: "unet", cases: 2, missing: 0, liver: structure, tumour: structure };

test("scores are said to be of cases never seen only where that is known", () => {
  const [known, liver] = scoreLines({ ...summary, unseen: true });
  expect(known).toBe("on 2 cases that training never saw:");
  expect(liver).toBe("  liver   Dice 0.500 a case (mean of 2), 0.625 over all voxels");
  const [unknown] = scoreLines({ ...summary, cases: 1, unseen: false });
  expect(unknown).toBe("on 1 case (the model does not say what it learned from):");
});

test("what failed alike is named while it is little, and counted when it is much", () => {
  const gone = (n: number) =>
    ({
      case: `c${n}`,
      step: "catalog",
      code: "input.missing",
      reason: `scan s${n} is gone`,
    }) as const;
  const broken = { case: "b", step: "study", code: "nifti.gzip", reason: "it is damaged" } as const;
  const record = "cohort/runs/now-catalog.json";
  const five = Array.from({ length: 5 }, (_, n) => gone(n));
  expect(failureLines(five, record)).toEqual(
    five.map((_, n) => `failed: c${n} (catalog, input.missing): scan s${n} is gone`),
  );
  const many = Array.from({ length: 3000 }, (_, n) => gone(n));
  expect(failureLines([...many, broken], record)).toEqual([
    "failed: c0 (catalog, input.missing): scan s0 is gone",
    "failed: c1 (catalog, input.missing): scan s1 is gone",
    "failed: c2 (catalog, input.missing): scan s2 is gone",
    "failed: 2,997 more cases (catalog, input.missing): cohort/runs/now-catalog.json names all",
    "failed: b (study, nifti.gzip): it is damaged",
  ]);
  expect(failureLines([], record)).toEqual([]);
});
