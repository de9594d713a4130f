import { type FileHandle, open, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { HeparError } from "../core/index.ts";
import { memory } from "../files/index.node.ts";
import { headerBytes, type NiftiHeader, parseNiftiHeader } from "./nifti-header.ts";
import { voxelCount } from "./volume.ts";

const chunkSize = 1 << 20;
/** Where only a header is wanted: a catalogue reads thousands. */
const headerChunkSize = 1 << 14;

/** Deflate packs at most 1032 to 1, so a tiny file cannot hold a huge volume. */
const largestRatio = 1032;

/** Bytes after the voxels are read, for the checksum's sake, up to here; beyond it is a bomb. */
const mostTrailingBytes = 1 << 26;

interface Source {
  readonly file: FileHandle;
  /** Bytes on disk. */
  readonly size: number;
  /** Whether the content is gzip, whatever the name says. */
  readonly gzip: boolean;
}

/** The header of a NIfTI file, gzipped or not. */
export function readHeader(path: string): Promise<NiftiHeader> {
  return withSource(path, async (source) => parseNiftiHeader(await firstBytes(source)));
}

/**
 * Header and voxel bytes. Memory is what the header asks for, and it is asked for only when the
 * file can really hold it. Bytes after the voxels are ignored, but a gzip file is read to its end,
 * for only there does its checksum stand.
 */
export function readVoxels(path: string): Promise<{ header: NiftiHeader; bytes: Uint8Array }> {
  return withSource(path, (source) => (source.gzip ? readZipped(source) : readPlain(source)));
}

async function withSource<Result>(
  path: string,
  read: (source: Source) => Promise<Result>,
): Promise<Result> {
  // Asked before it is opened: opening a pipe waits for a writer, who may never come.
  const status = await stat(path);
  if (!status.isFile()) {
    const what = status.isDirectory() ? "a folder" : "a device or pipe";
    throw new HeparError("input.unreadable", `it is ${what}, not a file`);
  }
  const file = await open(path, "r");
  try {
    const start = await fill(file, new Uint8Array(2), 0);
    const gzip = start[0] === 0x1f && start[1] === 0x8b;
    const source = { file, size: status.size, gzip };
    if (gzip || !path.endsWith(".gz")) return await read(source);
    return await read(source).catch((thrown: unknown) => {
      throw notGzip(thrown);
    });
  } finally {
    await file.close();
  }
}

/** A file named .gz that is neither gzip nor NIfTI: say the first, which explains the second. */
function notGzip(thrown: unknown): unknown {
  if (!(thrown instanceof HeparError) || thrown.code !== "nifti.header") return thrown;
  return new HeparError(
    "nifti.gzip",
    `the name ends in .gz, but it is no gzip: ${thrown.message}`,
    {
      hint: "copy the file again",
      cause: thrown,
    },
  );
}

/** Reads from a place in the file until `target` is full or the file ends; returns what was read. */
async function fill(file: FileHandle, target: Uint8Array, from: number): Promise<Uint8Array> {
  let filled = 0;
  while (filled < target.length) {
    const length = Math.min(target.length - filled, 1 << 26);
    const { bytesRead } = await file.read(target, filled, length, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return target.subarray(0, filled);
}

async function readPlain(source: Source): Promise<{ header: NiftiHeader; bytes: Uint8Array }> {
  const header = parseNiftiHeader(await firstBytes(source));
  const bytes = allocate(header, source.size);
  const read = await fill(source.file, bytes, header.voxelOffset);
  if (read.length < bytes.length) throw tooShort(header, read.length);
  return { header, bytes };
}

async function readZipped(source: Source): Promise<{ header: NiftiHeader; bytes: Uint8Array }> {
  const limit = source.size * largestRatio;
  // Where in `bytes` the next chunk goes; negative before the voxels start.
  let position = 0;
  let start = Buffer.alloc(0);
  let begun: { header: NiftiHeader; bytes: Uint8Array } | undefined;
  const begin = (): { header: NiftiHeader; bytes: Uint8Array } => {
    const header = parseNiftiHeader(start.subarray(0, headerBytes));
    const bytes = allocate(header, limit);
    position = copyInto(bytes, start, -header.voxelOffset);
    return { header, bytes };
  };
  for await (const chunk of unzipped(source.file)) {
    if (begun === undefined) {
      start = Buffer.concat([start, chunk]);
      if (start.length >= headerBytes) begun = begin();
      continue;
    }
    position = copyInto(begun.bytes, chunk, position);
    if (position - begun.bytes.length > mostTrailingBytes) throw bomb(begun.header);
  }
  begun ??= begin();
  if (position < begun.bytes.length) throw tooShort(begun.header, Math.max(0, position));
  return begun;
}

/** The decompressed content, of one gzip member or several. May be left early. */
async function* unzipped(file: FileHandle, chunk = chunkSize): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: chunk });
  const packed = file.createReadStream({ start: 0, autoClose: false, highWaterMark: chunk });
  const fed = pipeline(packed, gunzip).catch(() => {}); // its errors arrive from gunzip
  try {
    for await (const part of gunzip) yield part;
  } finally {
    gunzip.destroy();
    await fed;
  }
}

async function firstBytes({ file, gzip }: Source): Promise<Uint8Array> {
  if (!gzip) return fill(file, new Uint8Array(headerBytes), 0);
  let start = Buffer.alloc(0);
  for await (const chunk of unzipped(file, headerChunkSize)) {
    start = Buffer.concat([start, chunk]);
    if (start.length >= headerBytes) break;
  }
  return start.subarray(0, headerBytes);
}

/** Copies what of `chunk` belongs into `bytes` when its first byte goes to `position`. */
function copyInto(bytes: Uint8Array, chunk: Uint8Array, position: number): number {
  const skip = Math.max(0, -position);
  if (skip < chunk.length && position < bytes.length) {
    const to = Math.max(0, position);
    bytes.set(chunk.subarray(skip, skip + bytes.length - to), to);
  }
  return position + chunk.length;
}

/** Memory for the voxels, once it is sure that `limit` bytes can hold them. */
function allocate(header: NiftiHeader, limit: number): Uint8Array {
  const size = voxelCount(header) * header.bytesPerVoxel;
  if (header.voxelOffset + size > limit) {
    throw tooShort(header, Math.max(0, limit - header.voxelOffset));
  }
  // Half: turning them into HU or labels may take as much again.
  if (size > memory() / 2) throw tooLarge(header);
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw tooLarge(header, cause);
  }
}

function tooLarge({ dims, type, bytesPerVoxel }: NiftiHeader, cause?: unknown): HeparError {
  const size = Math.round((voxelCount({ dims }) * bytesPerVoxel) / 2 ** 20);
  return new HeparError(
    "nifti.too-large",
    `${dims.join(" × ")} ${type} (${size} MiB) does not fit into memory`,
    { hint: "use a machine with more memory, or crop the scan", cause },
  );
}

function tooShort(header: NiftiHeader, got: number): HeparError {
  const expected = voxelCount(header) * header.bytesPerVoxel;
  return new HeparError(
    "nifti.truncated",
    `the voxels are cut off: ${header.dims.join(" × ")} ${header.type} needs ${expected} bytes, the file holds at most ${got}`,
    { hint: "copy the file again" },
  );
}

function bomb({ dims, type }: NiftiHeader): HeparError {
  return new HeparError(
    "nifti.gzip",
    `the gzip data go on for more than ${mostTrailingBytes / 2 ** 20} MiB after the voxels of ${dims.join(" × ")} ${type}`,
    { hint: "the file is broken or malicious: do not use it" },
  );
}
