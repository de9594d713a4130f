import { HeparError } from "../core/index.ts";
import { sha256OfFile } from "../files/index.node.ts";
import { readCheckpoint } from "../model/index.node.ts";
import { inventoryOf, lengthOf, networkOf, withEncoderWeights } from "../model/index.ts";
import { architectureOf, type EncoderWeights, type Recipe } from "../train/index.ts";
import { type RecipeChoices, requireRecipe } from "./recipe.node.ts";
import { requireSplit } from "./split.node.ts";
import type { TrainChoices } from "./train.node.ts";

/** A training as it is asked for: recipe and weights still by their files' names. */
export interface TrainRequest
  extends RecipeChoices,
    Omit<TrainChoices, "model" | "recipe" | "encoderWeights"> {
  /** A safetensors or PyTorch file with what the encoder starts from. */
  readonly encoderWeights?: string | undefined;
}

/**
 * What a request comes to, checked before any work.
 *
 * @throws `usage.argument` for choices that no training can be made of; `input.missing` or
 *   `model.invalid` for a file of weights
 */
export async function trainChoicesOf(request: TrainRequest): Promise<Omit<TrainChoices, "model">> {
  requireSplit(request);
  const recipe = await requireRecipe(request);
  const { folds, fold, holdOut, seed, threads, restart, encoderWeights: file } = request;
  const encoderWeights = file === undefined ? undefined : await readWeights(file, recipe);
  return {
    ...{ recipe, encoderWeights, folds, fold, holdOut, seed, threads },
    ...(restart === undefined ? {} : { restart }),
  };
}

async function readWeights(file: string, recipe: Recipe): Promise<EncoderWeights> {
  const tensors = await readCheckpoint(file);
  try {
    requireEncoder(recipe, tensors);
  } catch (thrown) {
    throw thrown instanceof HeparError ? thrown.inFile(file) : thrown;
  }
  return { tensors, sha256: await sha256OfFile(file) };
}

/** Loads them into a network of zeros: what does not fit is told now, not after the slices are made. */
function requireEncoder(recipe: Recipe, tensors: EncoderWeights["tensors"]): void {
  const architecture = architectureOf(recipe);
  const { imageSize: size } = recipe;
  const inventory = inventoryOf(networkOf(architecture), [1, architecture.channels, size, size]);
  const vectors = {
    weights: new Float32Array(lengthOf(inventory.parameters)),
    statistics: new Float32Array(lengthOf(inventory.statistics)),
  };
  withEncoderWeights({ inventory, vectors }, tensors);
}
