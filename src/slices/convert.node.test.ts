import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeNifti } from "../volume/index.node.ts";
import type { Affine, LabelArray, Triple } from "../volume/index.ts";
import { convertCase, readImage, readMask } from "./index.node.ts";
import { channelsOf, convertSettings } from "./index.ts";

let folder: string;
let cohort: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-convert-"));
  cohort = join(folder, "cohort");
});
afterAll(() => rm(folder, { recursive: true }));

// Right, front, up: LPS turns both axes of a slice round.
const ras: Affine = [2, 0, 0, -10, 0, 2, 0, -20, 0, 0, 5, 100, 0, 0, 0, 1];
const dims: Triple = [3, 2, 2];

async function writeScan(name: string, options: { affine?: Affine; depth?: number } = {}) {
  const { affine = ras, depth = 2 } = options;
  const path = join(folder, `${name}.nii`);
  // Voxel (i, j, k) holds 40k + 10j + i HU.
  const voxels = Int16Array.from(
    { length: 6 * depth },
    (_, v) => 40 * Math.floor(v / 6) + 10 * (Math.floor(v / 3) % 2) + (v % 3),
  );
  await writeNifti(path, { kind: "ct", dims: [3, 2, depth], affine, affineFrom: "sform", voxels });
  return path;
}

async function writeLabels(name: string, voxels: LabelArray, affine: Affine = ras) {
  const path = join(folder, `${name}.nii.gz`);
  await writeNifti(path, { kind: "labels", dims, affine, affineFrom: "sform", voxels });
  return path;
}

const labels = Uint8Array.of(0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 255);
const listed = (path: string): Promise<string[]> => readdir(join(cohort, "slices", path));

test("slices run from the feet up, the patient's right on the left, the front on top", async () => {
  const rows = await convertCase(
    {
      case: "volume-7",
      scan_source: await writeScan("volume-7"),
      mask_source: await writeLabels("segmentation-7", labels),
    },
    { cohort, settings: convertSettings({ quality: 100 }) },
  );
  expect(rows).toEqual([
    {
      case: "volume-7",
      slice: 0,
      z_mm: 100,
      width: 3,
      height: 2,
      orientation: "radiological",
      image: "slices/images/volume-7/volume-7_slice_0.jpg",
      mask: "slices/masks/volume-7/volume-7_slice_0.png",
      labels: "0:1 1:1 2:1 3:1 4:1 5:1",
      ...{ liver_pixels: 1, tumour_pixels: 1 },
      ...{ crop_x: 0, crop_y: 0, crop_width: 3, crop_height: 2 },
    },
    {
      case: "volume-7",
      slice: 1,
      z_mm: 105,
      width: 3,
      height: 2,
      orientation: "radiological",
      image: "slices/images/volume-7/volume-7_slice_1.jpg",
      mask: "slices/masks/volume-7/volume-7_slice_1.png",
      labels: "10:1 11:1 12:1 13:1 14:1 255:1",
      ...{ liver_pixels: 0, tumour_pixels: 0 },
      ...{ crop_x: 0, crop_y: 0, crop_width: 3, crop_height: 2 },
    },
  ]);
  const mask = await readMask(join(cohort, rows[1].mask ?? ""));
  expect(mask).toEqual({ width: 3, height: 2, labels: Uint8Array.of(255, 14, 13, 12, 11, 10) });
  const image = await readImage(join(cohort, rows[1].image));
  const expected = channelsOf(Int16Array.of(52, 51, 50, 42, 41, 40));
  // The two windows change little from pixel to pixel, so that the JPEG keeps them.
  for (let i = 0; i < 12; i++) expect(Math.abs(image.channels[i] - expected[i])).toBeLessThan(8);
});

test("a second conversion leaves nothing of the first, and nothing under a temporary name", async () => {
  const scan_source = await writeScan("shorter", { depth: 1 });
  const row = { case: "volume-7", scan_source, mask_source: null };
  await mkdir(join(cohort, "slices/images/.tmp-volume-7"), { recursive: true });
  await writeFile(join(cohort, "slices/images/.tmp-volume-7/volume-7_slice_99.jpg"), "killed");
  const rows = await convertCase(row, { cohort });
  expect(rows.map(({ mask, labels }) => [mask, labels])).toEqual([[null, null]]);
  expect(await listed("images")).toEqual(["volume-7"]);
  expect(await listed("images/volume-7")).toEqual(["volume-7_slice_0.jpg"]);
  expect(await listed("masks")).toEqual([]);
});

test("the same scan gives the same files", async () => {
  const row = { case: "same", scan_source: await writeScan("same"), mask_source: null };
  const read = () => readFile(join(cohort, "slices/images/same/same_slice_1.jpg"));
  await convertCase(row, { cohort });
  const first = await read();
  await convertCase(row, { cohort });
  expect(await read()).toEqual(first);
});

test("labels above 255 become a 16-bit PNG", async () => {
  const voxels = Int32Array.of(0, 1, 2, 256, 65535, 0, 1, 1, 1, 1, 1, 1);
  const mask_source = await writeLabels("wide", voxels);
  const row = { case: "wide", scan_source: await writeScan("wide-scan"), mask_source };
  const rows = await convertCase(row, { cohort });
  const wide = await readMask(join(cohort, rows[0].mask ?? ""));
  expect(wide.labels).toEqual(Uint16Array.of(0, 65535, 256, 2, 1, 0));
  expect(rows[0].labels).toBe("0:2 1:1 2:1 256:1 65535:1");
  expect((await readMask(join(cohort, rows[1].mask ?? ""))).labels).toEqual(
    new Uint8Array(6).fill(1),
  );
});

test.each([-1, 65536])("label %i is refused, and nothing is left behind", async (label) => {
  const mask_source = await writeLabels(
    "refused",
    Int32Array.of(0, label, ...new Array(10).fill(1)),
  );
  const row = { case: "refused", scan_source: await writeScan("refused-scan"), mask_source };
  await expect(convertCase(row, { cohort })).rejects.toMatchObject({
    code: "labels.value",
    message: `the mask holds the label ${label}; a PNG holds 0 to 65535`,
    file: mask_source,
  });
  expect(await listed("images")).not.toContain("refused");
});

test("a mask is laid on its scan voxel by voxel, and must have its shape", async () => {
  const scan_source = await writeScan("far-scan");
  // As a header without a position is read: turned by that, the mask would be mirrored.
  const las: Affine = [-1, 0, 0, 1, 0, 1, 0, -0.5, 0, 0, 1, -0.5, 0, 0, 0, 1];
  const mask_source = await writeLabels("far", labels, las);
  const rows = await convertCase({ case: "far", scan_source, mask_source }, { cohort });
  const mask = await readMask(join(cohort, rows[0].mask ?? ""));
  expect([...mask.labels]).toEqual([5, 4, 3, 2, 1, 0]);
  const other = { case: "far", scan_source: await writeScan("far-3", { depth: 3 }), mask_source };
  await expect(convertCase(other, { cohort })).rejects.toMatchObject({
    code: "geometry.mismatch",
    file: mask_source,
  });
  // The earlier conversion is still whole.
  expect((await listed("images/far")).length).toBe(2);
});

// numpy: rot90(a)[r, c, k] is a[c, height − 1 − r, k], whatever the header says.
test("as the notebooks cut them, slices are np.rot90 of the stored array", async () => {
  const lpi: Affine = [-2, 0.1, 0, 9, 0.1, -2, 0, 8, 0, 0, -5, 7, 0, 0, 0, 1];
  const row = {
    case: "notebook",
    scan_source: await writeScan("notebook-scan", { affine: lpi }),
    mask_source: await writeLabels("notebook-mask", labels, lpi),
  };
  const rows = await convertCase(row, {
    cohort,
    settings: convertSettings({ orientation: "notebook", quality: 100 }),
  });
  expect(rows.map(({ orientation, z_mm }) => [orientation, z_mm])).toEqual([
    ["notebook", 7],
    ["notebook", 2],
  ]);
  // Stored row by row: 0 1 2 / 3 4 5, then 10 11 12 / 13 14 255.
  const masks = await Promise.all(rows.map(({ mask }) => readMask(join(cohort, mask ?? ""))));
  expect(masks.map((mask) => [...mask.labels])).toEqual([
    [3, 4, 5, 0, 1, 2],
    [13, 14, 255, 10, 11, 12],
  ]);
  const image = await readImage(join(cohort, rows[1].image));
  const expected = channelsOf(Int16Array.of(50, 51, 52, 40, 41, 42));
  for (let i = 0; i < 12; i++) expect(Math.abs(image.channels[i] - expected[i])).toBeLessThan(8);
});

test("without a known spacing a slice has no height", async () => {
  const identity: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  const scan_source = await writeScan("identity", { affine: identity });
  const rows = await convertCase({ case: "identity", scan_source, mask_source: null }, { cohort });
  expect(rows.map((row) => row.z_mm)).toEqual([null, null]);
});

test("a folder that cannot be written says so", async () => {
  const blocked = join(folder, "blocked");
  await writeFile(blocked, "a file where the cohort should be");
  const row = { case: "b", scan_source: await writeScan("b"), mask_source: null };
  await expect(convertCase(row, { cohort: blocked })).rejects.toMatchObject({
    code: "output.unwritable",
  });
});

test("a disk that gets full says so, keeps what was there, and all goes well once it has room", async ({
  skip,
}) => {
  const disk = join(folder, "disk");
  await mkdir(disk);
  const mount = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk];
  if (spawnSync("mount", mount).status !== 0) skip("mounting a disk needs privileges");
  try {
    const scan_source = await writeScan("full", { depth: 12 });
    const row = { case: "full", scan_source, mask_source: null };
    await convertCase(
      { ...row, scan_source: await writeScan("one", { depth: 1 }) },
      { cohort: disk },
    );
    // Twelve files of a block each, and room for eight.
    await writeFile(join(disk, "ballast"), new Uint8Array(24_000));
    await expect(convertCase(row, { cohort: disk })).rejects.toMatchObject({
      code: "output.full",
      message: expect.stringContaining("no space left while writing"),
    });
    expect(await readdir(join(disk, "slices/images"))).toEqual(["full"]);
    expect(await readdir(join(disk, "slices/images/full"))).toEqual(["full_slice_0.jpg"]);
    await rm(join(disk, "ballast"));
    expect((await convertCase(row, { cohort: disk })).length).toBe(12);
  } finally {
    spawnSync("umount", [disk]);
  }
});
