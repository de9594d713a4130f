import { randomFrom } from "../../core/index.ts";
import {
  type Inventory,
  initialVectors,
  type NamedTensor,
  type NetworkVectors,
  withEncoderWeights,
} from "../../model/index.ts";

/** What an encoder has learned elsewhere. */
export interface EncoderWeights {
  /** By torchvision's names. */
  readonly tensors: Readonly<Record<string, NamedTensor>>;
  /** Of the file, so that another one is another training. */
  readonly sha256: string;
}

/**
 * Where a network starts: by chance, its encoder from given weights.
 *
 * @throws `model.invalid` when these are not its encoder's
 */
export function startVectors(
  inventory: Inventory,
  { seed, encoderWeights }: { readonly seed: number; readonly encoderWeights?: EncoderWeights },
): NetworkVectors {
  const vectors = initialVectors(inventory, randomFrom(seed).fork("weights"));
  if (encoderWeights === undefined) return vectors;
  return withEncoderWeights({ inventory, vectors }, encoderWeights.tensors);
}
