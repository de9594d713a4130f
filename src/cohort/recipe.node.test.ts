import { expect, test } from "vitest";
import { recipeOf, requireTrainable } from "./recipe.node.ts";

const choices = { recipe: "small", folds: 5, fold: 0 } as const;

test("what is chosen stands in place of the recipe's, the rest stays", () => {
  const recipe = recipeOf({ ...choices, size: 64, widths: [8, 16], rate: 0.01 });
  expect(recipe).toMatchObject({ imageSize: 64, widths: [8, 16], learningRate: 0.01 });
  expect(recipe).toMatchObject({ batchSize: 8, epochs: 16, name: "small" });
});

test("every recipe can be trained as it is", () => {
  for (const recipe of ["demo", "small", "default"] as const) {
    expect(() => requireTrainable({ ...choices, recipe })).not.toThrow();
  }
});

test.each([
  ["a fold that is none", { fold: 5 }, "there is no fold 5 of 5", "from 0 to 4"],
  ["no depth", { widths: [16] }, "two or more widths, got 16", "16,32,64"],
  ["a size that does not halve", { size: 33 }, "multiple of 16, got 33", "--size 32 or 48"],
  ["a size below the depth", { size: 4 }, "multiple of 16, got 4", "--size 16 or 32"],
  [
    "too much memory",
    { size: 2048, widths: [4096, 4096] },
    "GB of memory, this machine has",
    "--batch",
  ],
])("%s is refused before any work", (_, chosen, message, hint) => {
  const check = () => requireTrainable({ ...choices, ...chosen });
  expect(check).toThrow(message);
  expect(check).toThrow(expect.objectContaining({ code: "usage.argument" }));
  expect(check).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
});
