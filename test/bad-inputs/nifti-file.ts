import { gzipSync } from "node:zlib";

/** Fields of a NIfTI-1 header that tests break; each is written as it is given. */
export interface NiftiFields {
  readonly littleEndian?: boolean;
  readonly sizeofHdr?: number;
  readonly magic?: string;
  readonly dim?: readonly number[];
  readonly datatype?: number;
  readonly bitpix?: number;
  readonly pixdim?: readonly number[];
  readonly voxOffset?: number;
  readonly slope?: number;
  readonly intercept?: number;
  readonly units?: number;
  readonly qformCode?: number;
  readonly sformCode?: number;
  /** b, c, d, x, y, z. */
  readonly quaternion?: readonly number[];
  readonly sform?: readonly number[];
}

/** A straight scan, 0.5 × 0.5 × 2 mm, in RAS. */
const sound = {
  littleEndian: true,
  sizeofHdr: 348,
  magic: "n+1\0",
  dim: [3, 4, 3, 2, 1, 1, 1, 1],
  datatype: 4,
  bitpix: 16,
  pixdim: [1, 0.5, 0.5, 2, 1, 1, 1, 1],
  voxOffset: 352,
  slope: 1,
  intercept: 0,
  units: 2,
  qformCode: 0,
  sformCode: 1,
  quaternion: [0, 0, 0, 0, 0, 0],
  sform: [0.5, 0, 0, -10, 0, 0.5, 0, -20, 0, 0, 2, -30],
} as const satisfies NiftiFields;

/** The 348 bytes of a NIfTI-1 header and 4 of extension flags: sound but for what is given. */
export function niftiHeader(fields: NiftiFields = {}): Uint8Array {
  const header = { ...sound, ...fields };
  const little = header.littleEndian;
  const bytes = new Uint8Array(352);
  const view = new DataView(bytes.buffer);
  const int16 = (at: number, values: readonly number[]): void => {
    values.forEach((value, n) => {
      view.setInt16(at + 2 * n, value, little);
    });
  };
  const float32 = (at: number, values: readonly number[]): void => {
    values.forEach((value, n) => {
      view.setFloat32(at + 4 * n, value, little);
    });
  };
  view.setInt32(0, header.sizeofHdr, little);
  int16(40, header.dim);
  int16(70, [header.datatype, header.bitpix]);
  float32(76, header.pixdim);
  float32(108, [header.voxOffset, header.slope, header.intercept]);
  view.setUint8(123, header.units);
  int16(252, [header.qformCode, header.sformCode]);
  float32(256, header.quaternion);
  float32(280, header.sform);
  bytes.set(new TextEncoder().encode(header.magic), 344);
  return bytes;
}

/** The same scan's header as NIfTI-2: 540 bytes and 4 of extension flags. */
export function nifti2Header(
  fields: Omit<NiftiFields, "quaternion"> & { readonly endOfLine?: readonly number[] } = {},
): Uint8Array {
  const header = { ...sound, magic: "n+2\0", sizeofHdr: 540, voxOffset: 544, ...fields };
  const little = header.littleEndian;
  const bytes = new Uint8Array(544);
  const view = new DataView(bytes.buffer);
  const float64 = (at: number, values: readonly number[]): void => {
    values.forEach((value, n) => {
      view.setFloat64(at + 8 * n, value, little);
    });
  };
  view.setInt32(0, header.sizeofHdr, little);
  bytes.set(new TextEncoder().encode(header.magic), 4);
  bytes.set(header.endOfLine ?? [0x0d, 0x0a, 0x1a, 0x0a], 8);
  view.setInt16(12, header.datatype, little);
  view.setInt16(14, header.bitpix, little);
  header.dim.forEach((size, n) => {
    view.setBigInt64(16 + 8 * n, BigInt(size), little);
  });
  float64(104, header.pixdim);
  view.setBigInt64(168, BigInt(header.voxOffset), little);
  float64(176, [header.slope, header.intercept]);
  view.setInt32(344, header.qformCode, little);
  view.setInt32(348, header.sformCode, little);
  float64(400, header.sform);
  view.setInt32(500, header.units, little);
  return bytes;
}

/** Header and voxels in one file. */
export function file(header: Uint8Array, voxels: ArrayBufferView = new Uint8Array(0)): Buffer {
  const { buffer, byteOffset, byteLength } = voxels;
  return Buffer.concat([header, new Uint8Array(buffer, byteOffset, byteLength)]);
}

/** The sound scan's 24 voxels: −11, −10, … 12. */
export const soundVoxels = Int16Array.from({ length: 24 }, (_, n) => n - 11);

/** A whole, sound file, but for what is given. */
export const scanFile = (fields: NiftiFields = {}): Buffer =>
  file(niftiHeader(fields), soundVoxels);

/** A gzip member whose last eight bytes (CRC and length) are changed. */
export function gzipWithFooter(content: Uint8Array, change: (footer: DataView) => void): Buffer {
  const packed = gzipSync(content);
  change(new DataView(packed.buffer, packed.byteOffset + packed.length - 8, 8));
  return packed;
}

/** Fields that ask for other dimensions, voxel sizes, a qform or an sform. */
export const asks = (dims: readonly number[]): NiftiFields => ({ dim: [3, ...dims, 1, 1, 1, 1] });
export const pixdim = (x: number, y = 0.5, z = 2): NiftiFields => ({
  pixdim: [1, x, y, z, 1, 1, 1, 1],
});
export const qform = (b: number, c = 0, d = 0): NiftiFields => ({
  sformCode: 0,
  qformCode: 1,
  quaternion: [b, c, d, 0, 0, 0],
});
export const sform = (...rows: number[]): NiftiFields => ({ sform: rows });
