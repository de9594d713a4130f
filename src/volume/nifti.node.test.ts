import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCt, readLabels, readNiftiHeader, writeNifti } from "./index.node.ts";
import {
  axisCodes,
  type CtVolume,
  encodeNifti,
  type LabelVolume,
  reorient,
  spacingIsKnown,
} from "./index.ts";

const shared = resolve(import.meta.dirname, "../../../shared/data");
const absent = !existsSync(shared);
const readOracle = (name: string): unknown =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, "../../test/oracle/nifti", name), "utf8"));

interface Expected {
  readonly dims: readonly number[];
  readonly affine: readonly number[];
  readonly axes: string;
  readonly type: string;
  readonly littleEndian: boolean;
  readonly slope: number;
  readonly intercept: number;
  readonly sum: number;
  readonly weighted: number;
  readonly min: number;
  readonly max: number;
  readonly voxels: readonly (readonly [number, number, number, number])[];
}
const { files } = readOracle("nibabel.json") as { files: Record<string, Expected> };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-nifti-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Sum, place-weighted sum and range, as test/oracle/nifti/make.py takes them. */
function totals(voxels: ArrayLike<number>): Pick<Expected, "sum" | "weighted" | "min" | "max"> {
  let [sum, weighted, min, max] = [0, 0, Infinity, -Infinity];
  for (let n = 0; n < voxels.length; n++) {
    const value = voxels[n];
    sum += value;
    weighted += value * (n % 1009);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { sum, weighted, min, max };
}

describe.skipIf(absent)("files that nibabel reads too", () => {
  test("are many", () => {
    expect(Object.keys(files).length).toBeGreaterThan(40);
  });

  test.each(Object.entries(files))("%s", async (name, expected) => {
    const { scan, header } = await readCt(join(shared, name));
    expect(scan.dims).toEqual(expected.dims);
    expect(header.type).toBe(expected.type);
    expect(header.littleEndian).toBe(expected.littleEndian);
    expect([header.slope, header.intercept]).toEqual([expected.slope, expected.intercept]);
    expect(axisCodes(scan.affine)).toBe(expected.axes);
    scan.affine.forEach((value, n) => {
      expect(Math.abs(value - expected.affine[n])).toBeLessThan(1e-5);
    });
    const found = totals(scan.voxels);
    expect(found.min).toBe(expected.min);
    expect(found.max).toBe(expected.max);
    // The same float32 values, added in another order.
    const size = scan.voxels.length * Math.max(Math.abs(found.min), Math.abs(found.max));
    expect(Math.abs(found.sum - expected.sum)).toBeLessThanOrEqual(size * 1e-12);
    expect(Math.abs(found.weighted - expected.weighted)).toBeLessThanOrEqual(size * 1e-9);
    for (const [i, j, k, value] of expected.voxels) {
      expect(scan.voxels[i + scan.dims[0] * (j + scan.dims[1] * k)]).toBe(value);
    }
  });
});

describe.skipIf(absent)("files that are refused, and why", () => {
  test.each([
    ["nibabel/example4d.nii.gz", "nifti.dimensions", "128 × 96 × 24 × 2 is not one volume"],
    ["nibabel/example_nifti2.nii.gz", "nifti.dimensions", "32 × 20 × 12 × 2 is not one volume"],
    ["nibabel/functional.nii", "nifti.dimensions", "17 × 21 × 3 × 20 is not one volume"],
    ["nibabel/resampled_anat_moved.nii", "nifti.value", "153 of 1071 voxels are NaN or infinite"],
    ["nifti-reader-js/5D_small.nii", "nifti.dimensions", "1 × 2 × 3 × 1 × 3 is not one volume"],
    ["nifti-reader-js/air.hdr.gz", "nifti.header", "the voxels are in a separate .img file"],
    ["nifti-reader-js/air2.hdr.gz", "nifti.header", "the voxels are in a separate .img file"],
    ["nifti-reader-js/air.img.gz", "nifti.header", "not a NIfTI file: sizeof_hdr is 0"],
    ["nifti-reader-js/not-nifti.nii", "nifti.header", "not a NIfTI file"],
    ["niivue/complex.nii.gz", "nifti.type", "datatype 32 (complex64)"],
    ["niivue/ct_perfusion.nii.gz", "nifti.type", "datatype 128 (RGB)"],
    ["totalseg/rgb24-spine_report.nii.gz", "nifti.type", "datatype 128 (RGB)"],
  ])("%s", async (name, code, reason) => {
    const file = join(shared, "nifti", name);
    await expect(readCt(file)).rejects.toMatchObject({
      name: "HeparError",
      code,
      file,
      message: expect.stringContaining(reason),
      hint: expect.any(String),
    });
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

const bytesOf = async (path: string): Promise<Buffer> => {
  const bytes = await readFile(path);
  return path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
};

describe.skipIf(absent)("a mask written with its scan's geometry", () => {
  test.each([
    "nifti/lits-official/reference-segmentation-0.nii.gz", // sform, and another qform code
    "nifti/niivue/draw.nii.gz", // oblique
    "nifti/nifti-reader-js/little.nii.gz", // qform only, 4D with one volume
    "nifti/niivue/minimal.nii.gz", // neither, and big-endian
    "nifti/totalseg/example_ct_sm.nii.gz", // sform only, units unknown
    "lits-slices-256/volume-4.nii.gz", // spacing unknown
  ])("has the very bytes of the scan's: %s", async (name) => {
    const path = join(shared, name);
    const { scan, header } = await readCt(path);
    const voxels = new Uint8Array(scan.voxels.length).fill(1);
    const mask: LabelVolume = { ...scan, kind: "labels", voxels };
    const written = join(folder, "mask.nii.gz");
    await writeNifti(written, mask, { geometry: header.geometry });

    const [before, after] = [await bytesOf(path), await bytesOf(written)];
    const fields = [
      ["pixdim", 76, 108],
      ["xyzt_units", 123, 124],
      ["qform_code to srow_z", 252, 328],
    ] as const;
    // What hepar writes is little-endian; a big-endian scan's numbers are compared below.
    for (const [field, start, end] of header.littleEndian ? fields : []) {
      expect([field, after.subarray(start, end)]).toEqual([field, before.subarray(start, end)]);
    }
    const back = await readNiftiHeader(written);
    expect(back.affine).toEqual(scan.affine);
    expect(back.affineFrom).toBe(scan.affineFrom);
    expect(back.geometry).toEqual(header.geometry);
  });

  test("of NIfTI-2 lies on it to a thousandth of a millimetre", async () => {
    const { scan, header } = await readCt(
      join(shared, "nifti/nifti-reader-js/avg152T1_LR_nifti2.nii.gz"),
    );
    const written = join(folder, "from-nifti2.nii");
    await writeNifti(written, scan, { geometry: header.geometry });
    const back = await readCt(written);
    expect(totals(back.scan.voxels)).toEqual(totals(scan.voxels));
    back.scan.affine.forEach((value, n) => {
      expect(Math.abs(value - scan.affine[n])).toBeLessThan(1e-3);
    });
  });
});

const oblique: LabelVolume = {
  kind: "labels",
  dims: [3, 2, 4],
  affine: [0.75, -0.5, 0, 10, 0.5, 0.75, 0.25, -20, -0.125, 0, 5, 30.5, 0, 0, 0, 1],
  affineFrom: "sform",
  voxels: Uint8Array.from({ length: 24 }, (_, n) => (n * 11) % 256),
};

describe("writeNifti", () => {
  test.each(["a.nii", "a.nii.gz"])("%s is read again, voxel by voxel", async (name) => {
    const path = join(folder, name);
    const start =
      [0x1f, 0x8b].toString() === [...(await written(path, oblique)).subarray(0, 2)].toString();
    expect(start).toBe(name.endsWith(".gz"));
    expect(await readLabels(path)).toEqual(oblique);
  });

  const written = async (path: string, volume: LabelVolume | CtVolume): Promise<Buffer> => {
    await writeNifti(path, volume);
    return readFile(path);
  };

  test.each([
    ["int16 labels", { ...oblique, voxels: Int16Array.from(oblique.voxels, (v) => v - 300) }],
    ["int32 labels", { ...oblique, voxels: Int32Array.from(oblique.voxels, (v) => v * 1e6) }],
  ])("keeps %s", async (_, volume) => {
    const path = join(folder, "labels.nii.gz");
    await writeNifti(path, volume);
    expect(await readLabels(path)).toEqual(volume);
  });

  test.each([
    ["int16", Int16Array.from(oblique.voxels, (v) => v - 1024)],
    ["float32", Float32Array.from(oblique.voxels, (v) => v / 7)],
  ])("keeps %s HU", async (_, voxels) => {
    const path = join(folder, "ct.nii.gz");
    const scan: CtVolume = { ...oblique, kind: "ct", voxels };
    await writeNifti(path, scan);
    expect((await readCt(path)).scan).toEqual(scan);
  });

  test("keeps an affine that is only a default a default", async () => {
    const path = join(folder, "default.nii");
    const affine = [-1, 0, 0, 1, 0, 1, 0, -0.5, 0, 0, 2, -3, 0, 0, 0, 1];
    await writeNifti(path, { ...oblique, affine, affineFrom: "default" });
    expect(await readNiftiHeader(path)).toMatchObject({ affine, affineFrom: "default" });
    // Turned, it is no longer the default of its header: the sform must hold it.
    const turned = reorient({ ...oblique, affine, affineFrom: "default" as const }, "RAS");
    await writeNifti(path, turned);
    expect(await readNiftiHeader(path)).toMatchObject({ affine: turned.affine });
  });

  test("refuses the geometry of another grid, and leaves no file", async () => {
    const path = join(folder, "turned.nii");
    await writeNifti(join(folder, "scan.nii"), oblique);
    const { geometry } = await readNiftiHeader(join(folder, "scan.nii"));
    await expect(writeNifti(path, reorient(oblique, "LPS"), { geometry })).rejects.toMatchObject({
      code: "geometry.mismatch",
    });
    expect(existsSync(path)).toBe(false);
  });

  test("refuses an axis that NIfTI-1 cannot hold", async () => {
    const long = { ...oblique, dims: [32768, 1, 1] as const, voxels: new Uint8Array(32768) };
    await expect(writeNifti(join(folder, "long.nii"), long)).rejects.toMatchObject({
      code: "nifti.dimensions",
    });
  });
});

describe("headers that nibabel has read", () => {
  const { cases } = readOracle("written.json") as {
    cases: {
      dims: [number, number, number];
      affine: number[];
      header: string;
      nibabel: number[];
    }[];
  };
  test.each(cases)("$dims", ({ dims, affine, header, nibabel }) => {
    const voxels = new Uint8Array(dims[0] * dims[1] * dims[2]);
    const [bytes] = encodeNifti({ kind: "labels", dims, affine, affineFrom: "sform", voxels });
    expect(Buffer.from(bytes).toString("hex")).toBe(header);
    nibabel.forEach((value, n) => {
      expect(value).toBe(Math.fround(affine[n]));
    });
  });
});
