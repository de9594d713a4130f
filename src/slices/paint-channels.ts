/** How channels lie in memory: plane after plane, or pixel after pixel as encoders want it. */
export type ChannelLayout = "planar" | "interleaved";

/** Bytes from one pixel to the next, and from one of its channels to the next. */
const stepsOf = (layout: ChannelLayout, size: { channels: number; pixels: number }) =>
  layout === "interleaved"
    ? { pixel: size.channels, channel: 1 }
    : { pixel: 1, channel: size.pixels };

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
  if (layout === "interleaved" && tables.length === 3) return paintTriples(slice, tables);
  const steps = stepsOf(layout, { channels: tables.length, pixels: slice.length });
  const painted = new Uint8Array(tables.length * slice.length);
  tables.forEach((table, c) => {
    for (let i = 0, to = c * steps.channel; i < slice.length; i++, to += steps.pixel) {
      painted[to] = table[slice[i] + 32768];
    }
  });
  return painted;
}

/**
 * As `paintWholes` of three channels, interleaved, in half the time: the three bytes of a value are
 * one look-up, and those of four pixels are written as three words.
 */
function paintTriples(
  slice: Int16Array | Float32Array,
  [red, green, blue]: readonly Uint8Array[],
): Uint8Array {
  const triples = tripleTable(red, green, blue);
  const painted = new Uint8Array(3 * slice.length);
  const fours = slice.length >> 2;
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
    painted.set([red[at], green[at], blue[at]], 3 * i);
  }
  return painted;
}

function tripleTable(red: Uint8Array, green: Uint8Array, blue: Uint8Array): Uint32Array {
  const triples = new Uint32Array(65536);
  for (let at = 0; at < 65536; at++) {
    triples[at] = red[at] | (green[at] << 8) | (blue[at] << 16);
  }
  return triples;
}

/**
 * The channels of a slice of any numbers.
 *
 * @param options.bytes - one a channel: the byte of an HU value
 */
export function paintFractions(
  slice: ArrayLike<number>,
  options: {
    readonly bytes: readonly ((hu: number) => number)[];
    readonly layout: ChannelLayout;
  },
): Uint8Array {
  const { bytes, layout } = options;
  const steps = stepsOf(layout, { channels: bytes.length, pixels: slice.length });
  const painted = new Uint8Array(bytes.length * slice.length);
  bytes.forEach((byteOf, c) => {
    for (let i = 0, to = c * steps.channel; i < slice.length; i++, to += steps.pixel) {
      painted[to] = byteOf(slice[i]);
    }
  });
  return painted;
}
