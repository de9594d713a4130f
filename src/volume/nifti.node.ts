import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { HeparError } from "../core/index.ts";
import { writeAtomically } from "../files/index.node.ts";
import { encodeNifti, toCtVolume, toLabelVolume } from "./nifti.ts";
import {
  headerBytes,
  type NiftiGeometry,
  type NiftiHeader,
  parseNiftiHeader,
} from "./nifti-header.ts";
import { type CtVolume, type LabelVolume, type Volume, voxelCount } from "./volume.ts";

const chunkSize = 1 << 20;

/**
 * Only the header: quick, however large the file.
 *
 * @throws `input.unreadable`, `nifti.*`, `geometry.singular`; the error names the file
 */
export function readNiftiHeader(path: string): Promise<NiftiHeader> {
  return named(path, async () => parseNiftiHeader(await firstBytes(path, headerBytes)));
}

/** A scan with its header, in HU. Throws as `readNiftiHeader`, and `nifti.value`. */
export function readCt(path: string): Promise<{ scan: CtVolume; header: NiftiHeader }> {
  return named(path, async () => {
    const { header, bytes } = await readVoxels(path);
    return { scan: toCtVolume(header, bytes), header };
  });
}

/** A mask. Throws as `readNiftiHeader`, and `labels.value`. */
export function readLabels(path: string): Promise<LabelVolume> {
  return named(path, async () => {
    const { header, bytes } = await readVoxels(path);
    return toLabelVolume(header, bytes);
  });
}

/**
 * Writes a volume as NIfTI-1, gzipped when the name ends in `.gz`, whole or not at all.
 *
 * @param options.geometry - header fields of the scan that the volume lies on
 */
export function writeNifti(
  path: string,
  volume: Volume,
  options: { readonly geometry?: NiftiGeometry } = {},
): Promise<void> {
  const parts = encodeNifti(volume, options.geometry);
  return writeAtomically(path, async (temporary) => {
    const source = Readable.from(chunked(parts));
    const target = createWriteStream(temporary, { highWaterMark: chunkSize });
    if (path.endsWith(".gz")) await pipeline(source, createGzip({ level: 3, chunkSize }), target);
    else await pipeline(source, target);
  });
}

function* chunked(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += chunkSize) yield part.subarray(at, at + chunkSize);
  }
}

async function named<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (thrown) {
    throw readError(thrown).inFile(path);
  }
}

function readError(thrown: unknown): HeparError {
  if (thrown instanceof HeparError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    return new HeparError("input.missing", "there is no such file", { cause: thrown });
  }
  if (code === "Z_BUF_ERROR") {
    return new HeparError("nifti.truncated", "the gzip data are cut off", {
      hint: "copy the file again",
      cause: thrown,
    });
  }
  if (code?.startsWith("Z_")) {
    return new HeparError("nifti.gzip", `the gzip data are damaged (${message})`, {
      hint: "copy the file again",
      cause: thrown,
    });
  }
  return new HeparError("input.unreadable", `cannot be read (${message})`, { cause: thrown });
}

/** Whether the first two bytes are gzip's, whatever the name says. */
async function isGzip(file: FileHandle): Promise<boolean> {
  const start = new Uint8Array(2);
  await file.read(start, 0, 2, 0);
  return start[0] === 0x1f && start[1] === 0x8b;
}

/** The file's bytes, decompressed when they are gzip (one or several members). */
async function openBytes(path: string): Promise<{ stream: AsyncIterable<Buffer>; limit: number }> {
  const file = await open(path, "r");
  let gzip: boolean;
  try {
    gzip = await isGzip(file);
  } finally {
    await file.close();
  }
  const { size } = await stat(path);
  const raw = createReadStream(path, { highWaterMark: chunkSize });
  if (!gzip) return { stream: raw, limit: size };
  const gunzip = createGunzip({ chunkSize });
  raw.on("error", (error) => gunzip.destroy(error));
  gunzip.on("close", () => raw.destroy());
  // Deflate packs at most 1032 to 1, so a tiny file cannot hold a huge volume.
  return { stream: raw.pipe(gunzip), limit: size * 1032 };
}

async function firstBytes(path: string, count: number): Promise<Uint8Array> {
  const { stream } = await openBytes(path);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= count) break;
  }
  return Buffer.concat(parts).subarray(0, count);
}

/**
 * Header and voxel bytes in one pass. Memory is what the header asks for, and it is asked for only
 * when the file can really hold it; bytes after the voxels are ignored.
 */
async function readVoxels(path: string): Promise<{ header: NiftiHeader; bytes: Uint8Array }> {
  const { stream, limit } = await openBytes(path);
  let start: Uint8Array = new Uint8Array(0);
  let header: NiftiHeader | undefined;
  let bytes = new Uint8Array(0);
  let position = 0;
  for await (const chunk of stream) {
    if (header === undefined) {
      start = Buffer.concat([start, chunk]);
      if (start.length < headerBytes) continue;
      header = parseNiftiHeader(start.subarray(0, headerBytes));
      bytes = allocate(header, limit);
      position = copyInto(bytes, start, -header.voxelOffset);
    } else {
      position = copyInto(bytes, chunk, position);
    }
    if (position >= bytes.length) {
      // Only a gzip stream's end proves its checksum; read on, but keep nothing.
      if (limit === (await stat(path)).size) break;
    }
  }
  if (header === undefined) {
    header = parseNiftiHeader(start);
    bytes = allocate(header, limit);
    position = copyInto(bytes, start, -header.voxelOffset);
  }
  if (position < bytes.length) throw tooShort(header, Math.max(0, position));
  return { header, bytes };
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

function allocate(header: NiftiHeader, limit: number): Uint8Array<ArrayBuffer> {
  const size = voxelCount(header) * header.bytesPerVoxel;
  if (header.voxelOffset + size > limit)
    throw tooShort(header, Math.max(0, limit - header.voxelOffset));
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new HeparError(
      "nifti.too-large",
      `${header.dims.join(" × ")} voxels (${Math.round(size / 2 ** 20)} MiB) do not fit into memory`,
      { hint: "use a machine with more memory, or crop the scan", cause },
    );
  }
}

function tooShort(header: NiftiHeader, got: number): HeparError {
  const expected = voxelCount(header) * header.bytesPerVoxel;
  return new HeparError(
    "nifti.truncated",
    `the voxels are cut off: ${header.dims.join(" × ")} ${header.type} needs ${expected} bytes, the file holds at most ${got}`,
    { hint: "copy the file again" },
  );
}
