import { lstat, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLabels, readNiftiHeader, writeNifti } from "../volume/index.node.ts";
import type { CtVolume, LabelVolume } from "../volume/index.ts";
import { writeNnunetCase } from "./nnunet-case.node.ts";

const grid = {
  dims: [2, 2, 2],
  affine: [-0.7, 0, 0, 3, 0, 0.7, 0, -4, 0, 0, 5, 1, 0, 0, 0, 1],
  affineFrom: "sform",
} as const;
const scan: CtVolume = { kind: "ct", ...grid, voxels: Int16Array.of(-9, 1, 2, 3, 4, 5, 6, 7) };
const mask: LabelVolume = {
  kind: "labels",
  ...grid,
  voxels: Uint8Array.of(0, 1, 2, 3, 0, 0, 1, 2),
};

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-nnunet-"));
});
afterAll(() => rm(folder, { recursive: true }));

const usual = { identifier: "a", link: false, map: new Map<number, number>() };

test("what is gzipped is passed on byte by byte, what is not is gzipped as it is", async () => {
  const files = { scan: join(folder, "s.nii"), mask: join(folder, "m.nii.gz") };
  await writeNifti(files.scan, scan);
  await writeNifti(files.mask, mask);
  const out = join(folder, "passed");
  expect(await writeNnunetCase(files, { ...usual, folder: out })).toEqual({
    ...{ image: "compressed", mask: "copied", realigned: false },
  });
  const written = gunzipSync(await readFile(join(out, "imagesTr/a_0000.nii.gz")));
  expect(written.equals(await readFile(files.scan))).toBe(true);
  const copied = await readFile(join(out, "labelsTr/a.nii.gz"));
  expect(copied.equals(await readFile(files.mask))).toBe(true);
});

test("a gzip name without gzip in it is gzipped, a plain name with gzip in it is passed on", async () => {
  const plain = join(folder, "plain.nii");
  await writeNifti(plain, scan);
  const bytes = await readFile(plain);
  const packed = join(folder, "packed.nii");
  await writeFile(packed, gzipSync(bytes));
  const made = await writeNnunetCase({ scan: packed, mask: null }, { ...usual, folder });
  expect(made).toEqual({ image: "copied", mask: null, realigned: false });
  expect(gunzipSync(await readFile(join(folder, "imagesTs/a_0000.nii.gz"))).equals(bytes)).toBe(
    true,
  );
});

test("links lead to the files themselves", async () => {
  const files = { scan: join(folder, "l.nii.gz"), mask: null };
  await writeNifti(files.scan, scan);
  const out = join(folder, "linked");
  expect((await writeNnunetCase(files, { ...usual, folder: out, link: true })).image).toBe(
    "linked",
  );
  expect((await lstat(join(out, "imagesTs/a_0000.nii.gz"))).isSymbolicLink()).toBe(true);
  expect((await readNiftiHeader(join(out, "imagesTs/a_0000.nii.gz"))).dims).toEqual([2, 2, 2]);
});

test("a mask that differs by rounding gets its scan's geometry, bit by bit, and keeps its labels", async () => {
  const files = { scan: join(folder, "r.nii.gz"), mask: join(folder, "rm.nii.gz") };
  await writeNifti(files.scan, scan);
  const affine = mask.affine.map((value) => (value === 0.7 ? 0.7003 : value));
  await writeNifti(files.mask, { ...mask, affine });
  const out = join(folder, "realigned");
  const made = await writeNnunetCase(files, { ...usual, folder: out });
  expect(made).toEqual({ image: "copied", mask: "rewritten", realigned: true });
  const image = await readNiftiHeader(join(out, "imagesTr/a_0000.nii.gz"));
  const written = await readNiftiHeader(join(out, "labelsTr/a.nii.gz"));
  expect(written.geometry).toEqual(image.geometry);
  const { voxels } = await readLabels(join(out, "labelsTr/a.nii.gz"));
  expect([...voxels]).toEqual([...mask.voxels]);
});

test("labels are mapped where that is asked for", async () => {
  const files = { scan: join(folder, "p.nii.gz"), mask: join(folder, "pm.nii.gz") };
  await writeNifti(files.scan, scan);
  await writeNifti(files.mask, mask);
  const out = join(folder, "mapped");
  await writeNnunetCase(files, { ...usual, folder: out, map: new Map([[3, 2]]) });
  const { voxels } = await readLabels(join(out, "labelsTr/a.nii.gz"));
  expect([...voxels]).toEqual([0, 1, 2, 2, 0, 0, 1, 2]);
});

test("a mask of another grid is refused before anything is written", async () => {
  const files = { scan: join(folder, "g.nii.gz"), mask: join(folder, "gm.nii.gz") };
  await writeNifti(files.scan, scan);
  const affine = mask.affine.map((value, at) => (at === 11 ? value + 5 : value));
  await writeNifti(files.mask, { ...mask, affine });
  const out = join(folder, "refused");
  await expect(writeNnunetCase(files, { ...usual, folder: out })).rejects.toMatchObject({
    code: "geometry.mismatch",
  });
  await expect(lstat(out)).rejects.toThrow("ENOENT");
});
