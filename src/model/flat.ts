/**
 * @file A network's numbers are two flat vectors, in the order of its inventory: the optimiser then
 * works on a few long rows instead of on hundreds of small tensors.
 */
import type { Random } from "../core/index.ts";
import { reshape, sizeOf, slice, type Value } from "../onnx/index.ts";
import type { Inventory, NamedShape, Parameter, Statistic } from "./parameters.ts";

/** All numbers of a network. */
export interface NetworkVectors {
  /** Its parameters. */
  readonly weights: Float32Array;
  /** What it keeps besides; empty where it keeps nothing. */
  readonly statistics: Float32Array;
}

/** Numbers in a flat vector of these tensors. */
export const lengthOf = (tensors: readonly NamedShape[]): number =>
  tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** Each tensor as a piece of one flat value, by name. */
export function cutFlat(flat: Value, tensors: readonly NamedShape[]): Map<string, Value> {
  let at = 0;
  return new Map(
    tensors.map(({ name, shape }) => {
      const size = sizeOf(shape);
      at += size;
      return [name, reshape(slice(flat, { starts: [at - size], sizes: [size] }), shape)];
    }),
  );
}

/** Each tensor's numbers within the flat vector, by name; views, not copies. */
export function splitFlat(
  flat: Float32Array,
  tensors: readonly NamedShape[],
): Record<string, Float32Array> {
  let at = 0;
  return Object.fromEntries(
    tensors.map(({ name, shape }) => {
      at += sizeOf(shape);
      return [name, flat.subarray(at - sizeOf(shape), at)];
    }),
  );
}

/** Where training starts: each parameter has its own stream of chance. */
export const initialVectors = (inventory: Inventory, random: Random): NetworkVectors => ({
  weights: initialWeights(inventory.parameters, random),
  statistics: initialStatistics(inventory.statistics),
});

function initialWeights(parameters: readonly Parameter[], random: Random): Float32Array {
  const flat = new Float32Array(lengthOf(parameters));
  const pieces = splitFlat(flat, parameters);
  for (const { name, shape, start } of parameters) {
    const piece = pieces[name];
    if (start.kind === "constant") {
      piece.fill(start.value);
      continue;
    }
    const { normal } = random.fork(name);
    const sd = Math.sqrt(2 / ((1 + start.slope ** 2) * start.fanIn));
    const { alike = 1 } = start;
    const row = piece.length / shape[0];
    for (let at = 0; at < piece.length; at++) {
      const rowOfGroup = Math.floor(at / row) % alike;
      piece[at] = rowOfGroup === 0 ? sd * normal() : piece[at - rowOfGroup * row];
    }
  }
  return flat;
}

function initialStatistics(statistics: readonly Statistic[]): Float32Array {
  const flat = new Float32Array(lengthOf(statistics));
  const pieces = splitFlat(flat, statistics);
  for (const { name, start } of statistics) pieces[name].fill(start);
  return flat;
}
