import { constants, crc32, deflateSync } from "node:zlib";
import type { SliceMask } from "./tensor.ts";

/**
 * @file PNG whose values are labels, written by hand: an encoder for pictures is twice as slow on
 * masks, and chooses palettes of its own.
 *
 * Reference: https://www.w3.org/TR/png-3/
 */

export const pngSignature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

const colourTypes = { grey: 0, indexed: 3 } as const;

/**
 * A mask as a PNG of 8 bits, or 16 for a Uint16Array, whose values are its labels.
 *
 * Rows are not filtered, and only runs of one byte are looked for (Z_RLE): on masks, which hold little
 * else, that is four times as fast as searching for all repetitions, and smaller.
 *
 * @param palette - red, green and blue of each label, for 8 bits; grey without
 */
export function encodeLabelPng(
  { width, height, labels }: SliceMask,
  palette?: Uint8Array,
): Uint8Array {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8 * labels.BYTES_PER_ELEMENT);
  header.setUint8(9, palette === undefined ? colourTypes.grey : colourTypes.indexed);
  const pixels = labels instanceof Uint8Array ? labels : highByteFirst(labels);
  return Buffer.concat([
    pngSignature,
    chunk("IHDR", new Uint8Array(header.buffer)),
    ...(palette === undefined ? [] : [chunk("PLTE", palette)]),
    chunk("IDAT", deflateSync(rowsOf(pixels, height), { strategy: constants.Z_RLE })),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** Each row begins with its filter: 0, none. */
function rowsOf(pixels: Uint8Array, height: number): Uint8Array {
  const stride = pixels.length / height;
  const rows = new Uint8Array(pixels.length + height);
  for (let y = 0; y < height; y++) {
    rows.set(pixels.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  }
  return rows;
}

function highByteFirst(words: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(2 * words.length);
  for (let i = 0; i < words.length; i++) {
    bytes[2 * i] = words[i] >>> 8;
    bytes[2 * i + 1] = words[i];
  }
  return bytes;
}

function chunk(name: string, content: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
