/** @file Tensors of the plain reference, read and written index by index. */
import { type Shape, sizeOf, stridesOf } from "./value.ts";

/** A computed tensor: numbers in row-major order; booleans are 0 and 1. */
export interface Computed {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** Fills an output by its index along each axis. */
export function fill(shape: Shape, value: (index: readonly number[]) => number): Float64Array {
  const data = new Float64Array(sizeOf(shape));
  const index = new Array<number>(shape.length).fill(0);
  for (let at = 0; at < data.length; at++) {
    data[at] = value(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return data;
}

/** Where an index of the (broadcast) output lies in an operand's data. */
export function offset(index: readonly number[], shape: Shape): number {
  const strides = stridesOf(shape);
  const lead = index.length - shape.length;
  return shape.reduce(
    (sum, size, axis) => sum + (size === 1 ? 0 : index[axis + lead]) * strides[axis],
    0,
  );
}

export const at = ({ shape, data }: Computed, index: readonly number[]): number =>
  data[offset(index, shape)];
