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
 * How the three channels lie in memory: plane after plane, or pixel after pixel as encoders want
 * it, which is also faster to fill.
 */
export type ChannelLayout = "planar" | "interleaved";

/**
 * The three channels of a slice: liver window (150, 30), custom window (200, 60) and frequency
 * histogram, as bytes (·255, cut off).
 *
 * A constant slice has a black histogram channel; a NaN voxel is black in all three.
 *
 * @param slice - HU, height × width, rows from the front of the patient
 * @param options.bins - breaks of the histogram, such as a whole scan's; the slice's own by default
 * @returns planar [3, height, width]; interleaved [height, width, 3]
 * @see fastai `Tensor.to_nchan([liver, custom], bins)` and `save_jpg`: equal byte for byte
 */
export function channelsOf(
  slice: Int16Array | Float32Array,
  options: { readonly bins?: ArrayLike<number>; readonly layout?: ChannelLayout } = {},
): Uint8Array {
  const steps =
    options.layout === "interleaved"
      ? { pixel: 3, channel: 1 }
      : { pixel: 1, channel: slice.length };
  const counts = countVoxels(slice);
  if (counts === undefined) {
    return paintFloats(slice, options.bins ?? frequencyHistogramBins(slice), steps);
  }
  const place = placeAmong(options.bins ?? breaksOfCounts(counts));
  const histogramTable = new Uint8Array(65536);
  counts.count.forEach((count, at) => {
    if (count > 0) histogramTable[at] = histogramByte(place(at - 32768));
  });
  return paintWholes(slice, histogramTable, steps);
}

/** Bytes from one pixel to the next, and from one of its channels to the next. */
interface Steps {
  readonly pixel: number;
  readonly channel: number;
}

/** Whole HU: every byte is looked up. */
function paintWholes(
  slice: Int16Array | Float32Array,
  histogramTable: Uint8Array,
  { pixel, channel }: Steps,
): Uint8Array {
  const channels = new Uint8Array(3 * slice.length);
  for (let i = 0, to = 0; i < slice.length; i++, to += pixel) {
    const at = slice[i] + 32768;
    channels[to] = liverTable[at];
    channels[to + channel] = customTable[at];
    channels[to + 2 * channel] = histogramTable[at];
  }
  return channels;
}

function paintFloats(
  slice: Int16Array | Float32Array,
  breaks: ArrayLike<number>,
  { pixel, channel }: Steps,
): Uint8Array {
  const [liverBlack, liverWhite] = windowRange(windows.liver);
  const [customBlack, customWhite] = windowRange(windows.custom);
  const place = placeAmong(breaks);
  const channels = new Uint8Array(3 * slice.length);
  for (let i = 0, to = 0; i < slice.length; i++, to += pixel) {
    channels[to] = windowByte(slice[i], liverBlack, liverWhite);
    channels[to + channel] = windowByte(slice[i], customBlack, customWhite);
    channels[to + 2 * channel] = histogramByte(place(slice[i]));
  }
  return channels;
}

/** The byte of a place among the breaks, rounded to float32 first as fastai's tensor is. */
const histogramByte = (place: number): number =>
  Number.isNaN(place) ? 0 : byteOfGrey(Math.fround(place));
