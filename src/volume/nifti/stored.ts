import type { NiftiHeader } from "./header.ts";

export type ScalarArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** How the bytes of each type become numbers. 64-bit integers become the nearest float64. */
const readers = {
  uint8: (buffer, at, length) => new Uint8Array(buffer, at, length),
  int8: (buffer, at, length) => new Int8Array(buffer, at, length),
  uint16: (buffer, at, length) => new Uint16Array(buffer, at, length),
  int16: (buffer, at, length) => new Int16Array(buffer, at, length),
  uint32: (buffer, at, length) => new Uint32Array(buffer, at, length),
  int32: (buffer, at, length) => new Int32Array(buffer, at, length),
  float32: (buffer, at, length) => new Float32Array(buffer, at, length),
  float64: (buffer, at, length) => new Float64Array(buffer, at, length),
  int64: (buffer, at, length) =>
    joined(new Uint32Array(buffer, at, length * 2), new Int32Array(buffer, at, length * 2)),
  uint64: (buffer, at, length) => {
    const words = new Uint32Array(buffer, at, length * 2);
    return joined(words, words);
  },
} as const satisfies Record<
  NiftiHeader["type"],
  (buffer: ArrayBufferLike, at: number, length: number) => ScalarArray
>;

/** 64-bit integers from their lower words (even places) and upper words (odd places). */
function joined(lower: Uint32Array, upper: Uint32Array | Int32Array): Float64Array {
  const values = new Float64Array(lower.length / 2);
  for (let n = 0; n < values.length; n++) values[n] = upper[2 * n + 1] * 2 ** 32 + lower[2 * n];
  return values;
}

/**
 * The stored values of some whole voxels, before slope and intercept. They share memory with
 * `bytes` where alignment and byte order allow; `bytes` are never changed.
 */
export function storedValues(header: NiftiHeader, bytes: Uint8Array): ScalarArray {
  const { bytesPerVoxel: size, littleEndian, type } = header;
  const turned = !littleEndian && size > 1;
  const own = turned || bytes.byteOffset % size !== 0 ? new Uint8Array(bytes) : bytes;
  if (turned) turnBytes(own, size);
  return readers[type](own.buffer, own.byteOffset, bytes.length / size);
}

/** Big-endian to little-endian, in place. */
function turnBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start + size <= bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const kept = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = kept;
    }
  }
}
