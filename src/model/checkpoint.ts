import { type NetworkVectors, splitFlat } from "./flat.ts";
import type { Inventory } from "./parameters.ts";
import type { NamedTensor } from "./safetensors.ts";

/** A network's numbers as tensors by name: its parameters, then its statistics. */
export function tensorsOf(
  { weights, statistics }: NetworkVectors,
  inventory: Inventory,
): Record<string, NamedTensor> {
  const pieces = {
    ...splitFlat(weights, inventory.parameters),
    ...splitFlat(statistics, inventory.statistics),
  };
  return Object.fromEntries(
    [...inventory.parameters, ...inventory.statistics].map(({ name, shape }) => [
      name,
      { shape, data: pieces[name] },
    ]),
  );
}
