import sharp from "sharp";
import { HeparError } from "../core/index.ts";
import { writeAtomically } from "../files/index.node.ts";
import { type ChannelOptions, channelNamesOf, channelsOf } from "./channels.ts";
import { joinGreyJpegs } from "./cmyk-jpeg.ts";
import { writePicture } from "./picture.node.ts";

/** How a slice becomes a JPEG; the defaults are fastai's. */
export interface SaveJpgOptions extends ChannelOptions {
  readonly width: number;
  readonly height: number;
  /** 1 to 100; 90 by default. */
  readonly quality?: number;
  /** `4:2:0` by default, as PIL's, though it blurs three channels that are no colours. */
  readonly chroma?: "4:4:4" | "4:2:0";
}

/**
 * Writes a slice's channels as a JPEG, whole or not at all: one channel grey, three red, green and
 * blue, four cyan, magenta, yellow and black (stored inverted, as PIL and Adobe do).
 *
 * The path is taken as it is (fastai puts `.jpg` in place of its ending).
 *
 * @param slice - HU, height × width
 * @throws `usage.argument` for another number of channels; `output.full`, `output.unwritable`
 * @see fastai `save_jpg`: the same decoded pixels. One channel, which fastai fails at, is what PIL
 *   writes of an `L` image.
 */
export async function saveJpg(
  path: string,
  slice: Int16Array | Float32Array,
  options: SaveJpgOptions,
): Promise<void> {
  const { width, height, quality = 90, chroma = "4:2:0" } = options;
  const channels = channelNamesOf(options).length;
  if (channels === 4) {
    const planes = channelsOf(slice, options);
    return writeAtomically(path, await encodeCmyk(planes, { width, height, quality }));
  }
  if (channels !== 1 && channels !== 3) {
    throw new HeparError("usage.argument", `a JPEG holds 1, 3 or 4 channels, not ${channels}`, {
      hint: "choose other windows, or leave the histogram out",
    });
  }
  const pixels = channelsOf(slice, { ...options, layout: "interleaved" });
  const picture = { width, height, channels, pixels };
  return writePicture(path, picture, { format: "jpeg", quality, chroma });
}

async function encodeCmyk(
  planes: Uint8Array,
  options: { readonly width: number; readonly height: number; readonly quality: number },
): Promise<Uint8Array> {
  const { width, height, quality } = options;
  const grey = (c: number): Promise<Uint8Array> => {
    const inverted = planes
      .subarray(c * width * height, (c + 1) * width * height)
      .map((byte) => 255 - byte);
    return sharp(inverted, { raw: { width, height, channels: 1 } })
      .toColourspace("b-w")
      .jpeg({ quality, mozjpeg: false, optimiseCoding: false })
      .toBuffer();
  };
  return joinGreyJpegs(await Promise.all([grey(0), grey(1), grey(2), grey(3)]));
}
