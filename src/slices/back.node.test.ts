import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLabels, writeNifti } from "../volume/index.node.ts";
import type { Affine, Triple } from "../volume/index.ts";
import { bringBack } from "./back.node.ts";
import { convertCase } from "./convert.node.ts";
import { writeMask } from "./image.node.ts";
import { type ConvertChoices, convertSettings } from "./settings.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-back-"));
});
afterAll(() => rm(folder, { recursive: true }));

// Oblique, and stored with the slices along its first axis.
const affine: Affine = [0.1, 0.9, 0, -10, 0, 0.1, 1.1, -20, 3, 0, 0.1, 100, 0, 0, 0, 1];
const dims: Triple = [5, 6, 7];
const grid = { dims, affine, affineFrom: "sform" } as const;

/** A case of these labels, converted. */
async function converted(name: string, at: { label: (v: number) => number; as: ConvertChoices }) {
  const settings = convertSettings(at.as);
  const [scan_source, mask_source] = [`${name}.nii`, `${name}-mask.nii.gz`].map((file) =>
    join(folder, file),
  );
  const voxels = Int16Array.from({ length: 210 }, (_, v) => at.label(v));
  const hu = voxels.map((label) => 40 * Math.min(label, 5));
  await writeNifti(scan_source, { kind: "ct", ...grid, voxels: hu });
  await writeNifti(mask_source, { kind: "labels", ...grid, voxels });
  const row = { case: name, scan_source, mask_source };
  const slices = await convertCase(row, { cohort: folder, settings });
  const out = join(folder, `${name}-back.nii.gz`);
  const masks = join(folder, "slices/masks", name);
  const back = () => bringBack(row, { folder: masks, settings, slices, out });
  return { back, voxels: [...voxels], out, masks };
}

test("labels above 255 come back voxel by voxel, on the scan's affine", async () => {
  const { back, voxels, out } = await converted("wide", { label: (v) => 7 * v, as: {} });
  expect(await back()).toEqual({
    ...{ read: 5, filled: 0, background: 0, resized: false, cropped: false, exact: true },
  });
  const mask = await readLabels(out);
  expect([...mask.voxels]).toEqual(voxels);
  expect(mask).toMatchObject({ dims, affine: affine.map((value) => Math.fround(value)) });
});

test("of every second slice, those between have the labels of the lower neighbour", async () => {
  const label = (v: number): number => 1 + (v % 5); // the slice's own number, from 1
  const { back, out } = await converted("fewer", { label, as: { everyKth: 2 } });
  expect(await back()).toMatchObject({ read: 3, filled: 2, exact: false });
  expect([...(await readLabels(out)).voxels.subarray(0, 5)]).toEqual([1, 1, 3, 3, 5]);
});

test("slices without liver are background", async () => {
  const label = (v: number): number => (v % 5 < 2 ? 9 : 1);
  const { back, out } = await converted("liver", { label, as: { liverOnly: true } });
  expect(await back()).toMatchObject({ read: 3, filled: 0, background: 2, exact: false });
  expect([...(await readLabels(out)).voxels.subarray(0, 5)]).toEqual([0, 0, 1, 1, 1]);
});

test("a missing slice and one of another size are refused by name", async () => {
  const { back, masks } = await converted("broken", { label: () => 1, as: {} });
  const path = join(masks, "broken_slice_3.png");
  await rm(path);
  await expect(back()).rejects.toMatchObject({
    code: "input.missing",
    message: "slice 3 has no PNG",
  });
  await writeMask(path, { width: 2, height: 2, labels: new Uint8Array(4) });
  await expect(back()).rejects.toMatchObject({ code: "geometry.mismatch", file: path });
});
