import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { HeparError, toHeparError } from "../core/index.ts";
import { writeAtomically } from "../files/index.node.ts";
import { toCtVolume, toLabelVolume } from "./nifti.ts";
import type { NiftiGeometry } from "./nifti-affine.ts";
import { readHeader, readVoxels } from "./nifti-bytes.node.ts";
import { encodeNifti } from "./nifti-encode.ts";
import type { NiftiHeader } from "./nifti-header.ts";
import type { CtVolume, LabelVolume, Volume } from "./volume.ts";

const chunkSize = 1 << 20;

/**
 * Only the header: quick, however large the file.
 *
 * @throws `input.missing`, `input.unreadable`, `nifti.*`, `geometry.singular`; the error names the
 * file
 */
export function readNiftiHeader(path: string): Promise<NiftiHeader> {
  return named(path, () => readHeader(path));
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
 * @throws as `encodeNifti`; `output.full`, `output.unwritable`
 */
export async function writeNifti(
  path: string,
  volume: Volume,
  options: { readonly geometry?: NiftiGeometry } = {},
): Promise<void> {
  const parts = encodeNifti(volume, options.geometry);
  await writeAtomically(path, async (temporary) => {
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
  if (thrown instanceof HeparError || !(thrown instanceof Error)) return toHeparError(thrown);
  const { code, message, syscall } = thrown as NodeJS.ErrnoException;
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
  return syscall === undefined
    ? toHeparError(thrown)
    : new HeparError("input.unreadable", `cannot be read (${message})`, { cause: thrown });
}
