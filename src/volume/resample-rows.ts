import type { AxisTaps } from "./resample-taps.ts";
import type { CtVolume } from "./volume.ts";

/**
 * @file The inner loops of resampling along axes. Two weights go through a row in one pass; a single
 * one is 1, and copied, so that a voxel that stays where it is stays as it is.
 */

type Samples = CtVolume["voxels"];

/** The weighted sum of the same span, `at` … `at + length − 1`, of several planes, into a row. */
export function mixSpans(
  planes: readonly Samples[],
  weights: Float64Array,
  span: { readonly at: number; readonly length: number; readonly into: Float32Array },
): void {
  const { at, length, into } = span;
  if (planes.length === 1) {
    into.set(planes[0].subarray(at, at + length));
    return;
  }
  into.fill(0, 0, length);
  for (let n = 0; n < planes.length; n += 2) {
    const pair = n + 1 < planes.length;
    addRows(into, length, {
      one: planes[n],
      oneAt: at,
      oneWeight: weights[n],
      other: planes[pair ? n + 1 : n],
      otherAt: at,
      otherWeight: pair ? weights[n + 1] : 0,
    });
  }
}

/** The weighted sum of rows `first` … of a plane, each `length` long, into a row. */
export function mixRows(
  plane: Samples,
  y: AxisTaps,
  { j, start, length, into }: { j: number; start: number; length: number; into: Float32Array },
): void {
  if (y.taps === 1) {
    const at = start + y.first[j] * length;
    into.set(plane.subarray(at, at + length));
    return;
  }
  into.fill(0, 0, length);
  for (let n = 0; n < y.taps; n += 2) {
    const pair = n + 1 < y.taps;
    const oneAt = start + (y.first[j] + n) * length;
    addRows(into, length, {
      one: plane,
      oneAt,
      oneWeight: y.weights[j * y.taps + n],
      other: plane,
      otherAt: pair ? oneAt + length : oneAt,
      otherWeight: pair ? y.weights[j * y.taps + n + 1] : 0,
    });
  }
}

function addRows(
  into: Float32Array,
  length: number,
  rows: {
    readonly one: Samples;
    readonly oneAt: number;
    readonly oneWeight: number;
    readonly other: Samples;
    readonly otherAt: number;
    readonly otherWeight: number;
  },
): void {
  const { one, oneAt, oneWeight, other, otherAt, otherWeight } = rows;
  for (let i = 0; i < length; i++) {
    into[i] += oneWeight * one[oneAt + i] + otherWeight * other[otherAt + i];
  }
}

/** A row's samples at new places, into a longer or shorter row from `at` + the first one inside. */
export function mixAlong(
  row: Float32Array,
  { taps, first, weights, inside }: AxisTaps,
  { into, at }: { readonly into: Float32Array; readonly at: number },
): void {
  if (taps === 1) {
    for (let i = inside.from; i < inside.to; i++) into[at + i] = row[first[i]];
    return;
  }
  if (taps === 2) {
    for (let i = inside.from; i < inside.to; i++) {
      into[at + i] = weights[2 * i] * row[first[i]] + weights[2 * i + 1] * row[first[i] + 1];
    }
    return;
  }
  for (let i = inside.from; i < inside.to; i++) {
    let sum = 0;
    for (let n = 0; n < taps; n++) sum += weights[i * taps + n] * row[first[i] + n];
    into[at + i] = sum;
  }
}

/** The first samples of a row where they belong: rounded, halves up, and clamped for Int16. */
export function storeRow(
  row: Float32Array,
  into: Samples,
  { at, length }: { readonly at: number; readonly length: number },
): void {
  if (into instanceof Float32Array) {
    into.set(row.subarray(0, length), at);
    return;
  }
  for (let i = 0; i < length; i++) {
    into[at + i] = Math.max(-32768, Math.min(32767, Math.floor(row[i] + 0.5)));
  }
}
