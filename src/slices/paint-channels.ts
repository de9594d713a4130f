import { histogramByte } from "./frequency-histogram.ts";
import { type Ramp, windowByte } from "./windows.ts";

/** How channels lie in memory: plane after plane, or pixel after pixel as encoders want it. */
export type ChannelLayout = "planar" | "interleaved";

/**
 * The channels of a slice of 16-bit whole numbers: every byte is looked up.
 *
 * @param options.tables - one a channel; entry 0 is −32768
 */
export function paintWholes(
  slice: Int16Array | Float32Array,
  options: { readonly tables: readonly Uint8Array[]; readonly layout: ChannelLayout },
): Uint8Array {
  const { tables, layout } = options;
  if (tables.length === 3) {
    return layout === "planar" ? paintThreePlanes(slice, tables) : paintTriples(slice, tables);
  }
  const painted = new Uint8Array(tables.length * slice.length);
  tables.forEach((table, c) => {
    const place = placeOf(c, { into: painted, pixels: slice.length, layout });
    paintTable(slice, table, place);
  });
  return painted;
}

/** Where a channel's bytes go: from the first one on, so far from each to the next. */
interface Place {
  readonly into: Uint8Array;
  readonly from: number;
  readonly step: number;
}

const placeOf = (
  c: number,
  size: { readonly into: Uint8Array; readonly pixels: number; readonly layout: ChannelLayout },
): Place =>
  size.layout === "interleaved"
    ? { into: size.into, from: c, step: size.into.length / size.pixels }
    : { into: size.into, from: c * size.pixels, step: 1 };

/** Three channels, planar, in one pass over the slice. */
function paintThreePlanes(
  slice: Int16Array | Float32Array,
  [first, second, third]: readonly Uint8Array[],
): Uint8Array {
  const pixels = slice.length;
  const painted = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const at = slice[i] + 32768;
    painted[i] = first[at];
    painted[i + pixels] = second[at];
    painted[i + 2 * pixels] = third[at];
  }
  return painted;
}

/**
 * Three channels, interleaved, in half the time of single bytes: the three of a value are one
 * look-up, and those of four pixels are written as three words.
 */
function paintTriples(
  slice: Int16Array | Float32Array,
  [first, second, third]: readonly Uint8Array[],
): Uint8Array {
  const triples = new Uint32Array(65536);
  for (let at = 0; at < 65536; at++) {
    triples[at] = first[at] | (second[at] << 8) | (third[at] << 16);
  }
  const painted = new Uint8Array(3 * slice.length);
  const fours = slice.length >> 2;
  // Bytes of a word run from the lowest, as on every machine that runs JavaScript.
  const words = new Uint32Array(painted.buffer, 0, 3 * fours);
  for (let i = 0, to = 0; to < words.length; i += 4, to += 3) {
    const b = triples[slice[i + 1] + 32768];
    const c = triples[slice[i + 2] + 32768];
    words[to] = triples[slice[i] + 32768] | (b << 24);
    words[to + 1] = (b >>> 8) | (c << 16);
    words[to + 2] = (c >>> 16) | (triples[slice[i + 3] + 32768] << 8);
  }
  for (let i = 4 * fours; i < slice.length; i++) {
    const at = slice[i] + 32768;
    painted.set([first[at], second[at], third[at]], 3 * i);
  }
  return painted;
}

/**
 * The channels of a slice of any numbers: one a ramp, and the histogram's when there are breaks.
 */
export function paintFractions(
  slice: ArrayLike<number>,
  options: {
    readonly ramps: readonly Ramp[];
    readonly breaks: ArrayLike<number> | undefined;
    readonly layout: ChannelLayout;
  },
): Uint8Array {
  const { ramps, breaks, layout } = options;
  const channels = ramps.length + (breaks === undefined ? 0 : 1);
  const painted = new Uint8Array(channels * slice.length);
  const size = { into: painted, pixels: slice.length, layout };
  ramps.forEach((ramp, c) => {
    paintRamp(slice, ramp, placeOf(c, size));
  });
  if (breaks !== undefined) paintHistogram(slice, breaks, placeOf(ramps.length, size));
  return painted;
}

// One loop each: V8 makes a fast one of a loop that always does the same.

function paintTable(
  slice: ArrayLike<number>,
  table: Uint8Array,
  { into, from, step }: Place,
): void {
  for (let i = 0, to = from; i < slice.length; i++, to += step) into[to] = table[slice[i] + 32768];
}

function paintRamp(slice: ArrayLike<number>, ramp: Ramp, { into, from, step }: Place): void {
  for (let i = 0, to = from; i < slice.length; i++, to += step)
    into[to] = windowByte(slice[i], ramp);
}

function paintHistogram(
  slice: ArrayLike<number>,
  breaks: ArrayLike<number>,
  { into, from, step }: Place,
): void {
  const byteOf = histogramByte(breaks);
  for (let i = 0, to = from; i < slice.length; i++, to += step) into[to] = byteOf(slice[i]);
}
