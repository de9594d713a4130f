import { HeparError } from "../core/index.ts";
import { tensorsOf, vectorsOf } from "./checkpoint.ts";
import type { NetworkVectors } from "./flat.ts";
import type { Inventory } from "./parameters.ts";
import type { NamedTensor } from "./safetensors.ts";

/** Before the names of a resnet34-unet's encoder, whose rest is torchvision's. */
const prefix = "encoder.";

/** Of torchvision's tensors, those that no encoder has: the classifier, and how long it learned. */
const ignored = /^fc\.|\.num_batches_tracked$/;

/**
 * The numbers of a resnet34-unet with its encoder's, running statistics included, taken from
 * torchvision's ResNet-34; all others stay.
 *
 * @param network - what `inventoryOf` and `initialVectors` gave
 * @param checkpoint - tensors by torchvision's names, as `readCheckpoint` gives them
 * @throws `model.invalid` when the network has no such encoder, or the checkpoint's tensors are not
 *   its: missing, too many, or of another shape
 */
export function withEncoderWeights(
  network: { readonly inventory: Inventory; readonly vectors: NetworkVectors },
  checkpoint: Readonly<Record<string, NamedTensor>>,
): NetworkVectors {
  const { inventory, vectors } = network;
  const encoder: Inventory = {
    parameters: inventory.parameters.filter(({ name }) => name.startsWith(prefix)),
    statistics: inventory.statistics.filter(({ name }) => name.startsWith(prefix)),
  };
  const kept = Object.entries(checkpoint).filter(([name]) => !ignored.test(name));
  const tensors = Object.fromEntries(kept.map(([name, tensor]) => [`${prefix}${name}`, tensor]));
  requireSameColours(tensors, encoder);
  const loaded = tensorsOf(fitting(tensors, encoder), encoder);
  return vectorsOf({ ...tensorsOf(vectors, inventory), ...loaded }, inventory);
}

function requireSameColours(
  tensors: Readonly<Record<string, NamedTensor>>,
  { parameters }: Inventory,
): void {
  const first = `${prefix}conv1.weight`;
  const wanted = parameters.find(({ name }) => name === first)?.shape[1];
  if (wanted === undefined) {
    throw new HeparError("model.invalid", "the network has no ResNet-34 whose weights to load", {
      hint: "encoder weights are for the architecture resnet34-unet",
    });
  }
  const got = tensors[first]?.shape[1];
  if (got === undefined || got === wanted) return;
  throw new HeparError(
    "model.invalid",
    `the encoder weights are for images of ${got} channels, the network's have ${wanted}`,
    {
      hint: "torchvision's are for 3: train on slices without neighbours, or without such weights",
    },
  );
}

function fitting(
  tensors: Readonly<Record<string, NamedTensor>>,
  encoder: Inventory,
): NetworkVectors {
  try {
    return vectorsOf(tensors, encoder);
  } catch (cause) {
    if (!(cause instanceof HeparError)) throw cause;
    throw new HeparError("model.invalid", `not the weights of a ResNet-34: ${cause.message}`, {
      hint: "name the file of torchvision's resnet34, and leave the network's width at 64",
      cause,
    });
  }
}
