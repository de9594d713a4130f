import type { Shape, Value, ValueOf } from "../onnx/index.ts";
import { freshPlace, type Place, reshaped, sliced } from "./place.ts";

/**
 * Where values should be put so that nobody has to copy them there: a piece of a concatenation that
 * nobody else needs is computed where it will lie.
 */
export function wishesOf(
  order: readonly Value[],
  usesOf: (value: Value) => number,
): ReadonlyMap<Value, Place> {
  const wishes = new Map<Value, Place>();
  const wish = (value: Value, place: Place): void => {
    if (usesOf(value) !== 1 || value.op === "Input" || value.op === "Constant") return;
    wishes.set(value, place);
    if (value.op !== "Reshape") return;
    const inner = reshaped(place, value.inputs[0].shape);
    if (inner !== undefined) wish(value.inputs[0], inner);
  };
  for (const value of order.toReversed()) {
    if (value.op !== "Concat") continue;
    const whole = wishes.get(value) ?? freshPlace(value.shape);
    wishes.set(value, whole);
    for (const [input, part] of partsOf(value, whole)) wish(input, part);
  }
  return wishes;
}

/** Where each input of a concatenation lies in the whole. */
export function partsOf(value: ValueOf<"Concat">, whole: Place): [Value, Place][] {
  const { axis } = value.attributes;
  let start = 0;
  return value.inputs.map((input) => {
    const starts: Shape = value.shape.map((_, other) => (other === axis ? start : 0));
    start += input.shape[axis];
    return [input, sliced(whole, { starts, sizes: input.shape, steps: starts.map(() => 1) })];
  });
}
