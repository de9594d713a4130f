import { HeparError } from "../core/index.ts";
import {
  breaksOfCounts,
  countVoxels,
  frequencyHistogramBins,
  histogramByte,
  histScaled,
  type VoxelCounts,
} from "./frequency-histogram.ts";
import { type ChannelLayout, paintFractions, paintWholes } from "./paint-channels.ts";
import {
  rampOf,
  type Window,
  type WindowName,
  windowed,
  windowOf,
  windowTable,
} from "./windows.ts";

/** What the network sees of a slice, in this order. */
export const channelNames = ["liver", "custom", "histogram"] as const;

/** Which channels a slice gets: one a window, in their order, and the frequency histogram last. */
export interface ChannelSet {
  /** By name, or in HU; liver and custom by default. */
  readonly windows?: readonly (WindowName | Window)[];
  /** Whether the histogram channel follows; true by default. */
  readonly histogram?: boolean;
}

export interface ChannelOptions extends ChannelSet {
  /** Breaks of the histogram, such as a whole scan's; the slice's own 100 by default. */
  readonly bins?: ArrayLike<number>;
}

/**
 * A slice's channels as bytes (·255, cut off): by default the liver window (150, 30), the custom one
 * (200, 60) and the frequency histogram.
 *
 * A constant slice has a black histogram channel; a NaN voxel is black in all (fastai: whatever the
 * processor makes of NaN), an infinite one black or white.
 *
 * @param slice - HU, height × width, rows from the front of the patient
 * @returns planar [channels, height, width]; interleaved [height, width, channels]
 * @throws `usage.argument` for a window that is none (`windowOf`), and for no channel at all
 * @see fastai `Tensor.to_nchan(windows, bins)` and `save_jpg`: equal byte for byte
 */
export function channelsOf(
  slice: Int16Array | Float32Array,
  options: ChannelOptions & { readonly layout?: ChannelLayout } = {},
): Uint8Array {
  const { windows, histogram } = channelSetOf(options);
  const { layout = "planar" } = options;
  // Breaks are counted where there is a histogram; whether all HU are whole must be known anyway.
  const isCounted = histogram || !(slice instanceof Int16Array);
  const counts = isCounted ? countVoxels(slice) : undefined;
  if (isCounted && counts === undefined) {
    const ramps = windows.map(rampOf);
    const breaks = histogram ? (options.bins ?? frequencyHistogramBins(slice)) : undefined;
    return paintFractions(slice, { ramps, breaks, layout });
  }
  const tables = windows.map(tableOf);
  if (histogram && counts !== undefined) tables.push(histogramTable(counts, options.bins));
  return paintWholes(slice, { tables, layout });
}

/**
 * A slice's channels as greys between 0 and 1, before they become bytes.
 *
 * A NaN voxel stays NaN.
 *
 * @param slice - HU, height × width
 * @returns planar [channels, height, width]
 * @throws `usage.argument` as `channelsOf`
 * @see fastai `Tensor.to_nchan(windows, bins)`, with `bins=0` for no histogram: equal bit for bit
 */
export function greyChannelsOf(
  slice: Int16Array | Float32Array,
  options: ChannelOptions = {},
): Float32Array {
  const { windows, histogram } = channelSetOf(options);
  const planes = windows.map((window) => windowed(slice, window));
  if (histogram) planes.push(histScaled(slice, options.bins));
  const greys = new Float32Array(planes.length * slice.length);
  planes.forEach((plane, c) => {
    greys.set(plane, c * slice.length);
  });
  return greys;
}

/** A name of each channel, in their order: `liver`, `w350-l50`, `histogram`. */
export function channelNamesOf(set: ChannelSet): string[] {
  const { windows, histogram } = channelSetOf(set);
  const names = windows.map((window) =>
    typeof window === "string" ? window : `w${window.width}-l${window.level}`,
  );
  return histogram ? [...names, "histogram"] : names;
}

function channelSetOf({
  windows = ["liver", "custom"],
  histogram = true,
}: ChannelSet): Required<ChannelSet> {
  if (windows.length > 0 || histogram) return { windows, histogram };
  throw new HeparError("usage.argument", "expected at least one channel, got none", {
    hint: "give a window, or leave the histogram in",
  });
}

const tablesMade = new Map<string, Uint8Array>();

/** A window's table, made once: it costs as much as a slice. */
function tableOf(choice: WindowName | Window): Uint8Array {
  const { width, level } = windowOf(choice);
  const key = `${width} ${level}`;
  const known = tablesMade.get(key);
  if (known !== undefined) return known;
  const table = windowTable({ width, level });
  // A server that is asked for ever new windows keeps 2 MB of them, no more.
  if (tablesMade.size === 32) tablesMade.clear();
  tablesMade.set(key, table);
  return table;
}

/** The histogram channel's byte of each 16-bit HU that occurs; entry 0 is −32768. */
function histogramTable(counts: VoxelCounts, bins?: ArrayLike<number>): Uint8Array {
  const byteOf = histogramByte(bins ?? breaksOfCounts(counts));
  const table = new Uint8Array(65536);
  for (let at = 0; at < 65536; at++) {
    if (counts.count[at] > 0) table[at] = byteOf(at - 32768);
  }
  return table;
}
