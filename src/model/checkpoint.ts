import { HeparError } from "../core/index.ts";
import type { Shape } from "../onnx/index.ts";
import { lengthOf, type NetworkVectors, splitFlat } from "./flat.ts";
import type { Inventory, NamedShape } from "./parameters.ts";
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

/**
 * A network's numbers out of tensors by name: all of its parameters and statistics, and nothing else.
 *
 * @throws `model.invalid` when they are another network's, with each difference: what is missing, what
 *   is too much, what has another shape
 */
export function vectorsOf(
  tensors: Readonly<Record<string, NamedTensor>>,
  inventory: Inventory,
): NetworkVectors {
  requireSame(tensors, [...inventory.parameters, ...inventory.statistics]);
  const joined = (wanted: readonly NamedShape[]): Float32Array => {
    const flat = new Float32Array(lengthOf(wanted));
    for (const [name, piece] of Object.entries(splitFlat(flat, wanted))) {
      piece.set(tensors[name].data);
    }
    return flat;
  };
  return {
    weights: joined(inventory.parameters),
    statistics: joined(inventory.statistics),
  };
}

function requireSame(
  tensors: Readonly<Record<string, NamedTensor>>,
  wanted: readonly NamedShape[],
): void {
  const names = new Set(wanted.map(({ name }) => name));
  const shapeOf = (name: string): Shape | undefined =>
    Object.hasOwn(tensors, name) ? tensors[name].shape : undefined;
  const differences = {
    missing: wanted.filter(({ name }) => shapeOf(name) === undefined).map(named),
    "too many": Object.entries(tensors)
      .filter(([name]) => !names.has(name))
      .map(([name, { shape }]) => named({ name, shape })),
    "of another shape": wanted.flatMap(({ name, shape }) => {
      const got = shapeOf(name);
      return got === undefined || got.join() === shape.join()
        ? []
        : [`${named({ name, shape })} expected, got [${got.join(",")}]`];
    }),
  };
  const lists = Object.entries(differences).filter(([, list]) => list.length > 0);
  if (lists.length === 0) return;
  throw new HeparError(
    "model.invalid",
    `the tensors are another network's; ${lists.map(([what, list]) => `${what}: ${shortened(list)}`).join("; ")}`,
    { hint: "use the weights with the description that was written with them" },
  );
}

const named = ({ name, shape }: NamedShape): string => `${name} [${shape.join(",")}]`;

/** The first three, and how many more. */
function shortened(list: readonly string[]): string {
  const more = list.length - 3;
  return [...list.slice(0, 3), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
