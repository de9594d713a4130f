import {
  breaksOfCounts,
  countVoxels,
  frequencyHistogramBins,
  placeAmong,
} from "./frequency-histogram.ts";
import { byteOfGrey, windowByte, windowRange, windows, windowTable } from "./windows.ts";

/** What the network sees of a slice, in this order. */
export const channelNames = ["liver", "custom", "histogram"] as const;

const liverTable = windowTable(windows.liver);
const customTable = windowTable(windows.custom);

/**
 * The three channels of a slice: liver window (150, 30), custom window (200, 60) and frequency
 * histogram, as bytes (·255, cut off).
 *
 * A constant slice has a black histogram channel; a NaN voxel is black in all three.
 *
 * @param slice - HU, height × width, rows from the front of the patient
 * @param options.bins - breaks of the histogram, such as a whole scan's; the slice's own by default
 * @returns planar [3, height, width]
 * @see fastai `Tensor.to_nchan([liver, custom], bins)` and `save_jpg`: equal byte for byte
 */
export function channelsOf(
  slice: Int16Array | Float32Array,
  options: { readonly bins?: ArrayLike<number> } = {},
): Uint8Array {
  const counts = countVoxels(slice);
  if (counts === undefined) {
    return channelsOfFloats(slice, options.bins ?? frequencyHistogramBins(slice));
  }
  const place = placeAmong(options.bins ?? breaksOfCounts(counts));
  const histogramTable = new Uint8Array(65536);
  counts.count.forEach((count, at) => {
    if (count > 0) histogramTable[at] = histogramByte(place(at - 32768));
  });
  const pixels = slice.length;
  const channels = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const at = slice[i] + 32768;
    channels[i] = liverTable[at];
    channels[pixels + i] = customTable[at];
    channels[2 * pixels + i] = histogramTable[at];
  }
  return channels;
}

function channelsOfFloats(slice: Int16Array | Float32Array, breaks: ArrayLike<number>): Uint8Array {
  const [liverBlack, liverWhite] = windowRange(windows.liver);
  const [customBlack, customWhite] = windowRange(windows.custom);
  const place = placeAmong(breaks);
  const pixels = slice.length;
  const channels = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    channels[i] = windowByte(slice[i], liverBlack, liverWhite);
    channels[pixels + i] = windowByte(slice[i], customBlack, customWhite);
    channels[2 * pixels + i] = histogramByte(place(slice[i]));
  }
  return channels;
}

/** The byte of a place among the breaks, rounded to float32 first as fastai's tensor is. */
const histogramByte = (place: number): number =>
  Number.isNaN(place) ? 0 : byteOfGrey(Math.fround(place));
