import { HeparError } from "../core/index.ts";
import { sortedFloats } from "./sorted-floats.ts";
import { byteOfGrey } from "./windows.ts";

/**
 * The breaks that cut a slice's voxels into groups of equal size: sorted values at the quantiles
 * 0.001, (i + ½)/bins for every i, and 0.999, without repeats.
 *
 * Empty when no voxel is finite; one break when all are equal.
 *
 * @param slice - HU, any shape. NaN and infinite voxels are left out (fastai sorts NaN last, and
 *   then interpolates with it)
 * @param options.bins - 1 to 1,048,576; may be more than there are voxels
 * @returns float32, ascending, at most bins + 2
 * @throws `usage.argument` for another number of bins
 * @see fastai `Tensor.freqhist_bins` (positions cut off; its array version rounds): equal
 */
export function frequencyHistogramBins(
  slice: ArrayLike<number>,
  options: { readonly bins?: number } = {},
): Float32Array {
  const counted = countVoxels(slice);
  return counted === undefined
    ? breaksOfSorted(sortedFloats(slice), options.bins ?? 100)
    : breaksOfCounts(counted, options.bins ?? 100);
}

/** Voxels of each 16-bit HU; entry 0 is −32768. */
export interface VoxelCounts {
  readonly count: Uint32Array;
  readonly total: number;
}

/** Counts a slice of 16-bit whole numbers; undefined when a voxel is anything else. */
export function countVoxels(slice: ArrayLike<number>): VoxelCounts | undefined {
  const count = new Uint32Array(65536);
  if (slice instanceof Int16Array) {
    for (let i = 0; i < slice.length; i++) count[slice[i] + 32768]++;
    return { count, total: slice.length };
  }
  for (let i = 0; i < slice.length; i++) {
    const value = slice[i];
    if ((value << 16) >> 16 !== value) return undefined;
    count[value + 32768]++;
  }
  return { count, total: slice.length };
}

/** As `frequencyHistogramBins`, from counts: the sort's answer, exactly, in one walk. */
export function breaksOfCounts({ count, total }: VoxelCounts, bins = 100): Float32Array {
  if (total === 0) return new Float32Array(0);
  const breaks: number[] = [];
  let value = 0;
  let below = count[0];
  for (const position of positionsOf(total, bins)) {
    while (below <= position) below += count[++value];
    breaks.push(value - 32768);
  }
  return unique(breaks);
}

function breaksOfSorted(sorted: Float32Array, bins: number): Float32Array {
  if (sorted.length === 0) return new Float32Array(0);
  return unique(positionsOf(sorted.length, bins).map((position) => sorted[position]));
}

/** trunc(total · t) in float32, ascending: 0.001 comes after 1/(2n) when n is over 500. */
function positionsOf(total: number, bins: number): number[] {
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= 2 ** 20)) {
    throw new HeparError("usage.argument", `expected 1 to ${2 ** 20} bins, got ${bins}`, {
      hint: "give a whole number, such as fastai's 100",
    });
  }
  const half = Math.fround(1 / 2 / bins);
  const middles = Array.from({ length: bins }, (_, i) => Math.fround(Math.fround(i / bins) + half));
  return [Math.fround(0.001), ...middles, Math.fround(0.999)]
    .map((t) => Math.trunc(Math.fround(Math.fround(total) * t)))
    .sort((a, b) => a - b);
}

const unique = (ascending: readonly number[]): Float32Array =>
  Float32Array.from(ascending.filter((value, i) => i === 0 || value !== ascending[i - 1]));

/**
 * Each voxel's place among the breaks, 0 to 1: straight lines from each break to the next, and
 * clamped outside. About as many voxels get each grey, whatever the scan.
 *
 * All 0 when there is one break (a constant slice) or none; NaN stays NaN.
 *
 * @param slice - HU, any shape
 * @param breaks - ascending; the slice's own by default
 * @see fastai `Tensor.hist_scaled`: equal (numpy.interp in float64, then float32)
 */
export function histScaled(
  slice: ArrayLike<number>,
  breaks: ArrayLike<number> = frequencyHistogramBins(slice),
): Float32Array {
  const place = placeAmong(breaks);
  const scaled = new Float32Array(slice.length);
  for (let i = 0; i < scaled.length; i++) scaled[i] = place(slice[i]);
  return scaled;
}

/** numpy.interp(value, breaks, linspace(0, 1, breaks.length)). */
function placeAmong(breaks: ArrayLike<number>): (value: number) => number {
  const last = breaks.length - 1;
  if (last < 1) return (value) => (Number.isNaN(value) ? Number.NaN : 0);
  const step = 1 / last;
  const grey = Float64Array.from({ length: last + 1 }, (_, i) => (i === last ? 1 : i * step));
  const slope = Float64Array.from(
    { length: last },
    (_, i) => (grey[i + 1] - grey[i]) / (breaks[i + 1] - breaks[i]),
  );
  return (value) => {
    if (value <= breaks[0]) return 0;
    if (value >= breaks[last]) return 1;
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (breaks[middle] <= value) low = middle;
      else high = middle;
    }
    return slope[low] * (value - breaks[low]) + grey[low];
  };
}

/** The byte of one voxel among the breaks. NaN, which has no place, is black. */
export function histogramByte(breaks: ArrayLike<number>): (value: number) => number {
  const place = placeAmong(breaks);
  return (value) => {
    // Rounded to float32 first, as fastai's tensor is.
    const grey = Math.fround(place(value));
    return grey >= 0 ? byteOfGrey(grey) : 0;
  };
}
