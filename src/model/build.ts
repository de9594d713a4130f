import { HeparError } from "../core/index.ts";
import { input, type Shape, type Value } from "../onnx/index.ts";
import { located } from "./layer.ts";
import type { Builder, Inventory, Network, Parameter, Statistic } from "./parameters.ts";

export interface BuildOptions {
  readonly mode: Builder["mode"];
  /** The value that stands for a tensor. Default: an input of the graph, by the tensor's name. */
  readonly tensor?: (name: string, shape: Shape) => Value;
}

/** A network's graph. */
export interface Built {
  /** Logits, finest first; exactly one in "eval". */
  readonly outputs: readonly Value[];
  readonly inventory: Inventory;
  /** What statistics are after this step, by name; those that are missing stay as they are. */
  readonly updates: ReadonlyMap<string, Value>;
}

/**
 * A network on an image.
 *
 * @param x - [n, channels, …]
 * @throws `graph.shape` when something in the network does not fit, with its place
 */
export function build(network: Network, x: Value, options: BuildOptions): Built {
  const { mode, tensor = (name, shape) => input(name, shape) } = options;
  const values = new Map<string, Value>();
  const parameters: Parameter[] = [];
  const statistics: Statistic[] = [];
  const updates = new Map<string, Value>();

  /** The value of a name, and whether it was asked for the first time. */
  const ask = (name: string, shape: Shape): { value: Value; isNew: boolean } => {
    const known = values.get(name);
    if (known !== undefined) requireShape(name, { expected: known.shape, got: shape });
    const value = known ?? tensor(name, shape);
    values.set(name, value);
    return { value, isNew: known === undefined };
  };
  const builder: Builder = {
    mode,
    parameter(name, shape, { start, decays = true }) {
      const { value, isNew } = ask(name, shape);
      if (isNew) parameters.push({ name, shape, start, decays });
      return value;
    },
    statistic(name, shape, start) {
      const { value, isNew } = ask(name, shape);
      if (isNew) statistics.push({ name, shape, start });
      return value;
    },
    update(name, next) {
      const statistic = statistics.find((known) => known.name === name);
      if (statistic === undefined) refuse(`there is no statistic ${name} to update`);
      requireShape(name, { expected: statistic.shape, got: next.shape });
      if (mode === "train") updates.set(name, next);
    },
  };
  const outputs = located(
    () => [...values.keys()].slice(-1).map((last) => `after ${last}`),
    () => network(x, builder),
  );
  if (outputs.length === 0 || (mode === "eval" && outputs.length > 1)) {
    refuse(
      `a network gives one output in "eval" and one or more in "train", got ${outputs.length} in "${mode}"`,
    );
  }
  return { outputs, inventory: { parameters, statistics }, updates };
}

function requireShape(name: string, { expected, got }: Readonly<Record<string, Shape>>): void {
  if (expected.join() === got.join()) return;
  refuse(`${name}: expected [${expected.join(",")}] as before, got [${got.join(",")}]`);
}

function refuse(message: string): never {
  throw new HeparError("graph.shape", message);
}

/**
 * What a network asks for, all outputs included. Builds it and throws it away.
 *
 * @param imageShape - [n, channels, …]; the tensors do not depend on n
 */
export function inventoryOf(network: Network, [, ...imageShape]: Shape): Inventory {
  // Two: batch norm refuses to train on a single number, and here nothing is trained.
  const images = input("image", [2, ...imageShape]);
  return build(network, images, { mode: "train" }).inventory;
}
