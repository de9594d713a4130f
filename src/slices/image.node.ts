import { readFile } from "node:fs/promises";
import sharp, { type Metadata, type OutputInfo, type Sharp } from "sharp";
import { HeparError } from "../core/index.ts";
import { writeAtomically } from "../files/index.node.ts";
import { decodeIndexedPng } from "./indexed-png.node.ts";
import { encodeLabelPng } from "./label-png.node.ts";
import type { SliceLabels } from "./resample.ts";
import type { SliceImage, SliceMask } from "./tensor.ts";

// Slices run side by side, each on one thread; no file is read twice soon, so nothing is cached.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Writes a slice's channels as the red, green and blue of a JPEG, whole or not at all.
 *
 * The chroma is kept at full size (4:4:4): the channels are not colours, and the usual 4:2:0 would
 * blur the custom window and the histogram into each other. Huffman tables are the standard ones,
 * which is twice as fast and 5 % larger.
 *
 * @param options.quality - 1 to 100
 * @throws `output.full`, `output.unwritable`
 */
export function writeImage(
  path: string,
  { width, height, channels }: SliceImage,
  { quality = 90 }: { readonly quality?: number } = {},
): Promise<void> {
  return writeJpeg(path, interleaved(channels), { width, height, quality });
}

/** As `writeImage`, from channels that are interleaved already. */
async function writeJpeg(
  path: string,
  rgb: Uint8Array,
  options: { readonly width: number; readonly height: number; readonly quality: number },
): Promise<void> {
  const { width, height, quality } = options;
  const jpeg = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality, chromaSubsampling: "4:4:4", mozjpeg: false, optimiseCoding: false })
    .toBuffer();
  await writeAtomically(path, jpeg);
}

/**
 * A slice's channels from a JPEG (or any image of three 8-bit channels); a JPEG gives them back
 * nearly, not exactly.
 *
 * @throws `input.missing`; `image.unreadable` when it is damaged or has not three channels
 */
export async function readImage(path: string): Promise<SliceImage> {
  const { image, metadata } = await openImage(path);
  const { channels, depth, isPalette } = metadata;
  if (channels !== 3 || depth !== "uchar" || isPalette) {
    throw new HeparError(
      "image.unreadable",
      `expected three channels of 8 bits, got ${describe(metadata)}`,
      { file: path, hint: "convert the cohort again" },
    );
  }
  const { data, info } = await decoded(path, image.raw());
  return { width: info.width, height: info.height, channels: planar(data) };
}

/**
 * Writes a slice's labels as a grey PNG whose values are the labels themselves, 8 bits for a
 * Uint8Array and 16 for a Uint16Array, whole or not at all.
 *
 * @throws `output.full`, `output.unwritable`
 */
export const writeMask = (path: string, mask: SliceMask): Promise<void> =>
  writeAtomically(path, encodeLabelPng(mask));

/**
 * A slice's labels from a grey PNG, or one in hepar's own colours, exactly.
 *
 * Anything whose values might not be labels is refused: colours, another palette, transparency, and
 * fewer than 8 bits, which decoders stretch to 255.
 *
 * @returns a Uint8Array from 8 bits, a Uint16Array from 16
 * @throws `input.missing`; `image.unreadable`
 */
export async function readMask(path: string): Promise<SliceMask> {
  const { bytes: file, image, metadata } = await openImage(path);
  const { format, channels, bitsPerSample, isPalette } = metadata;
  if (format === "png" && isPalette) return inFile(path, () => decodeIndexedPng(file));
  const isPlainGrey = format === "png" && channels === 1 && !isPalette;
  if (!isPlainGrey || (bitsPerSample !== 8 && bitsPerSample !== 16)) {
    throw new HeparError(
      "image.unreadable",
      `expected a grey PNG of 8 or 16 bits, got ${describe(metadata)}`,
      { file: path, hint: "save masks as grey PNG with the label number as the value" },
    );
  }
  const { data, info } =
    bitsPerSample === 8
      ? await decoded(path, image.toColourspace("b-w").raw())
      : await decoded(path, image.toColourspace("grey16").raw({ depth: "ushort" }));
  const bytes = Uint8Array.from(data);
  const labels: SliceLabels = bitsPerSample === 8 ? bytes : new Uint16Array(bytes.buffer);
  return { width: info.width, height: info.height, labels };
}

async function openImage(
  path: string,
): Promise<{ bytes: Uint8Array; image: Sharp; metadata: Metadata }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new HeparError(
      isMissing ? "input.missing" : "input.unreadable",
      isMissing ? "there is no such file" : "cannot be read",
      { file: path, cause },
    );
  }
  try {
    // A colour profile describes how to show a picture: applied, it would change the values.
    const image = sharp(bytes, { failOn: "warning", ignoreIcc: true });
    return { bytes, image, metadata: await image.metadata() };
  } catch (cause) {
    throw damaged(path, cause);
  }
}

function inFile<Result>(path: string, decode: () => Result): Result {
  try {
    return decode();
  } catch (thrown) {
    throw thrown instanceof HeparError ? thrown.inFile(path) : thrown;
  }
}

async function decoded(path: string, image: Sharp): Promise<{ data: Buffer; info: OutputInfo }> {
  try {
    return await image.toBuffer({ resolveWithObject: true });
  } catch (cause) {
    throw damaged(path, cause);
  }
}

function damaged(path: string, cause: unknown): HeparError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new HeparError("image.unreadable", `not a whole image (${said.trim()})`, {
    file: path,
    hint: "convert the cohort again",
    cause,
  });
}

const describe = ({ format, channels, bitsPerSample, isPalette, hasAlpha }: Metadata): string =>
  [
    format,
    `of ${channels} ${channels === 1 ? "channel" : "channels"}`,
    bitsPerSample === undefined ? "" : `of ${bitsPerSample} bits`,
    isPalette ? "with a palette" : "",
    hasAlpha ? "with transparency" : "",
  ]
    .filter((part) => part !== "")
    .join(" ");

/** Planar [3, h, w] → [h, w, 3], which encoders want. */
function interleaved(channels: Uint8Array): Uint8Array {
  const pixels = channels.length / 3;
  const rgb = new Uint8Array(channels.length);
  for (let i = 0, at = 0; i < pixels; i++, at += 3) {
    rgb[at] = channels[i];
    rgb[at + 1] = channels[pixels + i];
    rgb[at + 2] = channels[2 * pixels + i];
  }
  return rgb;
}

/** [h, w, 3] → planar [3, h, w]. */
function planar(rgb: Uint8Array): Uint8Array {
  const pixels = rgb.length / 3;
  const channels = new Uint8Array(rgb.length);
  for (let i = 0, at = 0; i < pixels; i++, at += 3) {
    channels[i] = rgb[at];
    channels[pixels + i] = rgb[at + 1];
    channels[2 * pixels + i] = rgb[at + 2];
  }
  return channels;
}
