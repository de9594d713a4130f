import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { makePhantom } from "../phantom/index.ts";
import { readCt, readLabels, writeNifti } from "../volume/index.node.ts";
import type { CtVolume, LabelVolume } from "../volume/index.ts";
import { measureScan } from "./measure.ts";
import { measureFiles } from "./study.node.ts";

let folder: string;
let phantom: { readonly scan: CtVolume; readonly mask: LabelVolume };
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-study-"));
  phantom = makePhantom({ seed: "files", dims: [64, 60, 40], spacing: [4, 4, 6], lesions: 3 });
  for (const ending of ["nii", "nii.gz"]) {
    await writeNifti(path(`scan.${ending}`), phantom.scan);
    await writeNifti(path(`mask.${ending}`), phantom.mask);
  }
  for (const name of ["scan", "mask"]) {
    const whole = await readFile(path(`${name}.nii.gz`));
    await writeFile(path(`${name}-cut.nii.gz`), whole.subarray(0, whole.length - 20));
  }
});
afterAll(() => rm(folder, { recursive: true }));

// Scan and mask are read at the same time: whatever goes wrong, both are closed.
afterEach(async () => {
  if (platform() !== "linux") return;
  const numbers = await readdir("/proc/self/fd");
  const open = await Promise.all(
    numbers.map((n) => readlink(`/proc/self/fd/${n}`).catch(() => "")),
  );
  expect(open.filter((name) => name.startsWith(folder))).toEqual([]);
});

test.each([
  ["nii", "nii"],
  ["nii.gz", "nii.gz"],
  ["nii", "nii.gz"],
  ["nii.gz", "nii"],
])("a .%s scan with a .%s mask: the numbers of the volumes in memory", async (scan, mask) => {
  const files = { scan: path(`scan.${scan}`), mask: path(`mask.${mask}`) };
  const measured = await measureFiles(files, { spacingKnown: true });
  expect(measured.lesions).toHaveLength(3);
  const { scan: volume } = await readCt(files.scan);
  const labels = await readLabels(files.mask);
  expect(measured).toEqual(measureScan(volume, { mask: labels, spacingKnown: true }));
});

test.each(["scan", "mask"])(
  "a %s that is cut off is named, whichever is read first",
  async (cut) => {
    const files = {
      scan: path("scan.nii.gz"),
      mask: path("mask.nii.gz"),
      [cut]: path(`${cut}-cut.nii.gz`),
    };
    await expect(measureFiles(files, { spacingKnown: true })).rejects.toMatchObject({
      code: "nifti.truncated",
      file: path(`${cut}-cut.nii.gz`),
      hint: "copy the file again",
    });
  },
);

test("another shape is refused before anything is read", async () => {
  const { dims, voxels } = phantom.mask;
  const [width, height, depth] = dims;
  const shorter = {
    dims: [width, height, depth - 1] as const,
    voxels: voxels.slice(width * height),
  };
  await writeNifti(path("short.nii"), { ...phantom.mask, ...shorter });
  const files = { scan: path("scan.nii.gz"), mask: path("short.nii") };
  await expect(measureFiles(files, { spacingKnown: true })).rejects.toMatchObject({
    code: "geometry.mismatch",
  });
});
