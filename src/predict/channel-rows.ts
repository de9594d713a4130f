import type { NetworkSpec } from "../model/index.ts";
import { axialSlice, channelsOf, inputOf } from "../slices/index.ts";
import type { CtVolume } from "../volume/index.ts";

type Input = NetworkSpec["input"];

/** What a network sees of a scan, row by row. */
export interface ChannelRows {
  /** Channels of one slice. */
  readonly count: number;
  /**
   * Copies part of a row of slice `k`'s channel, as the network wants its numbers.
   *
   * @param from - place in the slice, row · width + column
   */
  copy(
    part: {
      readonly channel: number;
      readonly k: number;
      readonly from: number;
      readonly length: number;
    },
    into: Float32Array,
    at: number,
  ): void;
}

/**
 * A scan's channels as a network's intensities have them.
 *
 * @param options.kept - slices that are asked for again and again, such as a patch's depth
 */
export function channelRows(
  scan: CtVolume,
  { intensity }: Pick<Input, "intensity">,
  { kept }: { readonly kept: number },
): ChannelRows {
  return intensity.scheme === "windows"
    ? windowRows(scan, intensity, kept)
    : lineRows(scan, lineOf(intensity));
}

/** clip(HU, low, high) · scale + shift */
interface Line {
  readonly low: number;
  readonly high: number;
  readonly scale: number;
  readonly shift: number;
}

function lineOf(intensity: Exclude<Input["intensity"], { scheme: "windows" }>): Line {
  if (intensity.scheme === "hu") {
    return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, scale: 1, shift: 0 };
  }
  const [low, high] = intensity.range;
  if (intensity.scheme === "clip-zscore") {
    return { low, high, scale: 1 / intensity.sd, shift: -intensity.mean / intensity.sd };
  }
  const [first, last] = intensity.to;
  const scale = (last - first) / (high - low);
  return { low, high, scale, shift: first - low * scale };
}

function lineRows({ dims, voxels }: CtVolume, { low, high, scale, shift }: Line): ChannelRows {
  const size = dims[0] * dims[1];
  return {
    count: 1,
    copy({ k, from, length }, into, at) {
      const start = k * size + from;
      for (let n = 0; n < length; n++) {
        const hu = voxels[start + n];
        // NaN is nothing that was measured: it becomes the lowest of what the network knows.
        const cut = hu > low ? (hu < high ? hu : high) : low;
        into[at + n] = cut * scale + shift;
      }
    },
  };
}

function windowRows(
  scan: CtVolume,
  { windows, histogram }: Extract<Input["intensity"], { scheme: "windows" }>,
  kept: number,
): ChannelRows {
  const size = scan.dims[0] * scan.dims[1];
  const slices = new Map<number, Uint8Array>();
  const slice = (k: number): Uint8Array => {
    const known = slices.get(k);
    if (known !== undefined) return known;
    const made = channelsOf(axialSlice<CtVolume["voxels"]>(scan, k), { windows, histogram });
    const [oldest] = slices.keys();
    if (slices.size > kept) slices.delete(oldest);
    slices.set(k, made);
    return made;
  };
  return {
    count: windows.length + (histogram ? 1 : 0),
    copy({ channel, k, from, length }, into, at) {
      const start = channel * size + from;
      inputOf(slice(k).subarray(start, start + length), { into, at });
    },
  };
}
