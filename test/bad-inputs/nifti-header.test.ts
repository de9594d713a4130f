import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readCt, readLabels } from "../../src/volume/index.node.ts";
import {
  asks,
  file,
  nifti2Header,
  niftiHeader,
  pixdim,
  qform,
  scanFile,
  sform,
  soundVoxels,
} from "./nifti-file.ts";
import { copyAgain, cutOff, refusal, saved } from "./refusal.ts";

// The numbers before the names are those of the project's list of bad inputs.

test("the sound file that all others are made from is read", async () => {
  const { scan } = await readCt(await saved(scanFile()));
  expect(scan.voxels).toEqual(soundVoxels);
  expect(scan.affine.slice(0, 12)).toEqual([0.5, 0, 0, -10, 0, 0.5, 0, -20, 0, 0, 2, -30]);
});

const exportAgain = "export the scan again as NIfTI-1 (.nii or .nii.gz)";
const giveNifti = "give the scan as NIfTI (.nii or .nii.gz)";
const takeOne =
  "save the volume that you want as a file of its own (fslsplit, or nibabel's four_to_three)";
const exportScan =
  "export the scan itself, as int16 in Hounsfield units, rather than a picture or map made of it";
const brokenGeometry = "the header's geometry is broken: export the scan again";
const checkHeader = "check the header: a CT has at most a few thousand slices";

const typeIs = (found: string): string =>
  `datatype is ${found}, expected integers or floats of 8 to 64 bits: it is neither a scan nor a mask`;
const offsetIs = (found: string, from = 352): string =>
  `vox_offset is ${found}, expected a whole number from ${from} to 67108864`;
const pixdimIs = (axis: number, found: string): string =>
  `pixdim[${axis}] is ${found}: expected a voxel of 0.001 to 100 mm`;

describe("refused, with the reason", () => {
  test.each<[string, Uint8Array, string, string, string]>([
    ["1 empty", new Uint8Array(0), "nifti.empty", "the file is empty", copyAgain],
    [
      "2 one byte",
      Uint8Array.of(92),
      "nifti.truncated",
      "the NIfTI header is cut off: expected 348 bytes, got 1",
      copyAgain,
    ],
    [
      "2 one byte short",
      scanFile().subarray(0, 347),
      "nifti.truncated",
      "the NIfTI header is cut off: expected 348 bytes, got 347",
      copyAgain,
    ],
    [
      "2 NIfTI-2, one byte short",
      nifti2Header().subarray(0, 539),
      "nifti.truncated",
      "the NIfTI-2 header is cut off: expected 540 bytes, got 539",
      copyAgain,
    ],
    [
      "3 sizeof_hdr 347",
      scanFile({ sizeofHdr: 347 }),
      "nifti.header",
      "not a NIfTI file: sizeof_hdr is 347, expected 348 or 540 in either byte order",
      giveNifti,
    ],
    [
      "3 text",
      Buffer.alloc(400, "a"),
      "nifti.header",
      "not a NIfTI file: sizeof_hdr is 1633771873, expected 348 or 540 in either byte order",
      giveNifti,
    ],
    [
      "4 no magic",
      scanFile({ magic: "\0\0\0\0" }),
      "nifti.header",
      "no NIfTI magic: the file is Analyze 7.5, which does not say which side is left: hepar would have to guess",
      "convert it to NIfTI with the program that wrote it, which knows its orientation",
    ],
    [
      "4 another magic",
      scanFile({ magic: "n+3\0" }),
      "nifti.header",
      'the magic is "n+3\\u0000", expected "n+1\\u0000" or "ni1\\u0000"',
      "export the scan again as NIfTI (.nii or .nii.gz)",
    ],
    ["11 no voxels", niftiHeader(), "nifti.truncated", cutOff(0), copyAgain],
    ["11 one byte short", scanFile().subarray(0, -1), "nifti.truncated", cutOff(47), copyAgain],
    [
      "12 dim[0] 0",
      scanFile({ dim: [0, 4, 3, 2, 1, 1, 1, 1] }),
      "nifti.dimensions",
      "dim[0] is 0, expected 1 to 7",
      exportAgain,
    ],
    [
      "12 dim[0] 8",
      scanFile({ dim: [8, 4, 3, 2, 1, 1, 1, 1] }),
      "nifti.dimensions",
      "dim[0] is 8, expected 1 to 7",
      exportAgain,
    ],
    [
      "12 dim[0] −1",
      scanFile({ dim: [-1, 4, 3, 2, 1, 1, 1, 1] }),
      "nifti.dimensions",
      "dim[0] is -1, expected 1 to 7",
      exportAgain,
    ],
    [
      "12 an axis of 0",
      scanFile(asks([4, 0, 2])),
      "nifti.dimensions",
      "dim[2] is 0, expected 1 or more (4 × 0 × 2)",
      exportAgain,
    ],
    [
      "12 a negative axis",
      scanFile(asks([4, 3, -2])),
      "nifti.dimensions",
      "dim[3] is -2, expected 1 or more (4 × 3 × -2)",
      exportAgain,
    ],
    [
      "13 and 85 2⁴⁵ voxels",
      scanFile(asks([32767, 32767, 32767])),
      "nifti.too-large",
      "dim is 32767 × 32767 × 32767: expected at most 2147483647 voxels in one volume",
      checkHeader,
    ],
    [
      "13 and 85 2³¹ voxels, one too many",
      scanFile(asks([2048, 1024, 1024])),
      "nifti.too-large",
      "dim is 2048 × 1024 × 1024: expected at most 2147483647 voxels in one volume",
      checkHeader,
    ],
    [
      "13 and 85 18 GB from 377 bytes",
      file(
        niftiHeader({ ...asks([32767, 32767, 2]), datatype: 64, bitpix: 64 }),
        new Uint8Array(25),
      ),
      "nifti.truncated",
      cutOff(25, "32767 × 32767 × 2 float64 needs 17178820624 bytes after byte 352"),
      copyAgain,
    ],
    [
      "13 2⁶³ voxels, NIfTI-2",
      file(nifti2Header({ dim: [3, 2 ** 52, 2 ** 10, 2, 1, 1, 1, 1] })),
      "nifti.too-large",
      "dim is 4503599627370496 × 1024 × 2: expected at most 2147483647 voxels in one volume",
      checkHeader,
    ],
    [
      "14 4D",
      scanFile({ dim: [4, 2, 3, 2, 2, 1, 1, 1] }),
      "nifti.dimensions",
      "dim is 2 × 3 × 2 × 2: 2 volumes, expected one (3D, or 4D with one volume)",
      takeOne,
    ],
    [
      "14 5D",
      scanFile({ dim: [5, 2, 2, 2, 1, 3, 1, 1] }),
      "nifti.dimensions",
      "dim is 2 × 2 × 2 × 1 × 3: 3 volumes, expected one (3D, or 4D with one volume)",
      takeOne,
    ],
    [
      "14 RGB",
      scanFile({ datatype: 128, bitpix: 24 }),
      "nifti.type",
      typeIs("128 (RGB)"),
      exportScan,
    ],
    [
      "14 RGBA",
      scanFile({ datatype: 2304, bitpix: 32 }),
      "nifti.type",
      typeIs("2304 (RGBA)"),
      exportScan,
    ],
    ["16 datatype 0", scanFile({ datatype: 0 }), "nifti.type", typeIs("0 (unknown)"), exportScan],
    [
      "16 1-bit",
      scanFile({ datatype: 1, bitpix: 1 }),
      "nifti.type",
      typeIs("1 (1-bit)"),
      exportScan,
    ],
    [
      "16 complex64",
      scanFile({ datatype: 32, bitpix: 64 }),
      "nifti.type",
      typeIs("32 (complex64)"),
      exportScan,
    ],
    [
      "16 float128",
      scanFile({ datatype: 1536, bitpix: 128 }),
      "nifti.type",
      typeIs("1536 (float128)"),
      exportScan,
    ],
    [
      "16 complex128",
      scanFile({ datatype: 1792, bitpix: 128 }),
      "nifti.type",
      typeIs("1792 (complex128)"),
      exportScan,
    ],
    [
      "16 complex256",
      scanFile({ datatype: 2048, bitpix: 256 }),
      "nifti.type",
      typeIs("2048 (complex256)"),
      exportScan,
    ],
    [
      "16 no known type",
      scanFile({ datatype: 77 }),
      "nifti.type",
      typeIs("77 (no known type)"),
      exportScan,
    ],
    [
      "17 bitpix contradicts",
      scanFile({ bitpix: 8 }),
      "nifti.header",
      "bitpix is 8, expected 16 for datatype int16",
      exportAgain,
    ],
    ["18 pixdim 0", scanFile(pixdim(0)), "nifti.header", pixdimIs(1, "0 mm"), brokenGeometry],
    [
      "18 pixdim negative",
      scanFile(pixdim(0.5, -0.5)),
      "nifti.header",
      pixdimIs(2, "-0.5 mm"),
      brokenGeometry,
    ],
    [
      "18 pixdim NaN",
      scanFile(pixdim(0.5, 0.5, Number.NaN)),
      "nifti.header",
      pixdimIs(3, "NaN mm"),
      brokenGeometry,
    ],
    [
      "18 pixdim Inf",
      scanFile(pixdim(Infinity)),
      "nifti.header",
      pixdimIs(1, "Infinity mm"),
      brokenGeometry,
    ],
    [
      "18 pixdim 1e-6",
      scanFile(pixdim(2 ** -20)),
      "nifti.header",
      pixdimIs(1, "9.5367431640625e-7 mm"),
      brokenGeometry,
    ],
    [
      "18 pixdim 1e6",
      scanFile(pixdim(1e6)),
      "nifti.header",
      pixdimIs(1, "1000000 mm"),
      brokenGeometry,
    ],
    [
      "18 an sform of 1e6",
      scanFile(sform(1e6, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)),
      "nifti.header",
      "the sform makes a voxel 1000000 mm wide: expected 0.001 to 100 mm",
      brokenGeometry,
    ],
    [
      "19 millimetres called metres",
      scanFile({ units: 1 }),
      "nifti.header",
      pixdimIs(1, "0.5 m"),
      brokenGeometry,
    ],
    ["20 vox_offset 0", scanFile({ voxOffset: 0 }), "nifti.header", offsetIs("0"), exportAgain],
    [
      "20 vox_offset 348",
      scanFile({ voxOffset: 348 }),
      "nifti.header",
      offsetIs("348"),
      exportAgain,
    ],
    [
      "20 vox_offset 352.5",
      scanFile({ voxOffset: 352.5 }),
      "nifti.header",
      offsetIs("352.5"),
      exportAgain,
    ],
    [
      "20 vox_offset NaN",
      scanFile({ voxOffset: Number.NaN }),
      "nifti.header",
      offsetIs("NaN"),
      exportAgain,
    ],
    [
      "20 vox_offset Inf",
      scanFile({ voxOffset: Infinity }),
      "nifti.header",
      offsetIs("Infinity"),
      exportAgain,
    ],
    [
      "20 vox_offset beyond the end",
      scanFile({ voxOffset: 4096 }),
      "nifti.truncated",
      cutOff(0, "4 × 3 × 2 int16 needs 48 bytes after byte 4096"),
      copyAgain,
    ],
    [
      "20 vox_offset 352, NIfTI-2",
      file(nifti2Header({ voxOffset: 352 }), soundVoxels),
      "nifti.header",
      offsetIs("352", 544),
      exportAgain,
    ],
    [
      "21 intercept NaN beside a slope",
      scanFile({ slope: 2, intercept: Number.NaN }),
      "nifti.header",
      "scl_inter is NaN, expected a finite number beside scl_slope 2",
      exportAgain,
    ],
    [
      "21 intercept Inf beside a slope",
      scanFile({ intercept: -Infinity }),
      "nifti.header",
      "scl_inter is -Infinity, expected a finite number beside scl_slope 1",
      exportAgain,
    ],
    [
      "22 NaN voxels",
      file(niftiHeader({ datatype: 16, bitpix: 32 }), new Float32Array(24).fill(Number.NaN, 5, 7)),
      "nifti.value",
      "2 of 24 voxels are NaN or infinite, the first at (1, 1, 0): expected Hounsfield units",
      "export the scan again, or replace them by −1024 HU if they lie outside the patient",
    ],
    [
      "22 an infinite voxel",
      file(niftiHeader({ datatype: 16, bitpix: 32 }), new Float32Array(24).fill(-Infinity, 23)),
      "nifti.value",
      "1 of 24 voxels are NaN or infinite, the first at (3, 2, 1): expected Hounsfield units",
      "export the scan again, or replace them by −1024 HU if they lie outside the patient",
    ],
    [
      "25 sform all 0",
      scanFile(sform(...new Array<number>(12).fill(0))),
      "geometry.singular",
      "the sform has no inverse (determinant 0)",
      brokenGeometry,
    ],
    [
      "25 sform with two axes along one",
      scanFile(sform(1, 1, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0)),
      "geometry.singular",
      "the sform has no inverse (determinant 0)",
      brokenGeometry,
    ],
    [
      "25 sform NaN",
      scanFile(sform(Number.NaN, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)),
      "geometry.singular",
      "the sform holds numbers that are not finite",
      brokenGeometry,
    ],
    [
      "25 qform NaN",
      scanFile(qform(Number.NaN)),
      "nifti.header",
      "the qform's quaternion (NaN, 0, 0) is no rotation: its length is over 1",
      brokenGeometry,
    ],
    [
      "25 qform no rotation",
      scanFile(qform(1, 1, 0)),
      "nifti.header",
      "the qform's quaternion (1, 1, 0) is no rotation: its length is over 1",
      brokenGeometry,
    ],
    [
      "31 the magic of a pair in a single file",
      niftiHeader({ magic: "ni1\0" }),
      "nifti.header",
      "the magic says that the voxels are in a separate .img file, but the name does not end in .hdr",
      "give the .hdr, with its .img beside it",
    ],
    [
      "31 the same, NIfTI-2",
      nifti2Header({ magic: "ni2\0" }),
      "nifti.header",
      "the magic says that the voxels are in a separate .img file, but the name does not end in .hdr",
      "give the .hdr, with its .img beside it",
    ],
    [
      "33 NIfTI-2 copied as text",
      file(nifti2Header({ endOfLine: [0x0a, 0x1a, 0x0a, 0] }), soundVoxels),
      "nifti.header",
      "the NIfTI-2 line-end bytes are 0a1a0a00, expected 0d0a1a0a: the file was copied as text",
      "copy the file again, in binary mode",
    ],
    [
      "33 NIfTI-2 without magic",
      file(nifti2Header({ magic: "abc\0" }), soundVoxels),
      "nifti.header",
      'the magic is "abc\\u0000", expected "n+2\\u0000" or "ni2\\u0000"',
      "export the scan again as NIfTI (.nii or .nii.gz)",
    ],
    ...(
      [
        ["a DICOM file", 128, "DICM"],
        ["a PNG image", 0, "\x89PNG"],
        ["a JPEG image", 0, "\xff\xd8\xff"],
        ["a ZIP archive", 0, "PK\x03\x04"],
        ["a PDF document", 0, "%PDF"],
        ["an NRRD file", 0, "NRRD"],
        ["a web page or XML", 0, "<html>"],
      ] as const
    ).map(([name, at, start]): [string, Uint8Array, string, string, string] => {
      const bytes = Buffer.alloc(400);
      bytes.write(start, at, "latin1");
      return [`36 ${name}`, bytes, "nifti.header", `not a NIfTI file: it is ${name}`, giveNifti];
    }),
  ])("%s", async (_, bytes, code, message, hint) => {
    const path = await saved(bytes);
    expect(await refusal(path)).toMatchObject({ code, message, hint });
    expect(await refusal(path, readLabels)).toMatchObject(
      code === "nifti.value" ? { code: "labels.value" } : { code, message, hint },
    );
    // Gzipped it is refused for the same reason, except that how much is missing is not known.
    const zipped = await refusal(await saved(gzipSync(bytes), ".nii.gz"));
    expect(zipped).toMatchObject(code === "nifti.truncated" ? { code } : { code, message, hint });
  });
});
