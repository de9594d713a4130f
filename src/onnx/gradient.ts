import { HeparError } from "../core/index.ts";
import { gradientRules } from "./gradient-rules.ts";
import { add, constant } from "./ops.ts";
import { inOrder, sizeOf, type Value } from "./value.ts";

/**
 * The gradient of a loss with respect to values that it depends on, as new graph.
 *
 * @param loss - a float32 value with one element
 * @param wrt - values of the loss's graph
 * @returns one value for each of `wrt`, of its shape
 * @throws `graph.shape` when the loss is not one number; `graph.type` when it does not depend,
 *   differentiably, on one of `wrt`
 */
export function gradient(loss: Value, wrt: readonly Value[]): Value[] {
  if (sizeOf(loss.shape) !== 1) {
    throw new HeparError("graph.shape", `a loss is one number, got [${loss.shape.join(",")}]`);
  }
  const order = inOrder([loss]);
  const wanted = new Set<Value>(wrt);
  // Only values on a path to `wrt` need a gradient: half of the work is not done at all.
  const needed = new Set<Value>();
  for (const value of order) {
    if (wanted.has(value) || value.inputs.some((source) => needed.has(source))) needed.add(value);
  }
  const gradients = new Map<Value, Value>([[loss, constant([1], loss.shape)]]);
  for (const value of order.toReversed()) {
    const upstream = gradients.get(value);
    if (upstream === undefined || !needed.has(value)) continue;
    const rule = gradientRules[value.op] as (
      node: Value,
      upstream: Value,
    ) => readonly (Value | undefined)[];
    rule(value, upstream).forEach((part, index) => {
      const source = value.inputs[index];
      if (part === undefined || !needed.has(source)) return;
      const sum = gradients.get(source);
      gradients.set(source, sum === undefined ? part : add(sum, part));
    });
  }
  return wrt.map((value) => {
    const result = gradients.get(value);
    if (result !== undefined) return result;
    throw new HeparError("graph.type", `the loss does not depend on ${value.op}, differentiably`);
  });
}
