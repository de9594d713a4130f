import { HeparError } from "../core/index.ts";
import type { Value } from "../onnx/index.ts";
import type { Builder } from "./parameters.ts";

/** A part of a network that asks for tensors under its own name. */
export type Layer<Settings> = (x: Value, builder: Builder, settings: Settings) => Value;

/**
 * A layer that says where it is when something in it does not fit:
 * `decoder.2.0.conv: Conv: expected …, got …`. Layers made of such layers need not be one.
 */
export const layer =
  <Settings extends { readonly name: string }>(build: Layer<Settings>): Layer<Settings> =>
  (x, builder, settings) => {
    try {
      return build(x, builder, settings);
    } catch (thrown) {
      if (!(thrown instanceof HeparError) || thrown.code !== "graph.shape") throw thrown;
      const { code, message, hint } = thrown;
      throw new HeparError(code, `${settings.name}: ${message}`, {
        ...(hint === undefined ? {} : { hint }),
        cause: thrown,
      });
    }
  };
