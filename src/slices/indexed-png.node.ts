import { crc32, inflateSync } from "node:zlib";
import { HeparError } from "../core/index.ts";
import { encodeLabelPng, pngSignature } from "./label-png.node.ts";
import { maskPalette } from "./mask-palette.ts";
import type { SliceMask } from "./tensor.ts";

/**
 * @file PNG with a palette, whose indices are the labels. Encoders at hand choose their own palettes
 * and decoders hand out its colours, so that the labels would be lost on both ways.
 *
 * Reference: https://www.w3.org/TR/png-3/
 */

/** 8 bits a pixel, indexed, nothing else of its choices: as IHDR says it after the size. */
const kind = [8, 3, 0, 0, 0] as const;

/** More pixels than any slice has: a header that promises more is not believed. */
const mostPixels = 1 << 28;

/** A mask of labels up to 255 as a PNG in colours whose indices are the labels. */
export const encodeIndexedPng = (mask: SliceMask): Uint8Array => encodeLabelPng(mask, maskPalette);

/**
 * The labels of a PNG whose palette is ours, or the beginning of ours, so that its indices are
 * labels; another's may have been sorted by its writer.
 *
 * @throws `image.unreadable`
 */
export function decodeIndexedPng(png: Uint8Array): SliceMask {
  const { header, palette, data } = partsOf(png);
  const [width, height] = [header.getUint32(0), header.getUint32(4)];
  if (kind.some((byte, n) => header.getUint8(8 + n) !== byte)) {
    throw refused("expected 8 bits a pixel, not interlaced");
  }
  if (palette.length === 0 || !palette.every((byte, n) => byte === maskPalette[n])) {
    throw refused("expected hepar's own palette, in which index and label are one");
  }
  if (width * height > mostPixels) throw refused(`${width} × ${height} pixels`);
  const labels = unfiltered(inflated(data, (width + 1) * height), { width, height });
  const wrong = labels.find((label) => 3 * label >= palette.length);
  if (wrong !== undefined) throw refused(`the pixel value ${wrong} is beyond the palette`);
  return { width, height, labels };
}

function partsOf(png: Uint8Array) {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  let header: Buffer | undefined;
  let palette: Uint8Array = new Uint8Array();
  const data: Uint8Array[] = [];
  for (let at = pngSignature.length; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw refused("it is cut off");
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) {
      throw refused("a checksum is wrong");
    }
    const name = bytes.toString("latin1", at + 4, at + 8);
    const content = bytes.subarray(at + 8, end - 4);
    if (name === "IHDR") header = content;
    if (name === "PLTE") palette = content;
    if (name === "tRNS") throw refused("it has transparency");
    if (name === "IDAT") data.push(content);
    if (name === "IEND" && header?.length === 13) {
      const view = new DataView(header.buffer, header.byteOffset, header.length);
      return { header: view, palette, data: Buffer.concat(data) };
    }
    at = end;
  }
  throw refused("it is cut off");
}

function inflated(data: Uint8Array, length: number): Uint8Array {
  let rows: Uint8Array;
  try {
    rows = inflateSync(data, { maxOutputLength: length });
  } catch (cause) {
    throw refused(cause instanceof Error ? cause.message : String(cause));
  }
  if (rows.length === length) return rows;
  throw refused(`expected ${length} bytes of pixels, got ${rows.length}`);
}

/** Undoes the filters, which other writers choose row by row (PNG 9.2). */
function unfiltered(
  rows: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const labels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (width + 1)];
    if (filter > 4) throw refused(`there is no filter ${filter}`);
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const left = x > 0 ? labels[at - 1] : 0;
      const up = y > 0 ? labels[at - width] : 0;
      const upLeft = x > 0 && y > 0 ? labels[at - width - 1] : 0;
      labels[at] = rows[y * (width + 1) + x + 1] + guess(filter, { left, up, upLeft });
    }
  }
  return labels;
}

function guess(
  filter: number,
  { left, up, upLeft }: { readonly left: number; readonly up: number; readonly upLeft: number },
): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter === 0) return 0;
  const estimate = left + up - upLeft;
  const [a, b, c] = [left, up, upLeft].map((value) => Math.abs(estimate - value));
  if (a <= b && a <= c) return left;
  return b <= c ? up : upLeft;
}

const refused = (why: string): HeparError =>
  new HeparError(
    "image.unreadable",
    `expected a grey PNG or one in hepar's colours, got png with a palette: ${why}`,
    {
      hint: "save masks as grey PNG with the label number as the value",
    },
  );
