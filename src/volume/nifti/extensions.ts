import type { NiftiFields } from "./fields.ts";

/** A header extension whose size cannot be true. */
export interface ExtensionTrouble {
  /** Byte of the file where the size stands. */
  readonly at: number;
  readonly size: number;
  readonly expected: string;
}

/**
 * The first header extension whose size is wrong, undefined when there is none; those beyond
 * `bytes` are not looked at. Every step is at least 16 bytes forward, so that no chain is endless.
 *
 * hepar neither needs extensions nor keeps them when it writes: they tell of the file that they are
 * in (DICOM headers with names of patients, histories of processing), not of what is made of it.
 *
 * @param bytes - the file from its start
 * @see nifti1.h, "EXTENDED HEADER": esize, a multiple of 16 that counts its own 8 bytes, and ecode
 */
export function extensionTrouble(
  bytes: Uint8Array,
  { version, littleEndian, pair, voxelOffset }: NiftiFields,
): ExtensionTrouble | undefined {
  const first = version === 1 ? 352 : 544;
  if (bytes.length < first || bytes[first - 4] === 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // In a pair they fill the rest of the .hdr, which may go on beyond `bytes`.
  const end = pair ? Infinity : voxelOffset;
  let at = first;
  while (at + 8 <= Math.min(end, bytes.length)) {
    const size = view.getInt32(at, littleEndian);
    if (size === 0 && at > first) return undefined; // padding up to the voxels
    if (size < 16 || size % 16 !== 0) return { at, size, expected: "a multiple of 16, 16 or more" };
    if (at + size > end) return { at, size, expected: `at most ${end - at}, up to the voxels` };
    at += size;
  }
  return undefined;
}
