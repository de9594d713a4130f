import { channelsOf, greyChannelsOf } from "./channels.ts";
import { resizeBytes, resizeWords } from "./resample.ts";
import { type ConvertSettings, channelCount, imageFormats } from "./settings.ts";

/** A slice as an image file holds it. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1, 3 or 4. */
  readonly channels: number;
  /** [height, width, channels], 8 or 16 bits. */
  readonly pixels: Uint8Array | Uint16Array;
}

/**
 * The picture of a slice with its neighbours, as the settings say: channels first, then the size.
 *
 * 16 bits hold a grey of 1 as 65535, rounded; 8 bits as 255, cut off (fastai's `save_jpg`).
 *
 * @param stack - HU of the slices below, of the slice and of those above, 2 · neighbours + 1 of
 *   height × width
 */
export function pictureOf(
  stack: readonly (Int16Array | Float32Array)[],
  options: {
    readonly width: number;
    readonly height: number;
    readonly settings: ConvertSettings;
  },
): Picture {
  const { width, height, settings } = options;
  const { size, channels: set } = settings;
  const channels = channelCount(settings);
  const isWide = imageFormats[settings.format].bits === 16;
  if (!isWide && size === null && stack.length === 1) {
    const pixels = channelsOf(stack[0], { ...set, layout: "interleaved" });
    return { width, height, channels, pixels };
  }
  const resize = { width, height, toWidth: size ?? width, toHeight: size ?? height };
  const planes = isWide
    ? stack.map((slice) => resizeWords(wordsOf(greyChannelsOf(slice, set)), resize))
    : stack.map((slice) => resizeBytes(channelsOf(slice, set), resize));
  const { toWidth, toHeight } = resize;
  const make = isWide ? Uint16Array : Uint8Array;
  const into = new make(channels * toWidth * toHeight);
  const pixels = interleaved<Uint8Array | Uint16Array>(planes, { channels, into });
  return { width: toWidth, height: toHeight, channels, pixels };
}

/** Greys from 0 to 1 as 16 bits; NaN is black. */
function wordsOf(greys: Float32Array): Uint16Array {
  const words = new Uint16Array(greys.length);
  for (let i = 0; i < greys.length; i++) words[i] = greys[i] * 65535 + 0.5;
  return words;
}

/** Planes [channels][pixels] of each slice → [pixels][channels of the first, of the second, …]. */
function interleaved<Pixels extends Uint8Array | Uint16Array>(
  stack: readonly Pixels[],
  options: { readonly channels: number; readonly into: Pixels },
): Pixels {
  const { channels, into } = options;
  const pixels = into.length / channels;
  let channel = 0;
  for (const planes of stack) {
    for (let start = 0; start < planes.length; start += pixels, channel++) {
      for (let i = 0, to = channel; i < pixels; i++, to += channels) into[to] = planes[start + i];
    }
  }
  return into;
}
