import type { Random } from "../core/index.ts";
import { input, reshape, type Shape, sizeOf, slice, type Value } from "../onnx/index.ts";

/** How a parameter starts. */
export type Initialiser =
  /** Normal with variance 2 / ((1 + slope²) · fanIn) (He et al. 2015, for leaky ReLU). */
  | { readonly kind: "he"; readonly fanIn: number; readonly slope: number }
  | { readonly kind: "constant"; readonly value: number };

/** One named tensor of a network's weights. */
export interface Parameter {
  readonly name: string;
  readonly shape: Shape;
  readonly start: Initialiser;
  /** Weight decay acts on kernels, not on norms and biases. */
  readonly decays: boolean;
}

/** Asks for a parameter while a network is built; the same name always gives the same value. */
export type Parameters = (
  name: string,
  shape: Shape,
  settings: { readonly start: Initialiser; readonly decays?: boolean },
) => Value;

/** A network: from its input to its output, asking for parameters on the way. */
export type Network = (x: Value, parameters: Parameters) => Value;

/** The parameters that a network asks for, in its order. Builds it once and throws it away. */
export function parametersOf(network: Network, inputShape: Shape): Parameter[] {
  const list: Parameter[] = [];
  network(input("probe", inputShape), (name, shape, { start, decays = true }) => {
    list.push({ name, shape, start, decays });
    return input(name, shape);
  });
  return list;
}

/** Number of weights. */
export const countWeights = (parameters: readonly Parameter[]): number =>
  parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/**
 * All parameters as pieces of one flat vector, in order: the optimiser then works on a few long
 * rows instead of on hundreds of small tensors.
 */
export function fromFlat(
  flat: Value,
  parameters: readonly Parameter[],
): { readonly values: readonly Value[]; readonly ask: Parameters } {
  const byName = new Map<string, Value>();
  let start = 0;
  for (const { name, shape } of parameters) {
    const size = sizeOf(shape);
    byName.set(name, reshape(slice(flat, { starts: [start], sizes: [size] }), shape));
    start += size;
  }
  return {
    values: [...byName.values()],
    ask: (name, shape) => byName.get(name) ?? input(name, shape),
  };
}

/** Starting weights as one flat vector, each parameter from its own stream of chance. */
export function initialWeights(parameters: readonly Parameter[], random: Random): Float32Array {
  const flat = new Float32Array(countWeights(parameters));
  let at = 0;
  for (const { name, shape, start } of parameters) {
    const end = at + sizeOf(shape);
    if (start.kind === "constant") {
      flat.fill(start.value, at, end);
      at = end;
      continue;
    }
    const { normal } = random.fork(name);
    const sd = Math.sqrt(2 / ((1 + start.slope ** 2) * start.fanIn));
    while (at < end) flat[at++] = sd * normal();
  }
  return flat;
}

/** Each parameter's numbers within the flat vector; views, not copies. */
export function splitFlat(
  flat: Float32Array,
  parameters: readonly Parameter[],
): Record<string, Float32Array> {
  let at = 0;
  return Object.fromEntries(
    parameters.map(({ name, shape }) => {
      const end = at + sizeOf(shape);
      const piece = flat.subarray(at, end);
      at = end;
      return [name, piece];
    }),
  );
}
