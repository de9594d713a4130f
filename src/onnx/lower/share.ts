import { inOrder, type Value } from "../value.ts";

/**
 * The same graph in which equal operations on equal inputs are one, and a reshape of a reshape is one:
 * nothing is computed twice.
 */
export function shareEqual(outputs: readonly Value[]): Value[] {
  const shared = new Map<Value, Value>();
  const known = new Map<string, Value>();
  const numbers = new Map<Value, number>();
  const of = (value: Value): Value => shared.get(value) ?? value;
  for (const value of inOrder(outputs)) {
    const inputs = value.inputs
      .map(of)
      .map((input) => (value.op === "Reshape" ? origin(input) : input));
    if (value.op === "Reshape" && inputs[0].shape.join() === value.shape.join()) {
      shared.set(value, inputs[0]);
      continue;
    }
    const names = inputs.map((input) => numbers.get(input)).join();
    const key = `${value.op} ${names} ${value.shape.join()} ${JSON.stringify(value.attributes)}`;
    const first = known.get(key);
    const same = first ?? (value.inputs.length === 0 ? value : ({ ...value, inputs } as Value));
    // Inputs are known by what they are, not by what they are called.
    if (first === undefined && value.op !== "Input") known.set(key, same);
    if (!numbers.has(same)) numbers.set(same, numbers.size);
    shared.set(value, same);
  }
  return outputs.map(of);
}

/** What a reshape starts from. */
const origin = (value: Value): Value => (value.op === "Reshape" ? value.inputs[0] : value);
