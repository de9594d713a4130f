import { pad, reshape, sliceAxis } from "./ops.ts";
import type { Value } from "./value.ts";

/**
 * The entries of one axis moved apart, with zeros between and, to a whole number of steps, behind:
 * [a, b] with step 3 → [a, 0, 0, b, 0, 0]. Undoes what a stride skipped.
 */
function spread(x: Value, axis: number, step: number): Value {
  if (step === 1) return x;
  const { shape } = x;
  const apart = reshape(x, [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)]);
  const zeros = apart.shape.map(() => 0);
  const wide = pad(apart, { before: zeros, after: zeros.with(axis + 1, step - 1) });
  return reshape(wide, shape.with(axis, shape[axis] * step));
}

/** As `spread`, but nothing behind the last entry: [a, b] with step 3 → [a, 0, 0, b]. */
export function spreadTight(x: Value, axis: number, step: number): Value {
  const size = (x.shape[axis] - 1) * step + 1;
  return step === 1 ? x : sliceAxis(spread(x, axis, step), axis, { start: 0, size });
}
