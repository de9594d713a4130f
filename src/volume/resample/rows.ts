import type { CtVolume } from "../volume.ts";
import type { AxisTaps } from "./taps.ts";

/**
 * @file The inner loops of resampling along axes: all of one array type, two or four weights in a
 * pass. A single weight is 1, and copied, so that a voxel that stays where it is stays as it is.
 */

/** A span of samples: `at` … `at + length − 1`. */
interface Span {
  readonly at: number;
  readonly length: number;
}

/** The weighted sum of the same span of several planes, into a row. */
export function mixSpans(
  planes: readonly Float32Array[],
  weights: Float64Array,
  { at, length, into }: Span & { readonly into: Float32Array },
): void {
  if (planes.length === 1) into.set(planes[0].subarray(at, at + length));
  else if (planes.length === 2) mixTwo(planes, weights, { at, length, into });
  else {
    mixFour(planes, weights, { at, length, into });
    for (let n = 4; n < planes.length; n++) {
      addRow(planes[n], { at, length, into, weight: weights[n] });
    }
  }
}

// In doubles: V8 multiplies float32 no faster, and Math.fround costs it.
function mixTwo(
  [a, b]: readonly Float32Array[],
  weights: Float64Array,
  { at, length, into }: Span & { readonly into: Float32Array },
): void {
  const [wa, wb] = [weights[0], weights[1]];
  for (let i = 0; i < length; i++) into[i] = wa * a[at + i] + wb * b[at + i];
}

/** Of three or more. */
function mixFour(
  [a, b, c, d = c]: readonly Float32Array[],
  weights: Float64Array,
  { at, length, into }: Span & { readonly into: Float32Array },
): void {
  const [wa, wb, wc] = [weights[0], weights[1], weights[2]];
  const wd = weights.length > 3 ? weights[3] : 0;
  for (let i = 0; i < length; i++) {
    into[i] = wa * a[at + i] + wb * b[at + i] + (wc * c[at + i] + wd * d[at + i]);
  }
}

function addRow(
  plane: Float32Array,
  { at, length, into, weight }: Span & { readonly into: Float32Array; readonly weight: number },
): void {
  for (let i = 0; i < length; i++) into[i] += weight * plane[at + i];
}

/** Four rows that go through a loop together, which then reads places and weights once for all. */
export type FourRows = readonly [Float32Array, Float32Array, Float32Array, Float32Array];

/** Four rows' samples at new places, each into a longer or shorter row, from the first one inside. */
export function mixAlong(rows: FourRows, along: AxisTaps, into: FourRows): void {
  if (along.taps === 2) mixTwoAlong(rows, along, into);
  else if (along.taps === 4) mixFourAlong(rows, along, into);
  else for (let n = 0; n < 4; n++) mixAnyAlong(rows[n], along, into[n]);
}

function mixTwoAlong(
  [a, b, c, d]: FourRows,
  { first, weights, inside }: AxisTaps,
  [toA, toB, toC, toD]: FourRows,
): void {
  for (let i = inside.from; i < inside.to; i++) {
    const n = first[i];
    const w0 = weights[2 * i];
    const w1 = weights[2 * i + 1];
    toA[i] = w0 * a[n] + w1 * a[n + 1];
    toB[i] = w0 * b[n] + w1 * b[n + 1];
    toC[i] = w0 * c[n] + w1 * c[n + 1];
    toD[i] = w0 * d[n] + w1 * d[n + 1];
  }
}

function mixFourAlong(
  [a, b, c, d]: FourRows,
  { first, weights, inside }: AxisTaps,
  [toA, toB, toC, toD]: FourRows,
): void {
  for (let i = inside.from; i < inside.to; i++) {
    const n = first[i];
    const w0 = weights[4 * i];
    const w1 = weights[4 * i + 1];
    const w2 = weights[4 * i + 2];
    const w3 = weights[4 * i + 3];
    toA[i] = w0 * a[n] + w1 * a[n + 1] + (w2 * a[n + 2] + w3 * a[n + 3]);
    toB[i] = w0 * b[n] + w1 * b[n + 1] + (w2 * b[n + 2] + w3 * b[n + 3]);
    toC[i] = w0 * c[n] + w1 * c[n + 1] + (w2 * c[n + 2] + w3 * c[n + 3]);
    toD[i] = w0 * d[n] + w1 * d[n + 1] + (w2 * d[n + 2] + w3 * d[n + 3]);
  }
}

function mixAnyAlong(
  row: Float32Array,
  { taps, first, weights, inside }: AxisTaps,
  into: Float32Array,
): void {
  for (let i = inside.from; i < inside.to; i++) {
    if (taps === 1) {
      into[i] = row[first[i]];
      continue;
    }
    let sum = 0;
    for (let n = 0; n < taps; n++) sum += weights[i * taps + n] * row[first[i] + n];
    into[i] = sum;
  }
}

/** The first samples of a row where they belong: rounded, halves up, and clamped for Int16. */
export function storeRow(row: Float32Array, into: CtVolume["voxels"], { at, length }: Span): void {
  if (into instanceof Float32Array) {
    into.set(row.subarray(0, length), at);
    return;
  }
  for (let i = 0; i < length; i++) {
    // Cutting off the fraction of a number above 0 is rounding down, and faster than Math.floor.
    const value = (row[i] + 65536.5) | 0;
    into[at + i] = value < 32768 ? -32768 : value > 98303 ? 32767 : value - 65536;
  }
}
