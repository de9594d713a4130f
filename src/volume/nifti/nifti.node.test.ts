import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCt, readCtSlices, readNiftiHeader } from "../index.node.ts";
import { axisCodes, spacingIsKnown } from "../index.ts";

const shared = resolve(import.meta.dirname, "../../../../shared/data");
const absent = !existsSync(shared);
const readOracle = (name: string): unknown =>
  JSON.parse(
    readFileSync(resolve(import.meta.dirname, "../../../test/oracle/nifti", name), "utf8"),
  );

interface Expected {
  readonly dims: readonly number[];
  readonly affine: readonly number[];
  readonly axes: string;
  readonly type: string;
  readonly littleEndian: boolean;
  readonly slope: number;
  readonly intercept: number;
  readonly min: number;
  readonly max: number;
  readonly sha256: string;
}
const { files } = readOracle("nibabel.json") as {
  files: Record<string, Expected | { readonly refused: string }>;
};
const readable = Object.entries(files).filter(
  (entry): entry is [string, Expected] => !("refused" in entry[1]),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-nifti-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Of the voxels as float32, with −0 as 0, as test/oracle/nifti/make.py takes it. */
function hashOf(voxels: Int16Array | Float32Array): string {
  const values = new Float32Array(voxels.length);
  for (let n = 0; n < values.length; n++) values[n] = voxels[n] + 0;
  return createHash("sha256").update(values).digest("hex");
}

/** Equal as float32; for a qform our order of adding differs in the last bit of a float64. */
function expectSameAffine(found: readonly number[], expected: readonly number[]): void {
  const size = Math.max(...expected.map(Math.abs));
  found.forEach((value, n) => {
    expect(Math.abs(value - expected[n])).toBeLessThanOrEqual(size * 1e-7);
  });
}

describe.skipIf(absent)("files of the shared data that nibabel reads too", () => {
  test("are many", () => {
    expect(readable.length).toBe(78);
  });

  test.each(readable)("%s", async (name, expected) => {
    const { scan, header } = await readCt(join(shared, name));
    expect(scan.dims).toEqual(expected.dims);
    expect(header.type).toBe(expected.type);
    expect(header.littleEndian).toBe(expected.littleEndian);
    expect([header.slope, header.intercept]).toEqual([expected.slope, expected.intercept]);
    expect(axisCodes(scan.affine)).toBe(expected.axes);
    expectSameAffine(scan.affine, expected.affine);
    expect(hashOf(scan.voxels)).toBe(expected.sha256);
    expect(header.warnings.map(({ code }) => code)).toEqual(warned[name] ?? []);
  });

  /** What hepar finds odd in them. */
  const warned: Readonly<Record<string, readonly string[]>> = {};
});

describe.skipIf(absent)("files of the shared data that are refused, and why", () => {
  const hints = {
    volumes:
      "save the volume that you want as a file of its own (fslsplit, or nibabel's four_to_three)",
    type: "export the scan itself, as int16 in Hounsfield units, rather than a picture or map made of it",
  };
  const type = (found: string): string =>
    `datatype is ${found}, expected integers or floats of 8 to 64 bits: it is neither a scan nor a mask`;
  const dim = (found: string): string =>
    `dim is ${found}, expected one (3D, or 4D with one volume)`;
  const refused: readonly (readonly [string, string, string, string])[] = [
    [
      "nibabel/example4d.nii.gz",
      "nifti.dimensions",
      dim("128 × 96 × 24 × 2: 2 volumes"),
      hints.volumes,
    ],
    [
      "nibabel/example_nifti2.nii.gz",
      "nifti.dimensions",
      dim("32 × 20 × 12 × 2: 2 volumes"),
      hints.volumes,
    ],
    [
      "nibabel/functional.nii",
      "nifti.dimensions",
      dim("17 × 21 × 3 × 20: 20 volumes"),
      hints.volumes,
    ],
    [
      "nifti-reader-js/5D_small.nii",
      "nifti.dimensions",
      dim("1 × 2 × 3 × 1 × 3: 3 volumes"),
      hints.volumes,
    ],
    [
      "nibabel/resampled_anat_moved.nii",
      "nifti.value",
      "153 of 1071 voxels are NaN or infinite, the first at (0, 0, 0): expected Hounsfield units",
      "export the scan again, or replace them by −1024 HU if they lie outside the patient",
    ],
    [
      "nifti-reader-js/not-nifti.nii",
      "nifti.header",
      "not a NIfTI file: sizeof_hdr is -1428999419, expected 348 or 540 in either byte order",
      "give the scan as NIfTI (.nii or .nii.gz)",
    ],
    ["niivue/complex.nii.gz", "nifti.type", type("32 (complex64)"), hints.type],
    ["niivue/ct_perfusion.nii.gz", "nifti.type", type("128 (RGB)"), hints.type],
    ["totalseg/rgb24-spine_report.nii.gz", "nifti.type", type("128 (RGB)"), hints.type],
  ];

  test("are those of which nibabel gives no single volume of finite numbers", () => {
    const names = Object.keys(files).filter((name) => "refused" in files[name]);
    expect(refused.map(([name]) => `nifti/${name}`).sort()).toEqual(names.sort());
  });

  test.each(refused)("%s", async (name, code, message, hint) => {
    const file = join(shared, "nifti", name);
    await expect(readCt(file)).rejects.toMatchObject({
      name: "HeparError",
      code,
      file,
      message,
      hint,
    });
  });
});

describe.skipIf(absent)("the shared data", () => {
  test("holds no NIfTI file that is not in the oracle", async () => {
    const found = await readdir(shared, { recursive: true });
    const names = found.filter((name) => /\.(nii|hdr)(\.gz)?$/.test(name));
    expect(names.filter((name) => !(name in files))).toEqual([]);
  });

  test("either name of a pair opens it", async () => {
    const pair = join(shared, "nifti/nifti-reader-js");
    const [byHeader, byVoxels] = [
      await readCt(join(pair, "air.hdr.gz")),
      await readCt(join(pair, "air.img.gz")),
    ];
    expect(byVoxels).toEqual(byHeader);
  });
});

interface Encoding {
  readonly about: string;
  readonly version: 1 | 2;
  readonly type: string;
  readonly littleEndian: boolean;
  readonly affine: readonly number[];
  readonly values: readonly number[];
  /** Content by ending, gzipped, in base64. */
  readonly files: Readonly<Record<string, string>>;
}
const { cases } = readOracle("encodings.json") as { cases: readonly Encoding[] };

describe("every type, byte order, version and scaling, plain and gzipped", () => {
  test.each(cases)("$about", async (encoding) => {
    for (const ending of ["", ".gz"]) {
      const stem = join(folder, `encoding${ending}`);
      for (const [name, content] of Object.entries(encoding.files)) {
        const packed = Buffer.from(content, "base64");
        await writeFile(stem + name + ending, ending === "" ? gunzipSync(packed) : packed);
      }
      const { scan, header } = await readCt(stem + Object.keys(encoding.files)[0] + ending);
      expect([header.version, header.type]).toEqual([encoding.version, encoding.type]);
      expect(header.littleEndian || header.bytesPerVoxel === 1).toBe(
        encoding.littleEndian || header.bytesPerVoxel === 1,
      );
      expect(scan.affine).toEqual(encoding.affine);
      expect([...scan.voxels].map((value) => value + 0)).toEqual(encoding.values.map((v) => v + 0));
      const sliced: number[] = [];
      const { slices } = await readCtSlices(stem + Object.keys(encoding.files)[0] + ending);
      for await (const { voxels } of slices) sliced.push(...voxels);
      expect(sliced.map((value) => value + 0)).toEqual(encoding.values.map((v) => v + 0));
      const infinite = encoding.about.includes("inf");
      expect(header.warnings.map(({ code }) => code)).toEqual(infinite ? ["slope"] : []);
    }
  });
});

describe.skipIf(absent)("spacing", () => {
  test("of the LiTS slice stacks is known for volume 0 alone", async () => {
    const folder = join(shared, "lits-slices-256");
    const scans = (await readdir(folder)).filter((name) => name.startsWith("volume-"));
    const known: string[] = [];
    for (const scan of scans) {
      if (spacingIsKnown(await readNiftiHeader(join(folder, scan)))) known.push(scan);
    }
    expect(scans.length).toBe(19);
    expect(known).toEqual(["volume-0.nii.gz"]);
  });
});
