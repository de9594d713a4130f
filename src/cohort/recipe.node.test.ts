import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { recipes } from "../train/index.ts";
import { type RecipeChoices, requireRecipe } from "./recipe.node.ts";

const machine = vi.hoisted(() => ({ freeGigabytes: 64 }));

vi.mock(import("../files/index.node.ts"), async (original) => ({
  ...(await original()),
  freeMemory: () => machine.freeGigabytes * 2 ** 30,
}));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-recipe-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("what is chosen stands in place of the recipe's, the rest stays", async () => {
  const recipe = await requireRecipe({
    ...{ recipe: "small", size: 64, widths: [8, 16], rate: 0.01 },
    ...{ accumulate: 3, watch: 0.2, patience: 4 },
  });
  expect(recipe).toEqual({
    ...recipes.small,
    network: { architecture: "unet", widths: [8, 16], convolutions: 2 },
    imageSize: 64,
    learningRate: 0.01,
    accumulate: 3,
    watchShare: 0.2,
    patience: 4,
  });
});

test("every recipe can be trained as it is", async () => {
  for (const [name, recipe] of Object.entries(recipes)) {
    expect(await requireRecipe({ recipe: name })).toEqual(recipe);
  }
});

test("another network comes at its usual widths, or at those that are named", async () => {
  const resnet = await requireRecipe({ recipe: "small", arch: "resnet34-unet" });
  expect(resnet.network).toEqual({ architecture: "resnet34-unet", imageNet: true });
  const narrow = await requireRecipe({ recipe: "small", arch: "resnet34-unet", widths: [16] });
  expect(narrow.network).toMatchObject({ width: 16 });
  const stacked = await requireRecipe({ recipe: "accurate", arch: "resnet34-unet", batch: 1 });
  expect(stacked.network).toEqual({ architecture: "resnet34-unet" });
  const own = await requireRecipe({ recipe: "demo", arch: "unet" });
  expect(own.network).toEqual(recipes.demo.network);
});

/** Chooses from a file that holds this. */
async function fromFile(content: string, choices: Partial<RecipeChoices> = {}) {
  const file = join(folder, "own.json");
  await writeFile(file, content);
  return requireRecipe({ ...choices, recipe: file });
}

test("a recipe of one's own is a JSON file: whole, or what differs from a built-in one", async () => {
  expect(await fromFile(JSON.stringify({ ...recipes.demo, name: "own" }))).toEqual({
    ...recipes.demo,
    name: "own",
  });
  const differing = { base: "small", name: "mine", epochs: 3, optimiser: { kind: "sgd" } };
  expect(await fromFile(JSON.stringify(differing), { batch: 2 })).toEqual({
    ...recipes.small,
    name: "mine",
    epochs: 3,
    batchSize: 2,
    optimiser: { kind: "sgd", momentum: 0.99, nesterov: true, weightDecay: 3e-5 },
  });
});

test.each([
  ["a field of the wrong kind", { base: "small", epochs: "ten" }, "epochs: "],
  ["a field that there is not", { base: "small", epoch: 3 }, "epoch"],
  ["a network that there is not", { base: "small", network: { architecture: "vnet" } }, "network"],
  [
    "a network's own field",
    { base: "small", network: { architecture: "unet", widths: "wide", convolutions: 2 } },
    "network.widths: ",
  ],
  ["patience without patients", { base: "small", patience: 3 }, "held-out patients choose nothing"],
  ["what is missing", { name: "empty" }, "imageSize: "],
])("a recipe with %s is refused, with the file and the field", async (_, content, message) => {
  const refused = fromFile(JSON.stringify(content));
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toMatchObject({
    code: "usage.argument",
    file: join(folder, "own.json"),
  });
});

test.each<[string, Partial<RecipeChoices>, string, string]>([
  ["a recipe that there is not", { recipe: "huge" }, "there is no recipe huge", "demo, small"],
  ["no depth", { widths: [16] }, "two or more widths, got 16", "16,32,64"],
  ["a size that does not halve", { size: 33 }, "multiples of 16, got 33", "--size 32 or 48"],
  ["a size below the depth", { size: 4 }, "multiples of 16, got 4", "--size 16,"],
  [
    "several widths of an encoder",
    { arch: "resnet34-unet", widths: [8, 16] },
    "one width",
    "--widths 32",
  ],
  ["patience for nobody", { patience: 2 }, "needs a watchShare", "hepar recipes"],
])("%s is refused before any work", async (_, chosen, message, hint) => {
  const refused = requireRecipe({ recipe: "small", ...chosen });
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toMatchObject({
    code: "usage.argument",
    hint: expect.stringContaining(hint),
  });
});

test("a network that labels less than its image is refused", async () => {
  const network = { architecture: "unet2015", widths: [4, 4, 4] };
  await expect(
    fromFile(JSON.stringify({ base: "small", imageSize: 572, network })),
  ).rejects.toThrow("labels only the middle 532 × 532: set mirrored");
});

test("too little memory is foreseen, and the batch that fits is named, and it does fit", async () => {
  machine.freeGigabytes = 1.5;
  const refused = requireRecipe({ recipe: "default" });
  await expect(refused).rejects.toThrow(/batches of 8 takes about \d+\.\d GB .* 1\.5 GB are free/);
  const error = await refused.catch((thrown) => thrown);
  const [, fits] = /--batch (\d+) fits; --accumulate (\d+)/.exec(error.hint) ?? [];
  expect(Number(fits)).toBeGreaterThan(0);
  await requireRecipe({ recipe: "default", batch: Number(fits) });
  const more = requireRecipe({ recipe: "default", batch: Number(fits) + 1 });
  await expect(more).rejects.toThrow("takes about");
  machine.freeGigabytes = 0.3;
  const none = await requireRecipe({ recipe: "default" }).catch((thrown) => thrown);
  expect(none.hint).toContain("not one slice fits");
  machine.freeGigabytes = 64;
});
