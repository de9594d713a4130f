import { HeparError } from "../../core/index.ts";
import type { NiftiGeometry } from "./affine.ts";

/** The fields of either version's header, as they stand in the file. */
export interface NiftiFields {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  /** The magic says that the voxels are in another file, the header's .img. */
  readonly pair: boolean;
  readonly dim: readonly number[];
  readonly datatype: number;
  readonly bitpix: number;
  readonly voxelOffset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly geometry: NiftiGeometry;
}

/** What is taken for NIfTI by mistake, by how it begins. */
const otherFormats: readonly {
  readonly at: number;
  readonly start: string;
  readonly name: string;
}[] = [
  { at: 128, start: "DICM", name: "a DICOM file" },
  { at: 0, start: "\x89PNG", name: "a PNG image" },
  { at: 0, start: "\xff\xd8\xff", name: "a JPEG image" },
  { at: 0, start: "PK\x03\x04", name: "a ZIP archive" },
  { at: 0, start: "\x1f\x8b", name: "gzip within gzip" },
  { at: 0, start: "%PDF", name: "a PDF document" },
  { at: 0, start: "NRRD", name: "an NRRD file" },
  { at: 0, start: "ObjectType", name: "a MetaImage header" },
  { at: 0, start: "<", name: "a web page or XML" },
  { at: 0, start: "version https://git-lfs", name: "a Git LFS pointer instead of the file" },
];

const copyAgain = { hint: "copy the file again" };
const analyze =
  "the file is Analyze 7.5, which does not say which side is left: hepar would have to guess";

/**
 * The fields of the header at the start of `bytes`.
 *
 * @throws `nifti.empty`, `nifti.truncated`; `nifti.header` when it is no NIfTI
 * @see NIfTI-1.1 and NIfTI-2 headers, nifti.nimh.nih.gov
 */
export function readNiftiFields(bytes: Uint8Array): NiftiFields {
  if (bytes.length === 0) throw new HeparError("nifti.empty", "the file is empty", copyAgain);
  const other = otherFormats.find(({ at, start }) => text(bytes, at, start.length) === start);
  if (other !== undefined) {
    throw new HeparError("nifti.header", `not a NIfTI file: it is ${other.name}`, {
      hint: "give the scan as NIfTI (.nii or .nii.gz)",
    });
  }
  requireBytes(bytes, 348, "NIfTI");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sizes = [view.getInt32(0, true), view.getInt32(0, false)];
  const littleEndian = sizes[0] === 348 || sizes[0] === 540;
  const size = littleEndian ? sizes[0] : sizes[1];
  if (size === 348) return readVersion1(view, littleEndian);
  if (size === 540) {
    requireBytes(bytes, 540, "NIfTI-2");
    return readVersion2(view, littleEndian);
  }
  throw new HeparError(
    "nifti.header",
    `not a NIfTI file: sizeof_hdr is ${sizes[0]}, expected 348 or 540 in either byte order`,
    { hint: "give the scan as NIfTI (.nii or .nii.gz)" },
  );
}

function requireBytes(bytes: Uint8Array, expected: number, name: string): void {
  if (bytes.length >= expected) return;
  throw new HeparError(
    "nifti.truncated",
    `the ${name} header is cut off: expected ${expected} bytes, got ${bytes.length}`,
    copyAgain,
  );
}

function readVersion1(view: DataView, little: boolean): NiftiFields {
  const magic = magicOf(view, { at: 344, version: 1 });
  const f32 = (at: number): number => view.getFloat32(at, little);
  const i16 = (at: number): number => view.getInt16(at, little);
  return {
    version: 1,
    littleEndian: little,
    pair: magic === "ni1",
    dim: list(8, (n) => i16(40 + 2 * n)),
    datatype: i16(70),
    bitpix: i16(72),
    voxelOffset: f32(108),
    slope: f32(112),
    intercept: f32(116),
    geometry: {
      pixdim: list(8, (n) => f32(76 + 4 * n)),
      units: view.getUint8(123),
      qformCode: i16(252),
      sformCode: i16(254),
      quaternion: list(6, (n) => f32(256 + 4 * n)),
      sform: list(12, (n) => f32(280 + 4 * n)),
    },
  };
}

function readVersion2(view: DataView, little: boolean): NiftiFields {
  const magic = magicOf(view, { at: 4, version: 2 });
  const endOfLine = view.getUint32(8, false);
  if (endOfLine !== 0x0d0a1a0a) {
    const found = endOfLine.toString(16).padStart(8, "0");
    throw new HeparError(
      "nifti.header",
      `the NIfTI-2 line-end bytes are ${found}, expected 0d0a1a0a: the file was copied as text`,
      { hint: "copy the file again, in binary mode" },
    );
  }
  const f64 = (at: number): number => view.getFloat64(at, little);
  const i64 = (at: number): number => Number(view.getBigInt64(at, little));
  const i32 = (at: number): number => view.getInt32(at, little);
  return {
    version: 2,
    littleEndian: little,
    pair: magic === "ni2",
    dim: list(8, (n) => i64(16 + 8 * n)),
    datatype: view.getInt16(12, little),
    bitpix: view.getInt16(14, little),
    voxelOffset: i64(168),
    slope: f64(176),
    intercept: f64(184),
    geometry: {
      pixdim: list(8, (n) => f64(104 + 8 * n)),
      units: i32(500) & 0xff,
      qformCode: i32(344),
      sformCode: i32(348),
      quaternion: list(6, (n) => f64(352 + 8 * n)),
      sform: list(12, (n) => f64(400 + 8 * n)),
    },
  };
}

/** `n+1` or `ni1` (or with 2), and nothing else. */
function magicOf(view: DataView, { at, version }: { at: number; version: 1 | 2 }): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, 4);
  const magic = text(bytes, 0, 3);
  if (bytes[3] === 0 && (magic === `n+${version}` || magic === `ni${version}`)) return magic;
  // Analyze has other fields there, 0 as a rule; sizeof_hdr is 348 as well.
  if (version === 1 && bytes.every((byte) => byte === 0)) {
    throw new HeparError("nifti.header", `no NIfTI magic: ${analyze}`, {
      hint: "convert it to NIfTI with the program that wrote it, which knows its orientation",
    });
  }
  throw new HeparError(
    "nifti.header",
    `the magic is ${JSON.stringify(text(bytes, 0, 4))}, expected "n+${version}\\u0000" or "ni${version}\\u0000"`,
    { hint: "export the scan again as NIfTI (.nii or .nii.gz)" },
  );
}

const list = (length: number, value: (index: number) => number): number[] =>
  Array.from({ length }, (_, index) => value(index));

/** Bytes as Latin-1, fewer where the file ends. */
const text = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));
