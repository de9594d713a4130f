/**
 * @file A convolution's gradient to its input as an ordinary convolution of the upstream gradient.
 *
 * With stride s, the input's positions fall into s phases a axis, and each phase is a convolution of
 * its own, with every s-th of the kernel's entries, turned round. All phases together are one
 * convolution with s times the outputs a axis, whose results then interleave: no zeros are multiplied,
 * as they are where the upstream gradient is spread by the stride first.
 */
import { HeparError } from "../../core/index.ts";
import { gather, pad, slice } from "../ops.ts";
import { type Shape, sizeOf, type Value, type ValueOf } from "../value.ts";

export interface PhaseConvolution {
  /** The convolution's strides, one entry a spatial axis: phases a axis. */
  readonly phases: readonly number[];
  /** The convolution's kernel, one entry a spatial axis. */
  readonly taps: readonly number[];
  readonly padsBefore: readonly number[];
  readonly padsAfter: readonly number[];
  /** How much of the upstream gradient takes part. */
  readonly upstreamSizes: readonly number[];
  /** Sizes of a phase's result; interleaved they may be a little more than the input. */
  readonly counts: readonly number[];
  /**
   * Which place of the flattened kernel each phase's taps multiply, [phases][taps], both flattened;
   * the place behind the last one stands for 0.
   */
  readonly places: readonly (readonly number[])[];
  /** The place behind the last one. */
  readonly outside: number;
}

/**
 * Along one axis, input position s·m + r meets upstream position m + d where q = r + p − s·d is a place
 * in the kernel: d runs from ⌈(p − k + 1) / s⌉ to ⌊(s − 1 + p) / s⌋.
 */
export function phaseConvolution({
  inputs: [upstream, weight],
  attributes: { strides, padsBefore, sizes },
}: Pick<ValueOf<"ConvInputGradient">, "inputs" | "attributes">): PhaseConvolution {
  const kernel = weight.shape.slice(2);
  if (kernel.some((size, axis) => padsBefore[axis] >= size)) {
    throw new HeparError("graph.shape", `Conv: pads ${padsBefore} exceed the kernel ${kernel} − 1`);
  }
  const axes = kernel.map((size, axis) => {
    const stride = strides[axis];
    const before = padsBefore[axis];
    const first = Math.ceil((before - size + 1) / stride);
    const last = Math.floor((stride - 1 + before) / stride);
    const count = Math.ceil(sizes[axis] / stride);
    const upstreamSize = Math.min(upstream.shape[axis + 2], count + last);
    return {
      taps: last - first + 1,
      padAfter: count - 1 + last - (upstreamSize - 1),
      upstreamSize,
      count,
      first,
    };
  });
  const taps = axes.map((axis) => axis.taps);
  return {
    phases: strides,
    taps,
    padsBefore: axes.map(({ first }) => 0 - first),
    padsAfter: axes.map(({ padAfter }) => padAfter),
    upstreamSizes: axes.map(({ upstreamSize }) => upstreamSize),
    counts: axes.map(({ count }) => count),
    outside: sizeOf(kernel),
    places: indicesOf(strides).map((phase) =>
      indicesOf(taps).map((tap) => {
        const place = tap.map((u, axis) => {
          return phase[axis] + padsBefore[axis] - strides[axis] * (axes[axis].first + u);
        });
        return flatIndex(place, kernel);
      }),
    ),
  };
}

/** A phase as a convolution of its own, with no more than its own places of the kernel. */
export type SinglePhase = Pick<PhaseConvolution, "taps" | "padsBefore" | "padsAfter"> & {
  /** Which place of the flattened kernel each tap multiplies. */
  readonly places: readonly number[];
};

/**
 * Every phase by itself, where all of them at once would multiply by places that lie outside the kernel;
 * `undefined` where they would not, or where a phase has no place at all.
 */
export function singlePhases(plan: PhaseConvolution): SinglePhase[] | undefined {
  const { taps, padsBefore, padsAfter, places, outside } = plan;
  const single = places.map((list) => {
    const inside = indicesOf(taps).filter((_, tap) => list[tap] !== outside);
    const first = taps.map((_, axis) => Math.min(...inside.map((tap) => tap[axis])));
    const last = taps.map((_, axis) => Math.max(...inside.map((tap) => tap[axis])));
    return {
      taps: first.map((tap, axis) => last[axis] - tap + 1),
      padsBefore: padsBefore.map((before, axis) => before - first[axis]),
      padsAfter: padsAfter.map((after, axis) => after - (taps[axis] - 1 - last[axis])),
      places: list.filter((place) => place !== outside),
    };
  });
  const isPossible = single.every(
    (phase) =>
      phase.places.length > 0 && [...phase.padsBefore, ...phase.padsAfter].every((n) => n >= 0),
  );
  const isLess = single.some((phase) => phase.places.length < sizeOf(taps));
  return isPossible && isLess ? single : undefined;
}

/** Row-major; behind the last element for what lies outside. */
const flatIndex = (index: readonly number[], shape: Shape): number =>
  index.some((place, axis) => place < 0 || place >= shape[axis])
    ? sizeOf(shape)
    : index.reduce((flat, place, axis) => flat * shape[axis] + place, 0);

/** Every index of a box, the last axis fastest. */
export const indicesOf = (shape: Shape): number[][] =>
  shape.reduce<number[][]>(
    (indices, size) =>
      indices.flatMap((index) => Array.from({ length: size }, (_, place) => [...index, place])),
    [[]],
  );

/** Places of a flattened kernel along an axis of its tensor, zeros where they lie behind it. */
export function takePlaces(kernel: Value, axis: number, places: readonly number[]): Value {
  const size = kernel.shape[axis];
  const zeros = kernel.shape.map(() => 0);
  const more = places.some((place) => place >= size) ? 1 : 0;
  return gather(pad(kernel, { before: zeros, after: zeros.with(axis, more) }), axis, places);
}

/** The part of the upstream gradient that takes part. */
export function cropUpstream(upstream: Value, sizes: Shape): Value {
  const shape = [...upstream.shape.slice(0, 2), ...sizes];
  return shape.join() === upstream.shape.join()
    ? upstream
    : slice(upstream, { starts: shape.map(() => 0), sizes: shape });
}
