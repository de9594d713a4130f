import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { HeparError } from "../../src/core/index.ts";
import { readCt, readCtSlices, readLabels, readNiftiHeader } from "../../src/volume/index.node.ts";
import {
  file,
  gzipWithFooter,
  type NiftiFields,
  nifti2Header,
  niftiHeader,
  scanFile,
  soundVoxels,
} from "./nifti-file.ts";

// The numbers before the names are those of the project's list of bad inputs.

/** A machine of 1 GiB, whichever this one is. */
vi.mock("node:os", async (original) => ({
  ...(await original<typeof import("node:os")>()),
  totalmem: () => 2 ** 30,
}));

let folder: string;
let written = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-bad-nifti-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function saved(bytes: Uint8Array, ending = ".nii"): Promise<string> {
  const path = join(folder, `scan-${++written}${ending}`);
  await writeFile(path, bytes);
  return path;
}

/** What reading says, having asked for next to no memory and left no file open. */
async function refusal(path: string, read: (path: string) => Promise<unknown> = readCt) {
  const before = process.memoryUsage().arrayBuffers;
  const open = await openFiles();
  const thrown: unknown = await read(path).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  expect(await openFiles()).toBe(open);
  expect(thrown).toMatchObject({ name: "HeparError", file: path });
  return thrown as HeparError;
}

/** Streams a scan, and keeps nothing. */
async function readAllSlices(path: string): Promise<void> {
  for await (const { voxels } of (await readCtSlices(path)).slices) expect(voxels.length).toBe(12);
}

/** Open descriptors, where the system tells (Linux). */
const openFiles = async (): Promise<number> =>
  (await readdir("/proc/self/fd").catch(() => [])).length;

const asks = (dims: readonly number[]): NiftiFields => ({ dim: [3, ...dims, 1, 1, 1, 1] });
const pixdim = (x: number, y = 0.5, z = 2): NiftiFields => ({
  pixdim: [1, x, y, z, 1, 1, 1, 1],
});
const qform = (b: number, c = 0, d = 0): NiftiFields => ({
  sformCode: 0,
  qformCode: 1,
  quaternion: [b, c, d, 0, 0, 0],
});
const sform = (...rows: number[]): NiftiFields => ({ sform: rows });

test("the sound file that all others are made from is read", async () => {
  const { scan } = await readCt(await saved(scanFile()));
  expect(scan.voxels).toEqual(soundVoxels);
  expect(scan.affine.slice(0, 12)).toEqual([0.5, 0, 0, -10, 0, 0.5, 0, -20, 0, 0, 2, -30]);
});

const copyAgain = "copy the file again";
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
const cutOff = (found: number, needs = "4 × 3 × 2 int16 needs 48 bytes after byte 352"): string =>
  `the voxels are cut off: ${needs}, the file holds at most ${found}`;

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

describe("files that are no files", () => {
  test("missing", async () => {
    expect(await refusal(join(folder, "none.nii"))).toMatchObject({
      code: "input.missing",
      message: "there is no such file",
      hint: "check the path",
    });
  });

  test("a folder", async () => {
    const path = join(folder, "folder.nii");
    await mkdir(path);
    expect(await refusal(path)).toMatchObject({
      code: "input.unreadable",
      message: "it is a folder, not a file",
      hint: "give the path of a .nii or .nii.gz file",
    });
  });

  test.skipIf(process.platform === "win32")("a pipe nobody writes to does not hang", async () => {
    const path = join(folder, "pipe.nii");
    execFileSync("mkfifo", [path]);
    expect(await refusal(path, readNiftiHeader)).toMatchObject({
      code: "input.unreadable",
      message: "it is a device or pipe, not a file",
    });
  });
});

describe("pairs of .hdr and .img", () => {
  const header = niftiHeader({ magic: "ni1\0", voxOffset: 0 });
  let count = 0;

  /** The path without its ending; files by their endings. */
  async function pair(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
    const stem = join(folder, `pair-${++count}`);
    for (const [ending, bytes] of Object.entries(files)) {
      await writeFile(stem + ending, ending.endsWith("z") ? gzipSync(bytes) : bytes);
    }
    return stem;
  }
  const voxels = Buffer.from(soundVoxels.buffer);

  test.each([
    [".hdr", ".img"],
    [".hdr.gz", ".img.gz"],
    [".hdr", ".img.gz"],
    [".hdr.gz", ".img"],
    [".HDR", ".IMG"],
  ])("31 %s and %s are read by either name", async (first, second) => {
    const stem = await pair({ [first]: header, [second]: voxels });
    for (const ending of [first, second]) {
      expect((await readCt(stem + ending)).scan.voxels).toEqual(soundVoxels);
      expect((await readNiftiHeader(stem + ending)).pair).toBe(true);
    }
  });

  test("31 as NIfTI-2, big-endian, with the voxels further on", async () => {
    const second = nifti2Header({ magic: "ni2\0", voxOffset: 16, littleEndian: false });
    const turned = Buffer.concat([Buffer.alloc(16, 9), Buffer.from(voxels).swap16()]);
    const stem = await pair({ ".hdr": second, ".img": turned });
    expect((await readCt(`${stem}.img`)).scan.voxels).toEqual(soundVoxels);
  });

  test.each([
    [".hdr", "its voxels", ".img", ".img.gz"],
    [".hdr.gz", "its voxels", ".img.gz", ".img"],
    [".img", "its header", ".hdr", ".hdr.gz"],
    [".img.gz", "its header", ".hdr.gz", ".hdr"],
  ])("31 %s alone is refused, and what is missing is named", async (ending, role, ...missing) => {
    const stem = await pair({ [ending]: ending.startsWith(".hdr") ? header : voxels });
    const name = stem.slice(folder.length + 1);
    for (const read of [readCt, readLabels, readNiftiHeader]) {
      expect(await refusal(stem + ending, read)).toMatchObject({
        code: "input.missing",
        message: `${name}${ending} is half of a pair: ${role} should be beside it, but neither ${name}${missing[0]} nor ${name}${missing[1]} is there`,
        hint: "copy both files of the pair into one folder",
      });
    }
  });

  test("31 neither is there", async () => {
    for (const ending of [".hdr", ".img"]) {
      expect(await refusal(join(folder, `none${ending}`))).toMatchObject({
        code: "input.missing",
        message: "there is no such file",
      });
    }
  });

  test("31 the file at fault is the one that is named", async () => {
    const cut = await pair({ ".hdr": header, ".img": voxels.subarray(0, 40) });
    await expect(readCt(`${cut}.hdr`)).rejects.toMatchObject({
      code: "nifti.truncated",
      file: `${cut}.img`,
      message: cutOff(40, "4 × 3 × 2 int16 needs 48 bytes after byte 0"),
    });
    const broken = await pair({ ".hdr": header.subarray(0, 100), ".img": voxels });
    await expect(readCt(`${broken}.img`)).rejects.toMatchObject({
      code: "nifti.truncated",
      file: `${broken}.hdr`,
      message: "the NIfTI header is cut off: expected 348 bytes, got 100",
    });
  });

  test("31 voxels that follow their header in the .hdr are read from there", async () => {
    const stem = await pair({ ".hdr": scanFile() });
    expect((await readCt(`${stem}.hdr`)).scan.voxels).toEqual(soundVoxels);
  });

  test("4 a pair of Analyze 7.5 is refused by either name", async () => {
    const stem = await pair({ ".hdr": niftiHeader({ magic: "\0\0\0\0" }), ".img": voxels });
    for (const ending of [".hdr", ".img"]) {
      await expect(readCt(stem + ending)).rejects.toMatchObject({
        code: "nifti.header",
        file: `${stem}.hdr`,
        message:
          "no NIfTI magic: the file is Analyze 7.5, which does not say which side is left: hepar would have to guess",
      });
    }
  });
});

describe("gzip", () => {
  test("5 a .nii.gz that is no gzip: says so first", async () => {
    const path = await saved(Buffer.alloc(400, "<html>"), ".nii.gz");
    expect(await refusal(path)).toMatchObject({
      code: "nifti.gzip",
      message: "the name ends in .gz, but it is no gzip: not a NIfTI file: it is a web page or XML",
      hint: copyAgain,
    });
  });

  test("5 a sound file is read whatever its name says", async () => {
    for (const path of [
      await saved(scanFile(), ".nii.gz"),
      await saved(gzipSync(scanFile()), ".nii"),
    ]) {
      expect((await readCt(path)).scan.voxels).toEqual(soundVoxels);
    }
  });

  test("6 cut off anywhere: in its header, its data, its checksum", async () => {
    const packed = gzipSync(scanFile());
    for (const length of [
      2,
      5,
      10,
      11,
      60,
      packed.length - 9,
      packed.length - 8,
      packed.length - 1,
    ]) {
      const path = await saved(packed.subarray(0, length), ".nii.gz");
      expect(await refusal(path)).toMatchObject({
        code: "nifti.truncated",
        message: "the gzip data are cut off",
        hint: copyAgain,
      });
    }
  });

  test("7 a wrong checksum or length is found, though all voxels are there", async () => {
    const crc = gzipWithFooter(scanFile(), (footer) => footer.setUint32(0, 1, true));
    expect(await refusal(await saved(crc, ".nii.gz"))).toMatchObject({
      code: "nifti.gzip",
      message: "the gzip data are damaged (incorrect data check)",
      hint: copyAgain,
    });
    const length = gzipWithFooter(scanFile(), (footer) => footer.setUint32(4, 1, true));
    expect(await refusal(await saved(length, ".nii.gz"))).toMatchObject({
      code: "nifti.gzip",
      message: "the gzip data are damaged (incorrect length check)",
      hint: copyAgain,
    });
  });

  test("7 the checksum is verified behind trailing bytes too", async () => {
    const content = Buffer.concat([scanFile(), Buffer.alloc(3 << 20)]);
    const broken = gzipWithFooter(content, (footer) => footer.setUint32(0, 1, true));
    expect(await refusal(await saved(broken, ".nii.gz"))).toMatchObject({
      code: "nifti.gzip",
      message: "the gzip data are damaged (incorrect data check)",
    });
  });

  test("8 a bomb behind the voxels stops at 64 MiB", async () => {
    const bomb = gzipSync(Buffer.concat([scanFile(), Buffer.alloc(80 << 20)]), { level: 1 });
    const path = await saved(bomb, ".nii.gz");
    // Chunks of 1 MiB pass through; none are kept.
    for (const read of [readCt, readLabels, readAllSlices]) {
      await expect(read(path)).rejects.toMatchObject({
        code: "nifti.gzip",
        file: path,
        message: "the gzip data go on for more than 64 MiB after the voxels of 4 × 3 × 2 int16",
        hint: "the file is broken or malicious: do not use it",
      });
    }
    expect((await readNiftiHeader(path)).dims).toEqual([4, 3, 2]);
  });

  test("8 a header is read of a bomb without inflating the rest", async () => {
    const bomb = gzipSync(Buffer.concat([scanFile(), Buffer.alloc(200 << 20)]), { level: 1 });
    const path = await saved(bomb, ".nii.gz");
    const before = process.memoryUsage().arrayBuffers;
    await readNiftiHeader(path); // warm
    const start = process.cpuUsage();
    for (let n = 0; n < 10; n++) await readNiftiHeader(path);
    const { user, system } = process.cpuUsage(start);
    // Inflating it all ten times would take 2 GB, seconds of work.
    expect(user + system).toBeLessThan(1e6);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });

  test("8 a small gzip cannot ask for more than gzip can pack", async () => {
    const greedy = file(niftiHeader({ ...asks([32767, 32767, 2]), datatype: 64, bitpix: 64 }));
    expect(await refusal(await saved(gzipSync(greedy), ".nii.gz"))).toMatchObject({
      code: "nifti.truncated",
      message: expect.stringMatching(
        /needs 17178820624 bytes after byte 352, the file holds at most \d+$/,
      ),
      hint: copyAgain,
    });
  });

  test("9 several members, split anywhere, are one file", async () => {
    const whole = scanFile();
    for (const at of [1, 100, 348, 352, 371, whole.length - 1, whole.length]) {
      const members = [whole.subarray(0, at), whole.subarray(at), Buffer.alloc(0)];
      const path = await saved(Buffer.concat(members.map((part) => gzipSync(part))), ".nii.gz");
      expect((await readCt(path)).scan.voxels).toEqual(soundVoxels);
    }
    const bytewise = [...whole].map((byte) => gzipSync(Uint8Array.of(byte)));
    const path = await saved(Buffer.concat(bytewise), ".nii.gz");
    expect((await readCt(path)).scan.voxels).toEqual(soundVoxels);
  });

  test("9 a broken second member is found", async () => {
    const second = gzipWithFooter(scanFile().subarray(360), (footer) => footer.setUint32(0, 1));
    const path = await saved(
      Buffer.concat([gzipSync(scanFile().subarray(0, 360)), second]),
      ".nii.gz",
    );
    expect(await refusal(path)).toMatchObject({ code: "nifti.gzip" });
  });

  test("10 bytes after the voxels are ignored, with a warning", async () => {
    const rest = Buffer.alloc(1000, 7);
    const trailing = {
      code: "trailing-bytes",
      field: "byte 400",
      found: "1000 bytes",
      message: "Bytes follow the voxels of 4 × 3 × 2 int16: they were ignored.",
      hint: "if slices seem to be missing, the header's dimensions are wrong: export the scan again",
    };
    const plain = await saved(Buffer.concat([scanFile(), rest]));
    const packed = await saved(gzipSync(Buffer.concat([scanFile(), rest])), ".nii.gz");
    for (const path of [plain, packed]) {
      const { scan, header } = await readCt(path);
      expect(scan.voxels).toEqual(soundVoxels);
      expect(header.warnings).toEqual([trailing]);
    }
    expect((await readNiftiHeader(plain)).warnings).toEqual([trailing]);
    // Of a gzip file it is known only at its end.
    expect((await readNiftiHeader(packed)).warnings).toEqual([]);
  });

  test("10 zeros after the gzip are ignored, as gzip does", async () => {
    const padded = Buffer.concat([gzipSync(scanFile()), Buffer.alloc(5 << 20)]);
    const { scan, header } = await readCt(await saved(padded, ".nii.gz"));
    expect(scan.voxels).toEqual(soundVoxels);
    expect(header.warnings).toEqual([]);
  });

  test("10 after the gzip, what is neither zeros nor gzip is refused", async () => {
    const path = await saved(Buffer.concat([gzipSync(scanFile()), Buffer.alloc(9, 7)]), ".nii.gz");
    expect(await refusal(path)).toMatchObject({
      code: "nifti.gzip",
      message: "the gzip data are damaged (incorrect header check)",
    });
  });

  test("a header is read from a large gzip without leaving it open", async () => {
    const noise = Uint8Array.from({ length: 6 << 20 }, (_, n) => (n * n * 31) >> 7);
    const path = await saved(gzipSync(file(niftiHeader(), noise), { level: 1 }), ".nii.gz");
    const open = await openFiles();
    for (let n = 0; n < 20; n++) await readNiftiHeader(path);
    expect(await openFiles()).toBe(open);
  });
});

test("13 and 85 a file whose voxels take over half the memory is refused before it is asked for", async () => {
  const path = await saved(niftiHeader(asks([1024, 512, 513])));
  await truncate(path, 352 + 1024 * 512 * 513 * 2);
  expect(await refusal(path)).toMatchObject({
    code: "nifti.too-large",
    message:
      "1024 × 512 × 513 int16 (513 MiB) does not fit into memory (1024 MiB, of which half is used)",
    hint: "use a machine with more memory, or crop the scan",
  });
});

describe("unusual, but read", () => {
  const affineOf = async (fields: NiftiFields): Promise<readonly number[]> =>
    (await readNiftiHeader(await saved(scanFile(fields)))).affine.slice(0, 12);

  test("15 a single slice, though its third voxel size is 0", async () => {
    const dim = [2, 4, 6, 1, 1, 1, 1, 1];
    const { scan } = await readCt(
      await saved(scanFile({ dim, ...pixdim(0.5, 0.5, 0), sformCode: 0 })),
    );
    expect(scan.dims).toEqual([4, 6, 1]);
    expect(scan.affine[10]).toBe(1);
  });

  test("14 4D that holds one volume", async () => {
    const { scan } = await readCt(await saved(scanFile({ dim: [5, 4, 3, 2, 1, 1, 0, 0] })));
    expect(scan.dims).toEqual([4, 3, 2]);
  });

  test("19 metres and micrometres become millimetres, in sform, qform and default", async () => {
    const inMetres = { units: 1, ...pixdim(0.0005, 0.0005, 0.002) };
    const inMicrons = { units: 3, ...pixdim(500, 500, 2000) };
    const close = (found: readonly number[], expected: readonly number[]): void => {
      found.forEach((value, n) => {
        expect(value).toBeCloseTo(expected[n], 4);
      });
    };
    const wanted = [0.5, 0, 0, -10, 0, 0.5, 0, -20, 0, 0, 2, -30];
    const times = (factor: number): NiftiFields => ({ sform: wanted.map((v) => v * factor) });
    close(await affineOf({ ...inMetres, ...times(0.001) }), wanted);
    close(await affineOf({ ...inMicrons, ...times(1000) }), wanted);
    const warned = await readNiftiHeader(await saved(scanFile({ ...inMicrons, ...times(1000) })));
    expect(warned.warnings).toEqual([
      {
        code: "units",
        field: "xyzt_units",
        found: "3 (µm)",
        message: "The header gives lengths in µm: they were multiplied by 0.001 to be millimetres.",
        hint: "programs that ignore the field read other sizes: export the scan in millimetres",
      },
    ]);
    const turned = { sformCode: 0, qformCode: 1, quaternion: [0, 0, 0, -0.01, -0.02, -0.03] };
    close(await affineOf({ ...inMetres, ...turned }), wanted);
    // Centred: (4 − 1)/2 · 0.5 = 0.75; (3 − 1)/2 · 0.5; (2 − 1)/2 · 2
    close(
      await affineOf({ ...inMicrons, sformCode: 0 }),
      [-0.5, 0, 0, 0.75, 0, 0.5, 0, -0.5, 0, 0, 2, -1],
    );
  });

  test("21 a slope of 0, NaN or Inf means unscaled; another is applied once", async () => {
    for (const slope of [0, Number.NaN, Infinity, -Infinity]) {
      const { scan, header } = await readCt(await saved(scanFile({ slope, intercept: 5 })));
      expect(scan.voxels).toEqual(soundVoxels);
      expect(header.warnings).toEqual(
        Math.abs(slope) !== Infinity
          ? []
          : [
              {
                code: "slope",
                field: "scl_slope",
                found: String(slope),
                message:
                  "The slope is infinite: the stored values are taken as they are, unscaled.",
                hint: "check that the values are Hounsfield units; if not, export the scan again",
              },
            ],
      );
    }
    const { scan } = await readCt(await saved(scanFile({ slope: 0.5, intercept: 3 })));
    expect([...scan.voxels]).toEqual([...soundVoxels].map((value) => value * 0.5 + 3));
  });

  test("23 where sform and qform disagree the sform stands", async () => {
    const path = await saved(scanFile({ ...qform(1), sformCode: 1 }));
    const header = await readNiftiHeader(path);
    expect(header.affineFrom).toBe("sform");
    expect(header.affine[0]).toBe(0.5);
  });

  test("24 both codes 0: the affine is a default, and says so", async () => {
    const header = await readNiftiHeader(await saved(scanFile({ sformCode: 0 })));
    expect(header.affineFrom).toBe("default");
  });

  test("24 a qform of half a turn, rounded to just over 1, is mended", async () => {
    // About x: y and z turn round.
    const affine = await affineOf(qform(1.00001));
    expect(affine.map((value) => Math.round(value * 1e6) / 1e6 + 0)).toEqual([
      ...[0.5, 0, 0, 0],
      ...[0, -0.5, 0, 0],
      ...[0, 0, -2, 0],
    ]);
  });

  test("24 qfac −1 turns the third axis of a qform", async () => {
    const fields = { ...qform(0), pixdim: [-1, 0.5, 0.5, 2, 1, 1, 1, 1] };
    expect((await affineOf(fields))[10]).toBe(-2);
  });

  test("26 shear, as of a tilted gantry, and 28 a left-right flip", async () => {
    const tilted = [0.5, 0, 0, 0, 0, 0.5, 0.6, 0, 0, 0, 2, 0];
    expect(await affineOf(sform(...tilted))).toEqual(tilted.map(Math.fround));
    const flipped = [-0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 2, 0];
    expect(await affineOf(sform(...flipped))).toEqual(flipped);
  });

  test("30 big-endian, in both versions", async () => {
    const turned = Buffer.from(soundVoxels.slice().buffer).swap16();
    for (const header of [
      niftiHeader({ littleEndian: false }),
      nifti2Header({ littleEndian: false }),
    ]) {
      const { scan } = await readCt(await saved(file(header, turned)));
      expect(scan.voxels).toEqual(soundVoxels);
      expect(scan.affine[11]).toBe(-30);
    }
  });

  /** A file with extensions, each of a size that it claims and one that it has. */
  const extended = (sizes: readonly (readonly [claims: number, has: number])[]): Buffer => {
    const parts = sizes.map(([claims, has]) => {
      const part = Buffer.alloc(has, 7);
      part.writeInt32LE(claims);
      return part;
    });
    const length = sizes.reduce((sum, [, has]) => sum + has, 0);
    const header = Buffer.from(niftiHeader({ voxOffset: 352 + length }));
    header[348] = 1;
    return Buffer.concat([header, ...parts, Buffer.from(soundVoxels.buffer)]);
  };
  const multiple = "a multiple of 16, 16 or more";

  test.each<[string, readonly (readonly [number, number])[], [number, number, string] | null]>([
    [
      "none wrong",
      [
        [32, 32],
        [16, 16],
        [1024, 1024],
      ],
      null,
    ],
    [
      "padded with zeros",
      [
        [32, 32],
        [0, 48],
      ],
      null,
    ],
    ["−1", [[-1, 32]], [352, -1, multiple]],
    ["0, which would never end", [[0, 32]], [352, 0, multiple]],
    [
      "8, which would never end",
      [
        [32, 32],
        [8, 16],
      ],
      [384, 8, multiple],
    ],
    ["no multiple of 16", [[20, 32]], [352, 20, multiple]],
    [
      "beyond the voxels",
      [
        [16, 16],
        [4096, 32],
      ],
      [368, 4096, "at most 32, up to the voxels"],
    ],
    ["2³¹ − 1", [[2 ** 31 - 1, 32]], [352, 2 ** 31 - 1, multiple]],
  ])("32 extensions: %s", async (_, sizes, wrong) => {
    const bytes = extended(sizes);
    for (const path of [await saved(bytes), await saved(gzipSync(bytes), ".nii.gz")]) {
      const { scan, header } = await readCt(path);
      expect(scan.voxels).toEqual(soundVoxels);
      const [at, size, expected] = wrong ?? [0, 0, ""];
      const warning = {
        code: "extension",
        field: `esize at byte ${at}`,
        found: String(size),
        message: `A header extension's size is wrong: expected ${expected}. It was stepped over; the voxels are not touched by it.`,
        hint: "if another program cannot open the file, export it again without extensions",
      };
      expect(header.warnings).toEqual(wrong === null ? [] : [warning]);
    }
  });

  test("32 of a hundred thousand extensions only the header's 16 KiB are looked at", async () => {
    const sizes = Array.from({ length: 100_000 }, () => [16, 16] as const);
    const { header } = await readCt(await saved(extended([...sizes, [-1, 16]])));
    expect(header.warnings).toEqual([]);
  });

  test("36 a sound file is read whatever its ending", async () => {
    for (const ending of [".txt", ".dcm", "", ".NII", ".gz.nii"]) {
      expect((await readCt(await saved(scanFile(), ending))).scan.voxels).toEqual(soundVoxels);
    }
  });

  test("36 a name of more than 255 bytes is refused, and named", async () => {
    const path = join(folder, `${"n".repeat(300)}.nii`);
    expect(await refusal(path)).toMatchObject({
      code: "input.unreadable",
      message: `cannot be read (ENAMETOOLONG: name too long, stat '${path}')`,
      hint: "check that the file may be read",
    });
  });

  test("36 names with blanks, quotes, line breaks and pictures", async () => {
    for (const name of ["a b", "q\"'", "line\nbreak", "..", "🫀"]) {
      expect((await readCt(await saved(scanFile(), `${name}.nii`))).scan.dims).toEqual([4, 3, 2]);
    }
  });
});

describe("masks", () => {
  const mask = (fields: NiftiFields, voxels: ArrayBufferView): Promise<string> =>
    saved(file(niftiHeader({ ...asks([4, 1, 1]), ...fields }), voxels));

  test("37 labels that are negative or over 255 are kept", async () => {
    const labels = await readLabels(await mask({}, Int16Array.of(-1, 0, 2, 300)));
    expect(labels.voxels).toEqual(Int16Array.of(-1, 0, 2, 300));
    const bytes = await readLabels(
      await mask({ datatype: 2, bitpix: 8 }, Uint8Array.of(0, 254, 255, 3)),
    );
    expect(bytes.voxels).toEqual(Uint8Array.of(0, 254, 255, 3));
  });

  test("38 a float mask of whole numbers is read; one with 0.999 is refused", async () => {
    const float = { datatype: 16, bitpix: 32 };
    const labels = await readLabels(await mask(float, Float32Array.of(0, 1, 2, 1)));
    expect(labels.voxels).toEqual(Uint8Array.of(0, 1, 2, 1));
    const interpolated = await mask(float, Float32Array.of(0, 1, 0.999, 2));
    expect(await refusal(interpolated, readLabels)).toMatchObject({
      code: "labels.value",
      message: expect.stringContaining("voxel (2, 0, 0) is 0.99"),
      hint: expect.stringContaining("nearest neighbour"),
    });
  });

  test("22 a mask with NaN is refused", async () => {
    const path = await mask({ datatype: 16, bitpix: 32 }, Float32Array.of(0, Number.NaN, 1, 2));
    expect(await refusal(path, readLabels)).toMatchObject({ code: "labels.value" });
  });
});
