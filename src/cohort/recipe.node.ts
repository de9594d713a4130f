import { HeparError } from "../core/index.ts";
import { memory } from "../files/index.node.ts";
import { type Recipe, type RecipeName, recipes } from "../train/index.ts";

/** What of a recipe may be chosen otherwise. */
export interface RecipeChoices {
  readonly recipe: RecipeName;
  /** This and what follows in place of the recipe's. */
  readonly epochs?: number | undefined;
  /** Slices are stretched to size × size. */
  readonly size?: number | undefined;
  /** Channels of each stage; their number is the network's depth. */
  readonly widths?: readonly number[] | undefined;
  /** Slices a step. */
  readonly batch?: number | undefined;
  /** Top of the learning rate. */
  readonly rate?: number | undefined;
}

/** What of the split may be chosen. */
export interface FoldChoices {
  /** The patients are dealt into so many parts … */
  readonly folds: number;
  /** … of which this one, from 0, is held out. */
  readonly fold: number;
}

/** The recipe with what was chosen in its place. */
export function recipeOf(choices: RecipeChoices): Recipe {
  const recipe = recipes[choices.recipe];
  return {
    ...recipe,
    epochs: choices.epochs ?? recipe.epochs,
    imageSize: choices.size ?? recipe.imageSize,
    widths: choices.widths ?? recipe.widths,
    batchSize: choices.batch ?? recipe.batchSize,
    learningRate: choices.rate ?? recipe.learningRate,
  };
}

/**
 * Refuses, before any work, choices that no training can be made of.
 *
 * @throws `usage.argument` for a fold that is none, a network without depth, a size that does not
 *   halve often enough, or more memory than there is
 */
export function requireTrainable(choices: RecipeChoices & FoldChoices): void {
  const recipe = recipeOf(choices);
  const { widths, imageSize, batchSize } = recipe;
  if (choices.fold >= choices.folds) {
    refuse(
      `there is no fold ${choices.fold} of ${choices.folds}`,
      `choose --fold from 0 to ${choices.folds - 1}`,
    );
  }
  if (widths.length < 2) {
    refuse(`a U-Net needs two or more widths, got ${widths.join(", ")}`, "give them as 16,32,64");
  }
  const factor = 2 ** (widths.length - 1);
  if (imageSize % factor !== 0) {
    const below = Math.max(factor, imageSize - (imageSize % factor));
    refuse(
      `${widths.length} stages need a size that is a multiple of ${factor}, got ${imageSize}`,
      `choose --size ${below} or ${below + factor}, or fewer --widths`,
    );
  }
  const needed = memoryOf(recipe);
  if (needed > memory()) {
    const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;
    refuse(
      `training with batches of ${batchSize} takes about ${gigabytes(needed)} of memory, this machine has ${gigabytes(memory())}`,
      "choose a smaller --batch, --size or --widths",
    );
  }
}

/**
 * Bytes that a training step takes at its peak, about: so many times a stage's activations (measured:
 * 0.9 GB for batches of 8 at 128², widths 16 to 256), and the weights with their means and copies.
 */
function memoryOf({ widths, imageSize, batchSize }: Recipe): number {
  const activations = widths.reduce(
    (sum, width, depth) => sum + (batchSize * width * imageSize ** 2) / 4 ** depth,
    0,
  );
  const weights = widths.reduce((sum, width) => sum + 40 * width ** 2, 0);
  return 4 * (55 * activations + 12 * weights);
}

function refuse(message: string, hint: string): never {
  throw new HeparError("usage.argument", message, { hint });
}
