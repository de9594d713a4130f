import { type FileHandle, open, stat } from "node:fs/promises";
import type { TransformOptions } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, type ZlibOptions } from "node:zlib";
import { HeparError, toHeparError } from "../../core/index.ts";

/** One open file, gzipped or not. */
export interface Source {
  readonly path: string;
  readonly file: FileHandle;
  /** Bytes on disk. */
  readonly size: number;
  /** Whether the content is gzip, whatever the name says. */
  readonly gzip: boolean;
}

/** Compressed bytes are read in pieces of this size. */
const packedChunk = 1 << 18;

/** All that is read of a file, and inflated, where only its header is wanted: often thousands. */
const startBytes = 1 << 14;

/**
 * Opens a file; whoever does closes it.
 *
 * @throws `input.missing`, `input.unreadable`; the error names the file
 */
export async function openSource(path: string): Promise<Source> {
  return named(path, async () => {
    // Asked before it is opened: opening a pipe waits for a writer, who may never come.
    const status = await stat(path);
    if (!status.isFile()) {
      const what = status.isDirectory() ? "a folder" : "a device or pipe";
      throw new HeparError("input.unreadable", `it is ${what}, not a file`, {
        hint: "give the path of a .nii or .nii.gz file",
      });
    }
    const file = await open(path, "r");
    try {
      const start = await fill(file, { into: new Uint8Array(2), from: 0 });
      const gzip = start[0] === 0x1f && start[1] === 0x8b;
      return { path, file, size: status.size, gzip };
    } catch (thrown) {
      await file.close();
      throw thrown;
    }
  });
}

/** The first 16 KiB of a file's content, inflated; all of it when it is shorter. */
export async function startOf({ file, gzip }: Source): Promise<Uint8Array> {
  if (!gzip) return fill(file, { into: new Uint8Array(startBytes), from: 0 });
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of inflated(file, { chunk: startBytes, packed: startBytes })) {
    parts.push(part);
    length += part.length;
    if (length >= startBytes) break;
  }
  return Buffer.concat(parts).subarray(0, startBytes);
}

/** Reads from a place in the file until `into` is full or the file ends; returns what was read. */
export async function fill(
  file: FileHandle,
  { into, from }: { readonly into: Uint8Array; readonly from: number },
): Promise<Uint8Array> {
  let filled = 0;
  while (filled < into.length) {
    const length = Math.min(into.length - filled, 1 << 26);
    const { bytesRead } = await file.read(into, filled, length, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return into.subarray(0, filled);
}

interface Parts {
  /** zlib fills one buffer of this size after the other, and hands out what is new. */
  readonly chunk: number;
  /** Bytes of the file that are read, and given to zlib, at once. */
  readonly packed?: number;
  /** How many parts are inflated before they are asked for; without it, as many as a stream does. */
  readonly ahead?: number;
}

/**
 * The inflated content, of one gzip member or several, in parts. May be left early. Disk, inflating
 * (on a thread of Node's) and whoever takes the parts work at the same time.
 */
export async function* inflated(
  file: FileHandle,
  { chunk, packed = packedChunk, ahead }: Parts,
): AsyncGenerator<Buffer<ArrayBuffer>> {
  // Room for the next piece while one is inflated.
  const options: ZlibOptions & TransformOptions = {
    chunkSize: chunk,
    writableHighWaterMark: 2 * packed,
    // As objects, for a stream of bytes would copy those that wait into one.
    ...(ahead === undefined ? {} : { readableObjectMode: true, readableHighWaterMark: ahead }),
  };
  const gunzip = createGunzip(options);
  const fed = pipeline(packedParts(file, packed), gunzip).catch(() => {}); // it throws from gunzip
  try {
    for await (const part of gunzip) yield part;
  } finally {
    gunzip.destroy();
    await fed;
  }
}

/** The file's bytes. Not the handle's own stream: that one closes the handle when it is left. */
async function* packedParts(file: FileHandle, length: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; ; from += length) {
    const part = await fill(file, { into: new Uint8Array(length), from });
    if (part.length > 0) yield part;
    if (part.length < length) return;
  }
}

/** Runs `read`; what it throws is a HeparError that names the file. */
export async function named<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (thrown) {
    throw readError(thrown).inFile(path);
  }
}

/** What a system's or zlib's refusal means. */
export function readError(thrown: unknown): HeparError {
  if (thrown instanceof HeparError || !(thrown instanceof Error)) return toHeparError(thrown);
  const { code, message, syscall } = thrown as NodeJS.ErrnoException;
  const hint = "copy the file again";
  if (code === "ENOENT") {
    return new HeparError("input.missing", "there is no such file", {
      hint: "check the path",
      cause: thrown,
    });
  }
  if (code === "Z_BUF_ERROR") {
    return new HeparError("nifti.truncated", "the gzip data are cut off", { hint, cause: thrown });
  }
  if (code?.startsWith("Z_")) {
    return new HeparError("nifti.gzip", `the gzip data are damaged (${message})`, {
      hint,
      cause: thrown,
    });
  }
  if (syscall === undefined) return toHeparError(thrown);
  return new HeparError("input.unreadable", `cannot be read (${message})`, {
    hint: "check that the file may be read",
    cause: thrown,
  });
}
