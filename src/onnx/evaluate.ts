import { HeparError } from "../core/index.ts";
import { referenceRules } from "./reference-rules.ts";
import type { Computed } from "./reference-tensor.ts";
import { inOrder, type Value } from "./value.ts";

/**
 * A graph's outputs, computed plainly in float64: the oracle of the tests.
 *
 * @param feeds - numbers for each Input, row-major, by name
 * @throws `graph.shape` when an input is not fed
 */
export function evaluate(
  outputs: readonly Value[],
  feeds: Readonly<Record<string, ArrayLike<number>>>,
): Computed[] {
  const results = new Map<Value, Computed>();
  const resultOf = (value: Value): Computed => {
    const result = results.get(value);
    if (result === undefined)
      throw new HeparError("defect", `${value.op} is used before it is made`);
    return result;
  };
  for (const value of inOrder(outputs)) {
    const rule = referenceRules[value.op] as (
      inputs: readonly Computed[],
      node: Value,
    ) => Float64Array;
    const inputs = value.op === "Input" ? [fed(value, feeds)] : value.inputs.map(resultOf);
    results.set(value, { shape: value.shape, data: rule(inputs, value) });
  }
  return outputs.map(resultOf);
}

function fed(
  value: Extract<Value, { op: "Input" }>,
  feeds: Readonly<Record<string, ArrayLike<number>>>,
): Computed {
  const data = feeds[value.attributes.name];
  if (data === undefined) {
    throw new HeparError("graph.shape", `the input ${value.attributes.name} is not fed`);
  }
  return { shape: value.shape, data: Float64Array.from(data) };
}
