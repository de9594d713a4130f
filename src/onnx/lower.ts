import { lowerBlocked } from "./lower/blocked.ts";
import { plainRules } from "./lower/plain.ts";
import { shareEqual } from "./lower/share.ts";
import { inOrder, type Value } from "./value.ts";

/**
 * What a graph is to run on: anything, or ONNX Runtime's CPU provider with its convolutions over
 * channels in blocks of `block` (16 with AVX-512, 8 with AVX2).
 */
export type Target =
  | { readonly kind: "plain" }
  | { readonly kind: "blocked"; readonly block: number };

export const plainTarget: Target = { kind: "plain" };

/**
 * The same values by the operations that a target has. Comes last: what comes out has no gradient.
 *
 * @returns one value for each output, of its shape and layout
 */
export function lower(outputs: readonly Value[], target: Target): Value[] {
  const lowered =
    target.kind === "plain" ? lowerPlain(outputs) : lowerBlocked(outputs, target.block);
  return shareEqual(lowered);
}

function lowerPlain(outputs: readonly Value[]): Value[] {
  const lowered = new Map<Value, Value>();
  const of = (value: Value): Value => lowered.get(value) ?? value;
  for (const value of inOrder(outputs)) {
    const node = { ...value, inputs: value.inputs.map(of) } as Value;
    const rule = plainRules[value.op] as ((node: Value) => Value) | undefined;
    lowered.set(value, rule?.(node) ?? (value.inputs.length === 0 ? value : node));
  }
  return outputs.map(of);
}
