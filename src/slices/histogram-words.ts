import { frequencyHistogramBins, histScaled } from "./frequency-histogram.ts";

/**
 * Each voxel's place among the breaks as 16 bits: ·65536, cut off. A NaN voxel is black.
 *
 * @param slice - HU, any shape
 * @param options.bins - breaks; the slice's own 100 by default
 * @param options.white - what a voxel at the last break or above becomes: `65535`, or `wraps` to 0
 *   as in fastai, whose 65536 does not fit: its brightest thousandth, bone and metal, is black
 * @see fastai `Tensor.to_uint16`: equal with `wraps`, and otherwise but for those voxels
 */
export function histogramWords(
  slice: ArrayLike<number>,
  options: { readonly bins?: ArrayLike<number>; readonly white?: "65535" | "wraps" } = {},
): Uint16Array {
  const { bins = frequencyHistogramBins(slice), white = "65535" } = options;
  const most = white === "wraps" ? 65536 : 65535;
  // Storing takes the low 16 bits of the whole number below.
  return Uint16Array.from(histScaled(slice, bins), (place) => Math.min(place * 65536, most));
}
