/** @file What a blocked convolution reads: images, and weights for them. */
import { reshape, sliceAxis } from "../ops.ts";
import { type ConvAttributes, type Shape, sizeOf, type Value } from "../value.ts";
import { blockedWeights } from "./blocked-layout.ts";

/** A tensor as a blocked kernel reads it: in blocks, or plain where there are fewer channels. */
export interface Source {
  /** [n, lead…, c / block, h, w, block], or, plain, [n, lead…, c, h, w]. */
  readonly value: Value;
  readonly isBlocked: boolean;
}

/** What reads a source. */
export interface Part {
  readonly source: Source;
  /**
   * Its channels' weights as a blocked kernel reads them, nominally [o, c, kh, kw], at a place of the
   * kernel's leading axis.
   */
  readonly weights: (place: number) => Value;
}

export interface Convolution {
  /** Added up. */
  readonly parts: readonly Part[];
  readonly kernel: Shape;
  readonly geometry: ConvAttributes;
  readonly block: number;
  /** [o] */
  readonly bias?: Value | undefined;
}

/** A source with weights [o, c, …kernel]. */
export const partOf = (source: Source, weight: Value, block: number): Part => ({
  source,
  weights: (place) => {
    const flat =
      weight.shape.length === 4 ? weight : sliceAxis(weight, 2, { start: place, size: 1 });
    const shape = [...weight.shape.slice(0, 2), ...weight.shape.slice(-2)];
    return blockedWeights(reshape(flat, shape), block);
  },
});

/** [n, lead…, c, h, w] → [n · lead, c, h, w] */
export const asImages = (x: Value): Value =>
  reshape(x, [sizeOf(x.shape.slice(0, -3)), ...x.shape.slice(-3)]);

/** Sizes of the spatial axes, the leading ones first. */
export function spatialSizes({ value, isBlocked }: Source): number[] {
  const shape = isBlocked ? value.shape.slice(0, -1) : value.shape;
  return [...shape.slice(1, -3), ...shape.slice(-2)];
}
