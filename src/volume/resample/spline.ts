/**
 * @file From samples to a sixth of the coefficients of the cubic B-spline through them, along one
 * axis, in place; the line is mirrored at its first and last sample. `splineWeights` are six times
 * the spline's, which spares a pass over the data.
 * @see Unser, Aldroubi, Eden 1993, B-spline signal processing II, box 2; ITK
 * BSplineDecompositionImageFilter and scipy.ndimage.spline_filter1d(mode="mirror") are the same
 */

import type { FourRows } from "./rows.ts";

const pole = Math.sqrt(3) - 2;

/**
 * Samples further away than this change a coefficient by less than a ten-millionth of them: 0.268¹²
 * is 1.4e-7.
 */
export const splineReach = 12;

/**
 * The weights of the first samples in the causal sum's start, Σ poleᵏ · s(k) over the mirrored line.
 * Exact for short lines; for longer ones what is left out is below 1e-16.
 */
function startWeights(count: number): Float64Array {
  if (count > 28) return Float64Array.from({ length: 28 }, (_, k) => pole ** k);
  const period = 2 * (count - 1);
  return Float64Array.from({ length: count }, (_, k) => {
    const mirrored = k === 0 || k === count - 1 ? 0 : pole ** (period - k);
    return (pole ** k + mirrored) / (1 - pole ** period);
  });
}

// c⁻ of the last sample, from c⁺ of the last two.
const endWeight = pole / (pole * pole - 1);

/**
 * Coefficients of four rows of `count` samples at once: each step of a row waits for the one before,
 * and meanwhile the others take theirs.
 */
export function splineRows([a, b, c, d]: FourRows, count: number): void {
  if (count === 1) {
    for (const row of [a, b, c, d]) row[0] /= 6;
    return;
  }
  for (const row of [a, b, c, d]) row[0] = startOf(row, count);
  let [va, vb, vc, vd] = [a[0], b[0], c[0], d[0]];
  for (let n = 1; n < count; n++) {
    a[n] = va = a[n] + pole * va;
    b[n] = vb = b[n] + pole * vb;
    c[n] = vc = c[n] + pole * vc;
    d[n] = vd = d[n] + pole * vd;
  }
  const last = count - 1;
  for (const row of [a, b, c, d]) row[last] = endWeight * (row[last] + pole * row[last - 1]);
  [va, vb, vc, vd] = [a[last], b[last], c[last], d[last]];
  for (let n = last - 1; n >= 0; n--) {
    a[n] = va = pole * (va - a[n]);
    b[n] = vb = pole * (vb - b[n]);
    c[n] = vc = pole * (vc - c[n]);
    d[n] = vd = pole * (vd - d[n]);
  }
}

function startOf(row: Float32Array, count: number): number {
  const weights = startWeightsOf(count);
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += weights[k] * row[k];
  return sum;
}

/**
 * Coefficients of `width` neighbouring lines at once: sample k of each lies `stride` after sample
 * k − 1. All lines of a plane's columns, or of a stack of planes, go through the recursion together.
 */
export function splineColumns(
  data: Float32Array,
  lines: {
    readonly start: number;
    readonly count: number;
    readonly stride: number;
    readonly width: number;
  },
): void {
  const { start, count, stride, width } = lines;
  if (count === 1) {
    for (let i = start; i < start + width; i++) data[i] /= 6;
    return;
  }
  const weights = startWeightsOf(count);
  for (let i = start; i < start + width; i++) {
    let sum = 0;
    for (let k = 0; k < weights.length; k++) sum += weights[k] * data[i + k * stride];
    data[i] = sum;
  }
  const last = start + (count - 1) * stride;
  for (let row = start + stride; row <= last; row += stride) {
    for (let i = row; i < row + width; i++) data[i] += pole * data[i - stride];
  }
  for (let i = last; i < last + width; i++) {
    data[i] = endWeight * (data[i] + pole * data[i - stride]);
  }
  for (let row = last - stride; row >= start; row -= stride) {
    for (let i = row; i < row + width; i++) data[i] = pole * (data[i + stride] - data[i]);
  }
}

const startWeightsBySize = new Map<number, Float64Array>();
function startWeightsOf(count: number): Float64Array {
  const size = Math.min(count, 29);
  const known = startWeightsBySize.get(size);
  if (known !== undefined) return known;
  const weights = startWeights(count);
  startWeightsBySize.set(size, weights);
  return weights;
}
