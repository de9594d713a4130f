import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePhantom } from "../phantom/index.ts";
import { writeNifti } from "../volume/index.node.ts";
import type { Affine, CtVolume, LabelVolume } from "../volume/index.ts";
import { catalogueCase } from "./catalogue.node.ts";
import { catalogueHeaders } from "./catalogue-headers.node.ts";
import { findCases } from "./find.node.ts";

// Axes to the left, front and head; 0.7 × 0.8 × 5 mm.
const las: Affine = [-0.7, 0, 0, 100, 0, 0.8, 0, -50, 0, 0, 5, 20, 0, 0, 0, 1];
const air = -1000;
const scan: CtVolume = {
  kind: "ct",
  dims: [3, 2, 2],
  affine: las,
  affineFrom: "sform",
  voxels: Int16Array.of(air, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 1200),
};
const mask: LabelVolume = {
  kind: "labels",
  dims: [3, 2, 2],
  affine: las,
  affineFrom: "sform",
  voxels: Uint8Array.of(0, 1, 1, 1, 2, 0, 0, 0, 0, 0, 0, 1),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-catalogue-"));
});
afterAll(() => rm(folder, { recursive: true }));

const scanPath = () => join(folder, "volume-7.nii.gz");
const maskPath = () => join(folder, "segmentation-7.nii.gz");

/** The row of a case made of these two volumes. */
async function rowOf(
  changes: { scan?: Partial<CtVolume>; mask?: Partial<LabelVolume> | null } = {},
) {
  await writeNifti(scanPath(), { ...scan, ...changes.scan });
  if (changes.mask !== null) await writeNifti(maskPath(), { ...mask, ...changes.mask });
  return catalogueCase({
    case: "volume-7",
    scanPath: scanPath(),
    maskPath: changes.mask === null ? null : maskPath(),
  });
}

const sha256 = async (path: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(path))
    .digest("hex");

test("a sound case", async () => {
  const row = await rowOf();
  expect(row).toEqual({
    case: "volume-7",
    patient: "volume-7",
    visit: null,
    scan_source: scanPath(),
    scan_name: "volume-7.nii.gz",
    mask_source: maskPath(),
    mask_name: "segmentation-7.nii.gz",
    width: 3,
    height: 2,
    depth: 2,
    spacing_x_mm: Math.fround(0.7),
    spacing_y_mm: Math.fround(0.8),
    spacing_z_mm: 5,
    orientation: "LAS",
    voxel_type: "int16",
    hu_min: -1000,
    hu_max: 1200,
    labels: "0:7 1:4 2:1",
    has_tumour: true,
    tumour_percent: expect.closeTo(100 / 12, 12),
    tumour_percent_of_liver: 20,
    warnings: "",
    problem: null,
    problem_code: null,
    sha256: `${await sha256(scanPath())} ${await sha256(maskPath())}`,
    voxels_sha256: createHash("sha256").update("[3,2,2]").update(scan.voxels).digest("hex"),
    // [3, 2, 2]; label and length of each run: 1 × 0, 3 × 1, 1 × 2, 6 × 0, 1 × 1.
    mask_voxels_sha256: createHash("sha256")
      .update("[3,2,2]")
      .update(Int32Array.of(0, 1, 1, 3, 2, 1, 0, 6, 1, 1))
      .digest("hex"),
  });
});

test("a scan is known by its voxels, however its file is packed", async () => {
  const packed = await rowOf({ mask: null });
  const plain = join(folder, "volume-8.nii");
  await writeNifti(plain, scan);
  const row = await catalogueCase({ case: "volume-8", scanPath: plain, maskPath: null });
  expect(row.sha256).not.toBe(packed.sha256);
  expect(row.voxels_sha256).toBe(packed.voxels_sha256);
});

test("no mask is no problem", async () => {
  const row = await rowOf({ mask: null });
  expect(row).toMatchObject({ mask_source: null, mask_name: null, labels: null, problem: null });
  expect(row.sha256).toBe(await sha256(scanPath()));
});

test("a header that knows nothing", async () => {
  // What a reader assumes when both codes are 0: x to the left, the middle at the origin.
  const affine = [-1, 0, 0, 1, 0, 1, 0, -0.5, 0, 0, 1, -0.5, 0, 0, 0, 1];
  const nothing = { affine, affineFrom: "default" } as const;
  expect(await rowOf({ scan: nothing, mask: nothing })).toMatchObject({
    spacing_x_mm: null,
    spacing_y_mm: null,
    spacing_z_mm: null,
    orientation: null,
    warnings: "spacing-unknown; orientation-unknown",
    problem: null,
  });
  expect((await rowOf({ scan: nothing })).warnings).toBe(
    "spacing-unknown; orientation-unknown; geometry-one-sided scan's",
  );
  expect((await rowOf({ mask: nothing })).warnings).toBe("geometry-one-sided mask's");
});

test.each([
  ["0..255 is no HU", { min: 0, max: 255 }, "intensities-not-hu 0..255"],
  ["−40..160 was cut", { min: -40, max: 160 }, "intensities-cut -40..160"],
  ["−500 is no air yet", { min: -500, max: 160 }, ""],
])("intensities: %s", async (_, { min, max }, warnings) => {
  const voxels = Int16Array.from(scan.voxels, (value) => Math.min(max, Math.max(min, value)));
  voxels.set([min, max]);
  expect(await rowOf({ scan: { voxels } })).toMatchObject({
    hu_min: min,
    hu_max: max,
    warnings,
  });
});

test("one slice", async () => {
  const dims = [3, 2, 1] as const;
  const row = await rowOf({
    scan: { dims, voxels: scan.voxels.slice(0, 6) },
    mask: { dims, voxels: mask.voxels.slice(0, 6) },
  });
  expect(row).toMatchObject({ depth: 1, labels: "0:2 1:3 2:1", warnings: "single-slice" });
});

test.each([
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "0:12", "mask-empty"],
  [[0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0], "0:10 2:2", "tumour-without-liver"],
  [[1, 0, 3, 3, 3, 0, 0, 0, 0, 0, 0, 255], "0:7 1:1 3:3 255:1", "labels-unexpected 3:3 255:1"],
])("labels %j", async (voxels, labels, warnings) => {
  const row = await rowOf({ mask: { voxels: Uint8Array.from(voxels) } });
  expect(row).toMatchObject({ labels, warnings, problem: null });
});

test("a mask that holds no labels is a problem, and the scan's columns stay", async () => {
  const refused = { problem_code: "labels.value", labels: null, has_tumour: null, hu_max: 1200 };
  expect(await rowOf({ mask: { voxels: Int16Array.from(scan.voxels) } })).toMatchObject({
    ...refused,
    problem: expect.stringContaining(
      "mask segmentation-7.nii.gz: The mask holds grey values rather than labels (12 different values from -1000 to 1200)",
    ),
  });
  await writeNifti(maskPath(), { ...scan, voxels: Float32Array.from(mask.voxels, (v) => v / 2) });
  const found = { case: "volume-7", scanPath: scanPath(), maskPath: maskPath() };
  expect(await catalogueCase(found)).toMatchObject({
    ...refused,
    problem: expect.stringContaining("a mask holds whole numbers, but voxel (1, 0, 0) is 0.5"),
  });
});

test("a scan that is its own mask, by a link too, is a problem", async () => {
  await rowOf();
  const link = join(folder, "link.nii.gz");
  await symlink(scanPath(), link);
  for (const maskPath of [scanPath(), link]) {
    const found = { case: "volume-7", scanPath: scanPath(), maskPath };
    for (const row of [await catalogueCase(found), await catalogueHeaders(found)]) {
      expect(row).toMatchObject({
        problem: `mask ${basename(maskPath)}: scan and mask are one file: expected two, the CT and the labels drawn on it (name the mask's own file; leave it out where the scan has none)`,
        problem_code: "input.ambiguous",
        width: 3,
      });
    }
  }
});

test("scan and mask exchanged are a problem", async () => {
  const phantom = makePhantom({ seed: 3, dims: [32, 32, 8] });
  await writeNifti(scanPath(), phantom.mask);
  await writeNifti(maskPath(), phantom.scan);
  const found = { case: "volume-7", scanPath: scanPath(), maskPath: maskPath() };
  expect(await catalogueCase(found)).toMatchObject({
    problem: expect.stringContaining("Scan and mask are exchanged"),
    problem_code: "labels.value",
  });
});

test("negative labels are counted too", async () => {
  const row = await rowOf({
    mask: { voxels: Int16Array.from(mask.voxels, (v) => (v === 2 ? -1 : v)) },
  });
  expect(row).toMatchObject({ labels: "-1:1 0:7 1:4", warnings: "labels-unexpected -1:1" });
});

const moved = (x: number): Affine => las.map((value, cell) => (cell === 3 ? value + x : value));

test("a mask's place: float noise passes, half a voxel passes, more is warned about", async () => {
  expect((await rowOf({ mask: { affine: moved(0.0003) } })).warnings).toBe("");
  expect((await rowOf({ mask: { affine: moved(0.34) } })).warnings).toBe("");
  expect((await rowOf({ mask: { affine: moved(0.36) } })).warnings).toBe("affine-mismatch 0.36 mm");
  expect((await rowOf({ mask: { affine: moved(-5) } })).warnings).toBe("affine-mismatch 5.00 mm");
});

test("a mask that is flipped against its scan is refused", async () => {
  // The same box, its first axis run through from the other side.
  const flipped = las.map((value, cell) => (cell === 0 ? -value : cell === 3 ? 100 - 1.4 : value));
  expect(await rowOf({ mask: { affine: flipped } })).toMatchObject({
    problem: expect.stringMatching(/^mask segmentation-7\.nii\.gz: .*expected LAS, got RAS/),
    problem_code: "geometry.orientation",
    width: 3,
    labels: null,
  });
});

test("a mask of another shape is refused", async () => {
  const row = await rowOf({ mask: { dims: [3, 2, 1], voxels: mask.voxels.slice(0, 6) } });
  expect(row).toMatchObject({
    problem: expect.stringMatching(/^mask .*expected 3 × 2 × 2, got 3 × 2 × 1/),
    problem_code: "geometry.mismatch",
    hu_min: -1000,
  });
});

test("a broken mask leaves the scan's columns", async () => {
  await rowOf();
  await truncate(maskPath(), 60);
  const found = { case: "volume-7", scanPath: scanPath(), maskPath: maskPath() };
  expect(await catalogueCase(found)).toMatchObject({
    problem: expect.stringMatching(/^mask segmentation-7\.nii\.gz: /),
    problem_code: "nifti.truncated",
    hu_max: 1200,
    labels: null,
  });
  await rm(maskPath());
  expect(await catalogueCase(found)).toMatchObject({
    problem_code: "input.missing",
    sha256: await sha256(scanPath()),
  });
});

test.each([
  ["an empty scan", Buffer.alloc(0), "nifti.empty"],
  ["a short scan", Buffer.alloc(100, 1), "nifti.truncated"],
  ["a scan that is no NIfTI", Buffer.alloc(1000, 65), "nifti.gzip"],
])("%s is a row with a problem", async (_, bytes, code) => {
  await rowOf();
  await writeFile(scanPath(), bytes);
  const row = await catalogueCase({
    case: "volume-7",
    scanPath: scanPath(),
    maskPath: maskPath(),
  });
  expect(row).toMatchObject({
    problem: expect.stringMatching(/^scan volume-7\.nii\.gz: /),
    problem_code: code,
    width: null,
    labels: null,
    warnings: "",
    sha256: `${await sha256(scanPath())} ${await sha256(maskPath())}`,
  });
});

test("NaN voxels are a problem", async () => {
  const voxels = Float32Array.from(scan.voxels);
  voxels[4] = Number.NaN;
  expect(await rowOf({ scan: { voxels } })).toMatchObject({
    problem: expect.stringContaining("(1, 1, 0)"),
    problem_code: "nifti.value",
  });
});

const lits = resolve(import.meta.dirname, "../../../shared/data/lits-slices-256");

test.skipIf(!existsSync(lits))("real LiTS slices", async () => {
  const { cases } = await findCases(lits);
  expect(cases).toHaveLength(19);
  expect(cases.slice(0, 6).map((each) => each.case)).toEqual(
    [0, 3, 4, 7, 8, 10].map((n) => `volume-${n}`),
  );
  expect(await catalogueCase(cases[0])).toMatchObject({
    width: 256,
    height: 256,
    depth: 17,
    spacing_z_mm: 10,
    orientation: null,
    hu_min: -40,
    hu_max: 160,
    labels: "0:1044388 1:69347 2:377",
    warnings: "orientation-unknown; intensities-cut -40..160",
    problem: null,
  });
  const last = await catalogueCase(cases[18]);
  expect(last.labels).toBe("0:2269504 1:89345 2:447");
  expect(last.warnings).toBe("spacing-unknown; orientation-unknown; intensities-cut -40..160");
});
