import { HeparError } from "../../core/index.ts";
import { memory } from "../../files/index.node.ts";
import { voxelCount } from "../volume.ts";
import type { NiftiHeader } from "./header.ts";
import { type OpenNifti, withTrailing } from "./open.node.ts";
import { fill, inflated, type Source } from "./source.node.ts";

/** Deflate packs at most 1032 to 1, so a tiny file cannot hold a huge volume. */
const largestRatio = 1032;

/** Bytes after the voxels are read, for the checksum's sake, up to here; beyond it is a bomb. */
const mostTrailingBytes = 1 << 26;

/** Room beyond the voxels, so that a file with few bytes more still goes into one buffer. */
const slack = 1 << 16;

/** zlib counts the room for its output in 32 bits; above this the parts are copied together. */
const largestChunk = 2 ** 31;

const inflatedChunk = 1 << 20;

/**
 * For slices that are not kept, so large that zlib has work for some tenths of a second: it is given
 * more only when the main thread comes round to it, and that is at work too.
 */
const passingChunk = { chunk: 1 << 27, packed: 1 << 26, ahead: 2 };

/** Slices from `from` up to `to`, without it. */
export interface SliceRange {
  readonly from: number;
  readonly to: number;
}

const voxelBytes = (header: NiftiHeader): number => voxelCount(header) * header.bytesPerVoxel;

/**
 * All voxel bytes. Memory is what the header asks for, and it is asked for only when the file can
 * really hold it. A gzip file is read to its end, for only there does its checksum stand.
 *
 * @throws `nifti.truncated`, `nifti.too-large`, `nifti.gzip`
 */
export async function readAllVoxels(
  nifti: OpenNifti,
): Promise<{ header: NiftiHeader; bytes: Uint8Array }> {
  const { header, source } = nifti;
  requireHonest(nifti);
  requireMemory(header, voxelBytes(header));
  try {
    if (source.gzip) return await inflateAll(nifti);
    const into = allocate(header, voxelBytes(header));
    const bytes = await fill(source.file, { into, from: header.voxelOffset });
    if (bytes.length < into.length) throw tooShort(header, bytes.length);
    return { header, bytes };
  } catch (thrown) {
    throw thrown instanceof RangeError ? tooLarge(header, thrown) : thrown;
  }
}

/**
 * Inflates straight into the array that is returned: zlib gets it as its output buffer, so that
 * nothing is copied. It fills the buffer from the start and hands out each new part of it.
 */
async function inflateAll({
  header,
  source,
}: OpenNifti): Promise<{ header: NiftiHeader; bytes: Uint8Array }> {
  const end = header.voxelOffset + voxelBytes(header);
  const chunk = end + slack <= largestChunk ? end + slack : inflatedChunk;
  let whole: Uint8Array | undefined;
  let position = 0;
  for await (const part of inflated(source.file, { chunk })) {
    whole ??= part.buffer.byteLength >= end ? new Uint8Array(part.buffer) : allocate(header, end);
    const inPlace = part.buffer === whole.buffer && part.byteOffset === position;
    if (!inPlace && position < end) whole.set(part.subarray(0, end - position), position);
    position += part.length;
    requireNoBomb(header, position - end);
  }
  if (whole === undefined || position < end) {
    throw tooShort(header, Math.max(0, position - header.voxelOffset));
  }
  const bytes = whole.subarray(header.voxelOffset, end);
  // Whoever looks at the bytes as wider numbers needs them at a multiple of 8, as they are as a rule.
  const aligned = header.voxelOffset % 8 === 0 ? bytes : bytes.slice();
  return { header: withTrailing(header, position - end), bytes: aligned };
}

/**
 * The voxel bytes slice after slice, each in memory of its own; bounded by one slice, however large
 * the file. Each byte is read once.
 *
 * @param range - from the slice `from` up to `to`, without it; all by default. A plain file is read
 *   there only; a gzip file from its start, and to its end only for its last slice
 * @param range.passing - whether a slice's memory may be used again, when the next but one is asked for
 * @returns at its end the header, with a warning when bytes follow the voxels
 * @throws `nifti.truncated`, `nifti.too-large`, `nifti.gzip`; in a gzip file some only after the
 * last slice, when the checksum has been seen
 */
export async function* readSlices(
  nifti: OpenNifti,
  range?: SliceRange & { readonly passing?: boolean },
): AsyncGenerator<Uint8Array<ArrayBuffer>, NiftiHeader> {
  const { header, source } = nifti;
  const { from, to, passing = false } = range ?? { from: 0, to: header.dims[2] };
  const length = header.dims[0] * header.dims[1] * header.bytesPerVoxel;
  requireHonest(nifti);
  requireMemory(header, length);
  if (source.gzip) {
    const slices = inflateSlices(nifti, { length, passing });
    if (from === 0 && to === header.dims[2]) return yield* slices;
    let k = 0;
    for await (const slice of slices) {
      if (k >= from) yield slice;
      if (++k === to && to < header.dims[2]) break;
    }
    return header;
  }
  const rooms = passing ? [allocate(header, length), allocate(header, length)] : [];
  for (let k = from; k < to; k++) {
    const into = rooms[k % 2] ?? allocate(header, length);
    const bytes = await fill(source.file, { into, from: header.voxelOffset + k * length });
    if (bytes.length < length) throw tooShort(header, k * length + bytes.length);
    yield into;
  }
  return header;
}

async function* inflateSlices(
  { header, source }: OpenNifti,
  { length, passing }: { readonly length: number; readonly passing: boolean },
): AsyncGenerator<Uint8Array<ArrayBuffer>, NiftiHeader> {
  const most = header.voxelOffset + voxelBytes(header) + slack;
  const sizes = passing
    ? { ...passingChunk, chunk: Math.min(passingChunk.chunk, most) }
    : { chunk: inflatedChunk };
  let left = header.dims[2];
  let slice = allocate(header, length);
  // Where in the slice the next byte goes; negative before the voxels start.
  let position = -header.voxelOffset;
  for await (const part of inflated(source.file, sizes)) {
    let from = Math.max(0, Math.min(part.length, -position));
    position += from;
    while (left > 0 && from < part.length) {
      const piece = part.subarray(from, from + length - position);
      const whole = passing && piece.length === length && piece.byteOffset % 8 === 0;
      if (!whole) slice.set(piece, position);
      from += piece.length;
      position += piece.length;
      if (position < length) break;
      yield whole ? piece : slice;
      position = 0;
      left--;
      if (left > 0 && !whole) slice = allocate(header, length);
    }
    if (left === 0) {
      position += part.length - from;
      requireNoBomb(header, position);
    }
  }
  if (left > 0) throw tooShort(header, voxelBytes(header) - left * length + Math.max(0, position));
  return withTrailing(header, position);
}

/** Refuses a header that asks for more than the file can hold. */
export function requireHonest({ header, source }: OpenNifti): void {
  const limit = holdsAtMost(source) - header.voxelOffset;
  if (voxelBytes(header) > limit) throw tooShort(header, Math.max(0, limit));
}

const holdsAtMost = ({ gzip, size }: Source): number => (gzip ? size * largestRatio : size);

/** Refuses what would take over half of the memory: what is made of it needs some too. */
export function requireMemory(header: NiftiHeader, bytes: number): void {
  if (bytes > memory() / 2) throw tooLarge(header);
}

function allocate(header: NiftiHeader, bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw tooLarge(header, cause);
  }
}

function tooLarge({ dims, type, bytesPerVoxel }: NiftiHeader, cause?: unknown): HeparError {
  const size = Math.round((voxelCount({ dims }) * bytesPerVoxel) / 2 ** 20);
  return new HeparError(
    "nifti.too-large",
    `${dims.join(" × ")} ${type} (${size} MiB) does not fit into memory (${Math.round(memory() / 2 ** 20)} MiB, of which half is used)`,
    { hint: "use a machine with more memory, or crop the scan", cause },
  );
}

function tooShort(header: NiftiHeader, got: number): HeparError {
  return new HeparError(
    "nifti.truncated",
    `the voxels are cut off: ${header.dims.join(" × ")} ${header.type} needs ${voxelBytes(header)} bytes after byte ${header.voxelOffset}, the file holds at most ${got}`,
    { hint: "copy the file again" },
  );
}

function requireNoBomb({ dims, type }: NiftiHeader, trailing: number): void {
  if (trailing <= mostTrailingBytes) return;
  throw new HeparError(
    "nifti.gzip",
    `the gzip data go on for more than ${mostTrailingBytes / 2 ** 20} MiB after the voxels of ${dims.join(" × ")} ${type}`,
    { hint: "the file is broken or malicious: do not use it" },
  );
}
