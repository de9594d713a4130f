import { expect, test } from "vitest";
import { scoreLines } from "./outcome-text.ts";

const structure = { dicePerCase: 0.5, definedCases: 2, undefinedCases: 0, diceGlobal: 0.625 };
const summary = { model: "unet", cases: 2, missing: 0, liver: structure, tumour: structure };

test("scores are said to be of cases never seen only where that is known", () => {
  const [known, liver] = scoreLines({ ...summary, unseen: true });
  expect(known).toBe("on 2 cases that training never saw:");
  expect(liver).toBe("  liver   Dice 0.500 a case (mean of 2), 0.625 over all voxels");
  const [unknown] = scoreLines({ ...summary, cases: 1, unseen: false });
  expect(unknown).toBe("on 1 case (the model does not say what it learned from):");
});
