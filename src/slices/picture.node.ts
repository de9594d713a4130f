import { readFile } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import { HeparError } from "../core/index.ts";
import { writeAtomically } from "../files/index.node.ts";
import { encodeIndexedPng } from "./indexed-png.node.ts";
import { encodeLabelPng } from "./label-png.node.ts";
import type { Picture } from "./picture.ts";
import type { ConvertSettings } from "./settings.ts";
import type { SliceImage, SliceMask } from "./tensor.ts";

/** Writes a picture as `encodePicture` makes it. Throws `output.full`, `output.unwritable`. */
export async function writePicture(
  path: string,
  picture: Picture,
  settings: Pick<ConvertSettings, "format" | "quality" | "chroma">,
): Promise<void> {
  await writeAtomically(path, await encodePicture(picture, settings));
}

/**
 * A picture as the bytes of a file, in the settings' format.
 *
 * JPEG: Huffman tables are the standard ones, which is twice as fast and 5 % larger.
 */
export function encodePicture(
  { width, height, channels, pixels }: Picture,
  settings: Pick<ConvertSettings, "format" | "quality" | "chroma">,
): Promise<Uint8Array> {
  const image = sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 | 4 } });
  return encoders[settings.format](image, channels, settings);
}

type Encoder = (
  image: Sharp,
  channels: number,
  settings: Pick<ConvertSettings, "quality" | "chroma">,
) => Promise<Buffer>;

const png = { compressionLevel: 6, adaptiveFiltering: false, palette: false } as const;

/** What an image of 8 or 16 bits is called; without it, encoders would turn grey into colours. */
const space = (channels: number, bits: 8 | 16): string =>
  ({ 8: ["b-w", "srgb"], 16: ["grey16", "rgb16"] })[bits][channels === 1 ? 0 : 1];

const encoders: { readonly [Format in ConvertSettings["format"]]: Encoder } = {
  jpeg: (image, channels, { quality, chroma: chromaSubsampling }) =>
    image
      .toColourspace(space(channels, 8))
      .jpeg({ quality, chromaSubsampling, mozjpeg: false, optimiseCoding: false })
      .toBuffer(),
  png: (image, channels) => image.toColourspace(space(channels, 8)).png(png).toBuffer(),
  png16: (image, channels) => image.toColourspace(space(channels, 16)).png(png).toBuffer(),
  tiff16: (image, channels) =>
    image
      .toColourspace(space(channels, 16))
      .tiff({ compression: "deflate", predictor: "horizontal" })
      .toBuffer(),
};

/** A mask as a PNG whose values are its labels: grey, or, up to label 255, in colours on request. */
export const encodeMaskAs = (
  mask: SliceMask,
  { maskPalette }: Pick<ConvertSettings, "maskPalette">,
): Uint8Array =>
  maskPalette && mask.labels instanceof Uint8Array ? encodeIndexedPng(mask) : encodeLabelPng(mask);

/**
 * A picture as its file holds it: what `writePicture` was given, but for what JPEG changes.
 *
 * @throws `input.missing`, `input.unreadable`; `image.unreadable` when it is damaged
 */
export async function readPicture(path: string): Promise<Picture> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const isMissing = cause.code === "ENOENT";
    const message = isMissing ? "there is no such file" : "cannot be read";
    const code = isMissing ? "input.missing" : "input.unreadable";
    throw new HeparError(code, message, { file: path, cause });
  });
  return decodePicture(bytes, path);
}

/**
 * As `readPicture`, of a file's bytes.
 *
 * @param path - for the error
 */
export async function decodePicture(bytes: Uint8Array, path: string): Promise<Picture> {
  try {
    const image = sharp(bytes, { failOn: "warning", ignoreIcc: true });
    const { bitsPerSample, depth, channels } = await image.metadata();
    const isWide = bitsPerSample === 16 || depth === "ushort";
    const { data, info } = await image
      .toColourspace(space(channels, isWide ? 16 : 8))
      .raw({ depth: isWide ? "ushort" : "uchar" })
      .toBuffer({ resolveWithObject: true });
    const own = Uint8Array.from(data);
    const pixels = isWide ? new Uint16Array(own.buffer) : own;
    return { width: info.width, height: info.height, channels: info.channels, pixels };
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new HeparError("image.unreadable", `not a whole image (${said.trim()})`, {
      file: path,
      hint: "convert the cohort again",
      cause,
    });
  }
}

/**
 * A converted image of any format to look at: three channels of 8 bits, of a single one three times
 * the same, of four the first three. Of a 2.5D image it is the slice's own, without its neighbours.
 *
 * @param options.neighbours - slices on either side whose channels are in the image; default 0
 * @throws as `readPicture`
 */
export async function readShown(
  path: string,
  { neighbours = 0 }: { readonly neighbours?: number } = {},
): Promise<SliceImage> {
  const { width, height, channels, pixels } = await readPicture(path);
  const shift = pixels instanceof Uint16Array ? 8 : 0;
  const own = Math.floor(channels / (2 * neighbours + 1));
  const shown = new Uint8Array(3 * width * height);
  for (let at = 0; at < shown.length; at++) {
    const [channel, pixel] = [Math.floor(at / (width * height)), at % (width * height)];
    const from = neighbours * own + Math.min(channel, own - 1);
    shown[at] = pixels[pixel * channels + from] >> shift;
  }
  return { width, height, channels: shown };
}
