import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCt, readLabels, readNiftiHeader, writeNifti } from "../index.node.ts";
import {
  affineOf,
  type CtVolume,
  encodeNifti,
  type LabelVolume,
  parseNiftiHeader,
  reorient,
} from "../index.ts";

const shared = resolve(import.meta.dirname, "../../../../shared/data");
const absent = !existsSync(shared);
const readOracle = (name: string): unknown =>
  JSON.parse(
    readFileSync(resolve(import.meta.dirname, "../../../test/oracle/nifti", name), "utf8"),
  );

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-nifti-write-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

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
    expect(back.scan.voxels).toEqual(scan.voxels);
    back.scan.affine.forEach((value, n) => {
      expect(Math.abs(value - scan.affine[n])).toBeLessThan(1e-3);
    });
  });
});

test("as NIfTI-2 an affine of float64 comes back to the last bit, and axes may be long", async () => {
  const path = join(folder, "second.nii.gz");
  const affine = oblique.affine.map((value) => value + 1e-12 * (value === 0 ? 0 : 1));
  const volume: LabelVolume = { ...oblique, affine: [...affine.slice(0, 12), 0, 0, 0, 1] };
  await writeNifti(path, volume, { version: 2 });
  expect(await readLabels(path)).toEqual(volume);
  const { geometry } = await readNiftiHeader(path);
  await writeNifti(path, volume, { version: 2, geometry });
  expect((await readNiftiHeader(path)).geometry).toEqual(geometry);

  const long = { ...oblique, dims: [32768, 1, 1] as const, voxels: new Uint8Array(32768) };
  await writeNifti(path, long, { version: 2 });
  expect((await readLabels(path)).dims).toEqual([32768, 1, 1]);
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
      message: "32768 × 1 × 1 cannot be written as NIfTI-1: an axis holds at most 32767 voxels",
      hint: "crop the volume, or write it as NIfTI-2",
    });
  });
});

test("a scan's geometry comes back bit by bit, whatever its float noise", () => {
  const float = (min: number, max: number) =>
    fc.float({ min: Math.fround(min), max: Math.fround(max), noNaN: true });
  const numbers = (length: number, min: number, max: number) =>
    fc.array(float(min, max), { minLength: length, maxLength: length });
  const geometries = fc
    .record({
      spacing: numbers(3, 0.3, 5),
      tilt: numbers(9, -0.05, 0.05),
      place: numbers(3, -900, 900),
      rotation: numbers(3, -0.5, 0.5),
      qfac: fc.constantFrom(1, -1),
      codes: fc.constantFrom([1, 0], [0, 1], [2, 1], [0, 0]),
      units: fc.constantFrom(0, 2, 10),
    })
    .map(({ spacing, tilt, place, rotation, qfac, codes, units }) => ({
      pixdim: [qfac, ...spacing, 1, 0, 0, 0],
      units,
      sformCode: codes[0],
      qformCode: codes[1],
      quaternion: [...rotation, ...place],
      sform: [0, 1, 2].flatMap((row) => [
        ...[0, 1, 2].map((n) => Math.fround(tilt[row * 3 + n] + (n === row ? spacing[n] : 0))),
        place[row],
      ]),
    }));
  fc.assert(
    fc.property(geometries, (geometry) => {
      const grid = { dims: oblique.dims, ...affineOf(oblique.dims, geometry) };
      for (const version of [1, 2] as const) {
        const [bytes] = encodeNifti({ ...oblique, ...grid }, { geometry, version });
        const back = parseNiftiHeader(bytes);
        expect(back.geometry).toEqual(geometry);
        expect(back.affine).toEqual(grid.affine);
        expect(back.affineFrom).toBe(grid.affineFrom);
      }
    }),
    { seed: 5 },
  );
});

describe("headers that nibabel has read", () => {
  const { cases } = readOracle("written.json") as {
    cases: {
      version?: 1 | 2;
      dims: [number, number, number];
      affine: number[];
      header: string;
      nibabel: number[];
    }[];
  };
  test.each(cases)("$dims, version $version", ({ version = 1, dims, affine, header, nibabel }) => {
    const voxels = new Uint8Array(dims[0] * dims[1] * dims[2]);
    const volume: LabelVolume = { kind: "labels", dims, affine, affineFrom: "sform", voxels };
    const [bytes] = encodeNifti(volume, { version });
    expect(Buffer.from(bytes).toString("hex")).toBe(header);
    expect(nibabel).toEqual(version === 1 ? affine.map(Math.fround) : affine);
  });
});
