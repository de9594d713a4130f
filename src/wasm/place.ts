import { type Shape, sizeOf, stridesOf } from "../onnx/index.ts";

/** Memory for so many float32; the plan gives it its address. */
export interface Buffer {
  readonly size: number;
  /** In bytes. */
  address: number;
}

/** Where a tensor lies: a buffer, and how far apart neighbours along each axis are (in elements). */
export interface Place {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly shape: Shape;
  readonly strides: readonly number[];
}

/** A tensor of its own, row-major. */
export const freshPlace = (shape: Shape): Place => ({
  buffer: { size: sizeOf(shape), address: -1 },
  offset: 0,
  shape,
  strides: stridesOf(shape),
});

export const addressOf = ({ buffer, offset }: Place): number => buffer.address + 4 * offset;

/** The first and the last byte that a place may touch, for finding out who disturbs whom. */
export function extentOf(place: Place): { from: number; to: number } {
  const reach = place.shape.map((size, axis) => (size - 1) * place.strides[axis]);
  const sum = (part: readonly number[]): number => part.reduce((total, one) => total + one, 0);
  const from = addressOf(place) + 4 * sum(reach.filter((one) => one < 0));
  return { from, to: addressOf(place) + 4 * sum(reach.filter((one) => one > 0)) + 4 };
}

export const transposed = (place: Place, order: readonly number[]): Place => ({
  ...place,
  shape: order.map((axis) => place.shape[axis]),
  strides: order.map((axis) => place.strides[axis]),
});

export function sliced(
  place: Place,
  { starts, sizes, steps }: { starts: Shape; sizes: Shape; steps: readonly number[] },
): Place {
  const offset = starts.reduce((sum, start, axis) => sum + start * place.strides[axis], 0);
  return {
    ...place,
    offset: place.offset + offset,
    shape: sizes,
    strides: place.strides.map((stride, axis) => stride * steps[axis]),
  };
}

/** Seen in a shape it broadcasts to: repeated axes have stride 0. */
export function broadcast(place: Place, shape: Shape): Place {
  const lead = shape.length - place.shape.length;
  const strides = shape.map((_, axis) =>
    axis < lead || place.shape[axis - lead] === 1 ? 0 : place.strides[axis - lead],
  );
  return { ...place, shape, strides };
}

/** The same numbers in another shape; undefined when that takes a copy. */
export function reshaped(place: Place, shape: Shape): Place | undefined {
  const { shape: from, strides } = mergeAxes(place.shape, [place.strides]);
  const sizes = [...from];
  const steps = [...strides[0]];
  const result: number[] = [];
  // From the last axis on: each new axis is cut off the end of what is left of an old one.
  for (const size of shape.toReversed()) {
    if (size === 1) {
      result.unshift(0);
      continue;
    }
    while (sizes.at(-1) === 1) {
      sizes.pop();
      steps.pop();
    }
    const left = sizes.at(-1) ?? 0;
    if (left % size !== 0) return undefined;
    result.unshift(steps[steps.length - 1]);
    sizes[sizes.length - 1] = left / size;
    steps[steps.length - 1] *= size;
  }
  return { ...place, shape, strides: result };
}

/**
 * The same walk over fewer axes: those of size 1 left out, neighbours that every operand walks as one
 * joined.
 *
 * @param apart - axes that must not be joined with the one before
 */
export function mergeAxes(
  shape: Shape,
  operands: readonly (readonly number[])[],
  apart: (axis: number) => boolean = () => false,
): { shape: number[]; strides: number[][]; axes: number[] } {
  const merged = {
    shape: [] as number[],
    strides: operands.map((): number[] => []),
    axes: [] as number[],
  };
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const last = merged.shape.length - 1;
    const joins =
      last >= 0 &&
      !apart(axis) &&
      operands.every((strides, n) => merged.strides[n][last] === strides[axis] * size);
    if (joins) {
      merged.shape[last] *= size;
      operands.forEach((strides, n) => {
        merged.strides[n][last] = strides[axis];
      });
    } else {
      merged.shape.push(size);
      merged.axes.push(axis);
      operands.forEach((strides, n) => {
        merged.strides[n].push(strides[axis]);
      });
    }
  });
  return merged;
}
