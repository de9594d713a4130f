import { HeparError } from "../core/index.ts";
import { concat, flip, sliceAxis, type Value } from "../onnx/index.ts";

/** How many pixels come before and after an image along an axis. */
export interface Border {
  readonly before: number;
  readonly after: number;
}

/**
 * An image continued beyond its borders by its mirror image, the outermost pixel itself not repeated:
 * 3 2 | 1 2 3 | 2 1. [n, c, …] → [n, c, … + before + after].
 *
 * @param borders - one entry a spatial axis
 * @throws `graph.shape` when an image is too small to be continued so far
 */
export function mirrorBorders(x: Value, borders: readonly Border[]): Value {
  return borders.reduce((image, border, place) => continued(image, place + 2, border), x);
}

function continued(x: Value, axis: number, { before, after }: Border): Value {
  const size = x.shape[axis];
  if (Math.max(before, after) >= size) {
    throw new HeparError(
      "graph.shape",
      `${size} pixels cannot be mirrored ${Math.max(before, after)} pixels beyond their border`,
      { hint: "choose a larger image size, or fewer stages" },
    );
  }
  const mirrored = (start: number, length: number): Value[] =>
    length === 0 ? [] : [flip(sliceAxis(x, axis, { start, size: length }), [axis])];
  return concat([...mirrored(1, before), x, ...mirrored(size - 1 - after, after)], axis);
}
