import { z } from "zod";
import { HeparError } from "../core/index.ts";
import { freeMemory, readJson } from "../files/index.node.ts";
import { build, networkOf } from "../model/index.ts";
import { bestTarget } from "../onnx/index.node.ts";
import { input, type Target } from "../onnx/index.ts";
import {
  type ArchitectureName,
  architectureOf,
  largestBatch,
  type NetworkChoice,
  parseRecipe,
  type Recipe,
  recipes,
  standardNetworks,
  trainingMemory,
} from "../train/index.ts";

/** What of a recipe may be chosen otherwise. */
export interface RecipeChoices {
  /** A built-in recipe's name, or a JSON file with one. */
  readonly recipe: string;
  /** This and what follows in place of the recipe's. */
  readonly epochs?: number | undefined;
  readonly arch?: ArchitectureName | undefined;
  /** Slices are stretched to size × size. */
  readonly size?: number | undefined;
  /** Channels of each stage; their number is the network's depth. */
  readonly widths?: readonly number[] | undefined;
  /** Slices in memory at once. */
  readonly batch?: number | undefined;
  /** Batches a step. */
  readonly accumulate?: number | undefined;
  /** Top of the learning rate. */
  readonly rate?: number | undefined;
  /** Share of the patients to learn from that chooses the epoch. */
  readonly watch?: number | undefined;
  /** Epochs without a better one after which training stops. */
  readonly patience?: number | undefined;
}

/**
 * The recipe that was chosen, ready to be trained: read, changed as asked, checked, and known to fit
 * into memory.
 *
 * @throws `usage.argument` for a recipe that is none or does not fit, before any work; `input.missing`
 */
export async function requireRecipe(choices: RecipeChoices): Promise<Recipe> {
  const recipe = changed(await recipeNamed(choices.recipe), choices);
  requireBuildable(recipe);
  requireMemory(recipe, await bestTarget());
  return recipe;
}

async function recipeNamed(name: string): Promise<Recipe> {
  const builtIn = Object.values(recipes).find((recipe) => recipe.name === name);
  if (builtIn !== undefined) return builtIn;
  if (!name.endsWith(".json")) {
    refuse(
      `there is no recipe ${name}`,
      `choose one of ${Object.keys(recipes).join(", ")}, or give a JSON file`,
    );
  }
  const { base, ...own } = await readJson(name, recipeFileSchema);
  try {
    return parseRecipe({ ...(base === undefined ? {} : recipes[base]), ...own });
  } catch (thrown) {
    throw thrown instanceof HeparError ? thrown.inFile(name) : thrown;
  }
}

/** Fields of a recipe, in place of those of a built-in one where it names its base. */
const recipeFileSchema = z.looseObject({
  base: z.enum(Object.keys(recipes) as (keyof typeof recipes)[]).optional(),
});

function changed(recipe: Recipe, choices: RecipeChoices): Recipe {
  return parseRecipe({
    ...recipe,
    network: networkFor(recipe, choices),
    epochs: choices.epochs ?? recipe.epochs,
    imageSize: choices.size ?? recipe.imageSize,
    batchSize: choices.batch ?? recipe.batchSize,
    accumulate: choices.accumulate ?? recipe.accumulate,
    learningRate: choices.rate ?? recipe.learningRate,
    watchShare: choices.watch ?? recipe.watchShare,
    patience: choices.patience ?? recipe.patience,
  });
}

function networkFor(recipe: Recipe, { arch, widths }: RecipeChoices): NetworkChoice {
  const { network: own, neighbours } = recipe;
  const network: NetworkChoice =
    arch === undefined || arch === own.architecture ? own : standardNetwork(arch, neighbours);
  if (widths === undefined) return network;
  if (network.architecture === "resnet34-unet") {
    if (widths.length === 1) return { ...network, width: widths[0] };
    return refuse(
      `a resnet34-unet has one width, its stem's, got ${widths.join(", ")}`,
      "give it as --widths 32; 64 is torchvision's, the only one whose weights fit",
    );
  }
  if (widths.length > 1) return { ...network, widths };
  return refuse(`a U-Net needs two or more widths, got ${widths.join(", ")}`, "as 16,32,64");
}

/** ImageNet's colours are those of three channels: a slice by itself. */
const standardNetwork = (arch: ArchitectureName, neighbours: number): NetworkChoice =>
  arch === "resnet34-unet" && neighbours > 0 ? { architecture: arch } : standardNetworks[arch];

function requireBuildable(recipe: Recipe): void {
  const { imageSize } = recipe;
  const problem = problemAt(recipe, imageSize);
  if (problem === undefined) return;
  // A size that is no multiple of what the stages want is the usual reason: the nearest that are.
  const below = sizes(imageSize, -1).find((size) => problemAt(recipe, size) === undefined);
  const above = sizes(imageSize, 1).find((size) => problemAt(recipe, size) === undefined);
  const near = [below, above].filter((size) => size !== undefined);
  refuse(
    `the network cannot be built for ${imageSize} × ${imageSize}: ${problem}`,
    near.length > 0 ? `choose --size ${near.join(" or ")}, or fewer --widths` : "see docs/cli.md",
  );
}

/** Sizes from the next on, downwards or upwards. */
const sizes = (size: number, step: 1 | -1): number[] =>
  Array.from({ length: 128 }, (_, n) => size + step * (n + 1)).filter((one) => one > 0);

/** Why a recipe's network cannot be built for images of a size; undefined when it can. */
function problemAt(recipe: Recipe, size: number): string | undefined {
  const architecture = architectureOf(recipe);
  const image = input("image", [1, architecture.channels, size, size]);
  try {
    const [{ shape }] = build(networkOf(architecture), image, { mode: "eval" }).outputs;
    const [height, width] = shape.slice(2);
    if (height === size && width === size) return undefined;
    return `it labels only the middle ${height} × ${width}: set mirrored in its network`;
  } catch (thrown) {
    if (thrown instanceof HeparError) return thrown.message;
    throw thrown;
  }
}

function requireMemory(recipe: Recipe, target: Target): void {
  const needed = trainingMemory(recipe, target);
  const free = freeMemory();
  if (needed <= free) return;
  const fits = largestBatch(recipe, { bytes: free, target });
  const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;
  refuse(
    `training with batches of ${recipe.batchSize} takes about ${gigabytes(needed)} of memory, ${gigabytes(free)} are free`,
    fits > 0
      ? `--batch ${fits} fits; --accumulate ${Math.ceil(recipe.batchSize / fits)} makes up for it`
      : "not one slice fits: choose a smaller --size, or smaller --widths",
  );
}

function refuse(message: string, hint: string): never {
  throw new HeparError("usage.argument", message, { hint });
}
