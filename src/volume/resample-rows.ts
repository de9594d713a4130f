import type { AxisTaps } from "./resample-taps.ts";
import type { CtVolume } from "./volume.ts";

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

function mixTwo(
  [a, b]: readonly Float32Array[],
  weights: Float64Array,
  { at, length, into }: Span & { readonly into: Float32Array },
): void {
  const wa = Math.fround(weights[0]);
  const wb = Math.fround(weights[1]);
  for (let i = 0; i < length; i++) {
    into[i] = Math.fround(Math.fround(wa * a[at + i]) + Math.fround(wb * b[at + i]));
  }
}

/** Of three or more. */
function mixFour(
  [a, b, c, d = c]: readonly Float32Array[],
  weights: Float64Array,
  { at, length, into }: Span & { readonly into: Float32Array },
): void {
  const wa = Math.fround(weights[0]);
  const wb = Math.fround(weights[1]);
  const wc = Math.fround(weights[2]);
  const wd = Math.fround(weights.length > 3 ? weights[3] : 0);
  for (let i = 0; i < length; i++) {
    const near = Math.fround(Math.fround(wa * a[at + i]) + Math.fround(wb * b[at + i]));
    const far = Math.fround(Math.fround(wc * c[at + i]) + Math.fround(wd * d[at + i]));
    into[i] = Math.fround(near + far);
  }
}

function addRow(
  plane: Float32Array,
  { at, length, into, weight }: Span & { readonly into: Float32Array; readonly weight: number },
): void {
  for (let i = 0; i < length; i++) into[i] += weight * plane[at + i];
}

/** A row's samples at new places, into a longer or shorter row from `at` + the first one inside. */
export function mixAlong(
  row: Float32Array,
  { taps, first, weights, inside }: AxisTaps,
  { into, at }: { readonly into: Float32Array; readonly at: number },
): void {
  if (taps === 1) {
    for (let i = inside.from; i < inside.to; i++) into[at + i] = row[first[i]];
  } else if (taps === 2) {
    for (let i = inside.from; i < inside.to; i++) {
      into[at + i] = weights[2 * i] * row[first[i]] + weights[2 * i + 1] * row[first[i] + 1];
    }
  } else if (taps === 4) {
    for (let i = inside.from; i < inside.to; i++) {
      const [n, w] = [first[i], 4 * i];
      into[at + i] =
        weights[w] * row[n] +
        weights[w + 1] * row[n + 1] +
        (weights[w + 2] * row[n + 2] + weights[w + 3] * row[n + 3]);
    }
  } else {
    for (let i = inside.from; i < inside.to; i++) {
      let sum = 0;
      for (let n = 0; n < taps; n++) sum += weights[i * taps + n] * row[first[i] + n];
      into[at + i] = sum;
    }
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
