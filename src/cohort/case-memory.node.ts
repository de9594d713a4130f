import { readNiftiHeader } from "../volume/index.node.ts";
import { voxelCount } from "../volume/index.ts";

/** A thread takes longer to start than so many bytes to read. */
export const worthThreads = 1 << 23;

/** Bytes of memory for a voxel beyond its own: the array that it is converted into. */
const convertedBytes = 4;

/** Bytes that a case takes while its files, scan and mask, are read: one of them is there at a time. */
export async function memoryToRead(paths: readonly string[]): Promise<number> {
  const needs = paths.map(async (path) => {
    // One that cannot be read takes none; the reading itself says why.
    const header = await readNiftiHeader(path).catch(() => undefined);
    return header === undefined ? 0 : voxelCount(header) * (header.bytesPerVoxel + convertedBytes);
  });
  return Math.max(0, ...(await Promise.all(needs)));
}
