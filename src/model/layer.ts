import { HeparError } from "../core/index.ts";
import type { Value } from "../onnx/index.ts";
import type { Builder } from "./parameters.ts";

/** A part of a network that asks for tensors under its own name. */
export type Layer<Settings> = (x: Value, builder: Builder, settings: Settings) => Value;

/**
 * A layer that says where it is when something in it does not fit:
 * `decoder.2.0.conv: Conv: expected …, got …`. Of layers in layers, the innermost is the place.
 */
export const layer =
  <Settings extends { readonly name: string }>(build: Layer<Settings>): Layer<Settings> =>
  (x, builder, settings) =>
    located(
      () => [settings.name],
      () => build(x, builder, settings),
    );

/** Errors that say where they are. */
const placed = new WeakSet<HeparError>();

/**
 * What `build` gives; what does not fit in it is thrown with its place, unless it has one.
 *
 * @param place - [] where there is none to name, as before the first layer
 */
export function located<Result>(place: () => readonly string[], build: () => Result): Result {
  try {
    return build();
  } catch (thrown) {
    if (!(thrown instanceof HeparError) || thrown.code !== "graph.shape" || placed.has(thrown)) {
      throw thrown;
    }
    const { code, message, hint } = thrown;
    const error = new HeparError(code, [...place(), message].join(": "), {
      ...(hint === undefined ? {} : { hint }),
      cause: thrown,
    });
    placed.add(error);
    throw error;
  }
}
