import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { HeparError } from "../../core/index.ts";
import { writeAtomically } from "../../files/index.node.ts";
import type { Grid, Volume } from "../volume.ts";
import {
  type EncodeOptions,
  encodeNifti,
  encodeNiftiHeader,
  type WrittenType,
  writtenTypes,
} from "./encode.ts";

const chunkSize = 1 << 20;

/**
 * Writes a volume as NIfTI, gzipped when the name ends in `.gz`, whole or not at all.
 *
 * @param options.geometry - header fields of the scan that the volume lies on
 * @throws as `encodeNifti`; `output.full`, `output.unwritable`
 */
export async function writeNifti(
  path: string,
  volume: Volume,
  options: EncodeOptions = {},
): Promise<void> {
  await writeParts(path, encodeNifti(volume, options));
}

/**
 * Writes a volume as NIfTI from its slices, k = 0, 1, …, in the memory of a few slices; gzipped when
 * the name ends in `.gz`. The file appears when the last slice is in it, or not at all.
 *
 * @param slices - [i, j] each, i fastest; of another type than the file's, if it holds their values
 * @throws as `encodeNifti`, or what `slices` throws; `output.full`, `output.unwritable`; `defect`
 * when slices are missing, too many, of another size, or hold what the type does not
 */
export async function writeNiftiSlices(
  path: string,
  slices: AsyncIterable<Volume["voxels"]> | Iterable<Volume["voxels"]>,
  { grid, ...options }: EncodeOptions & { readonly grid: Grid; readonly type: WrittenType },
): Promise<void> {
  const header = encodeNiftiHeader(grid, options);
  await writeParts(path, withHeader(header, sliceBytes(slices, { grid, type: options.type })));
}

async function* withHeader(
  header: Uint8Array,
  parts: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield header;
  yield* parts;
}

async function* sliceBytes(
  slices: AsyncIterable<Volume["voxels"]> | Iterable<Volume["voxels"]>,
  { grid, type }: { readonly grid: Grid; readonly type: WrittenType },
): AsyncGenerator<Uint8Array> {
  const [width, height, depth] = grid.dims;
  let k = 0;
  for await (const slice of slices) {
    if (k === depth || slice.length !== width * height) {
      const expected = `${depth} slices of ${width * height} voxels`;
      throw new HeparError("defect", `slice ${k} has ${slice.length} voxels: expected ${expected}`);
    }
    const { buffer, byteOffset, byteLength } = asType(type, slice, k);
    yield new Uint8Array(buffer, byteOffset, byteLength);
    k++;
  }
  if (k < depth) throw new HeparError("defect", `${k} slices were given: expected ${depth}`);
}

/** The slice in the file's type, if that holds all its values. */
function asType(type: WrittenType, slice: Volume["voxels"], k: number): Volume["voxels"] {
  const { array } = writtenTypes[type];
  if (slice instanceof array) return slice;
  const turned = array.from(slice);
  const lost = turned.findIndex((value, n) => value !== slice[n]);
  if (lost < 0) return turned;
  throw new HeparError("defect", `slice ${k} holds ${slice[lost]}, which ${type} does not`);
}

async function writeParts(
  path: string,
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  await writeAtomically(path, async (temporary) => {
    const source = Readable.from(inChunks(parts));
    const target = createWriteStream(temporary, { highWaterMark: chunkSize });
    if (path.endsWith(".gz")) await pipeline(source, createGzip({ level: 3, chunkSize }), target);
    else await pipeline(source, target);
  });
}

async function* inChunks(
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    for (let at = 0; at < part.length; at += chunkSize) yield part.subarray(at, at + chunkSize);
  }
}
