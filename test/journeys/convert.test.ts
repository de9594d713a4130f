import { copyFile, mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTable } from "../../src/catalog/index.node.ts";
import { readMask, writeMask } from "../../src/slices/index.node.ts";
import { sliceIndexColumns } from "../../src/slices/index.ts";
import { readLabels, readNiftiHeader, writeNifti } from "../../src/volume/index.node.ts";
import { contentOf, hepar, isBuilt } from "./hepar.ts";

let root = "";
const at = (...parts: string[]): string => join(root, ...parts);
const slices = () => readTable(at("cohort/slices/slices.parquet"), sliceIndexColumns);
const convert = (...typed: string[]) => hepar("convert", at("cohort"), ...typed);
const imageOf = (name: string, k: number) =>
  at("cohort/slices/images", name, `${name}_slice_${k}.jpg`);
const maskOf = (name: string, k: number) =>
  at("cohort/slices/masks", name, `${name}_slice_${k}.png`);
const sourceOf = (name: string) =>
  at("data/segmentations", `${name.replace("volume", "segmentation")}.nii`);
const names = ["volume-0", "volume-1", "volume-2", "volume-3"];

/** The mask that came back, and the one that it came from: voxels and geometry. */
async function bothWays(name: string, folder: string) {
  const [back, source] = [at(folder, `${name}.nii.gz`), sourceOf(name)];
  const [one, other] = [await readLabels(back), await readLabels(source)];
  const [header, scan] = [
    await readNiftiHeader(back),
    await readNiftiHeader(at("data/volume_pt1", `${name}.nii`)),
  ];
  return { one, other, header, scan };
}

describe.skipIf(!isBuilt)("hepar convert", () => {
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "hepar-journey-convert-"));
    // Phantoms are stored LAS, RAS, LPS and RPI in turn.
    await hepar("phantom", "--out", at("data"), "--cases", "4", "--width", "32", "--depth", "10");
    // Below the liver of one, feet first as it is stored, for choices that depend on it.
    const mask = await readLabels(sourceOf("volume-1"));
    mask.voxels.fill(0, 0, 3 * 32 * 32);
    await writeNifti(sourceOf("volume-1"), mask);
    await hepar("catalog", at("data"), "--out", at("cohort"));
  }, 60_000);

  afterAll(() => rm(root, { recursive: true, force: true }));

  test("says what was made; a second time it keeps all", async () => {
    const first = await convert("--json");
    expect(first.status, first.stderr).toBe(0);
    const told = { slices: 40, masks: 40, redone: [] };
    const { bytes, ...counts } = JSON.parse(first.stdout);
    expect(counts).toMatchObject({ ...told, written: 40, kept: 0 });
    const { length } = names;
    expect(bytes).toBeGreaterThan(40 * 600 * (length / 4));
    expect(counts.settings).toMatchObject({ everyKth: 1, size: null, format: "jpeg", quality: 90 });
    const second = await convert("--json");
    expect(JSON.parse(second.stdout)).toMatchObject({ ...told, written: 0, kept: 40, bytes });
  }, 60_000);

  test("the index knows each slice's labels and its place in the patient", async () => {
    const rows = await slices();
    expect(rows).toHaveLength(40);
    for (const row of rows.filter(({ slice }) => slice === 5)) {
      const { labels } = await readMask(at("cohort", row.mask ?? ""));
      expect(row.liver_pixels).toBe(labels.filter((label) => label === 1).length);
      expect(row.tumour_pixels).toBe(labels.filter((label) => label === 2).length);
      expect(row).toMatchObject({ width: 32, height: 32, crop_width: 32, split: null, fold: null });
    }
    const heights = rows.filter((row) => row.case === "volume-2").map((row) => row.z_mm ?? NaN);
    expect(heights.every((z, k) => k === 0 || z > heights[k - 1])).toBe(true);
  });

  test("all is as the volumes make it, and comes back voxel by voxel on the scan's affine", async () => {
    const verified = await convert("--verify");
    expect(verified.status, verified.stdout).toBe(0);
    expect(verified.stdout).toContain("40 slices are what their scans and masks make them");
    const back = await convert("--back", "--out", at("back"));
    expect(back.status, back.stderr).toBe(0);
    expect(back.stdout).toContain("4 masks, 4 of them exact");
    for (const name of names) {
      const { one, other, header, scan } = await bothWays(name, "back");
      expect([...one.voxels]).toEqual([...other.voxels]);
      expect(one.dims).toEqual(other.dims);
      expect(header.geometry).toEqual(scan.geometry);
    }
  }, 60_000);

  test("a swapped, a damaged, a missing, a stray and a ×255 file are named", async () => {
    await copyFile(imageOf("volume-0", 4), imageOf("volume-0", 5));
    await truncate(imageOf("volume-1", 3), 200);
    await rm(maskOf("volume-1", 4));
    await copyFile(maskOf("volume-1", 5), `${maskOf("volume-1", 5)}.png`);
    const mask = await readMask(maskOf("volume-2", 5));
    // What one of the notebooks' copies does: 1 → 255, 2 → 254.
    await writeMask(maskOf("volume-2", 5), {
      ...mask,
      labels: Uint8Array.from(mask.labels, (label) => label * 255),
    });
    const ended = await convert("--verify", "--json");
    expect(ended.status).toBe(4);
    const { failures, differences, table } = JSON.parse(ended.stdout);
    expect(failures.map((failure: { case: string }) => failure.case)).toEqual([
      "volume-0",
      "volume-1",
      "volume-2",
    ]);
    const liver = mask.labels.findIndex((label) => label > 0);
    const differing = mask.labels.filter((label) => label > 0).length;
    expect(differences).toMatchObject([
      { case: "volume-0", slice: 5, what: expect.stringContaining("pixels differ") },
      { case: "volume-1", slice: 3, what: expect.stringContaining("not a whole image") },
      { case: "volume-1", slice: 4, what: "there is no such file" },
      { case: "volume-1", slice: null, what: "the file belongs to no slice" },
      {
        ...{ case: "volume-2", slice: 5, what: "labels differ" },
        ...{ pixel: [liver % 32, Math.floor(liver / 32)], expected: mask.labels[liver] },
        ...{ got: mask.labels[liver] === 1 ? 255 : 254, pixels: differing },
      },
    ]);
    expect(await readdir(at("cohort/slices"))).toContain("differences.csv");
    expect(table).toBe("slices/differences.csv");
  }, 60_000);

  test("converting again makes the cases that differed anew, and they are as before", async () => {
    const again = await convert("--json");
    expect(again.status, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ written: 30, kept: 10 });
    const verified = await convert("--verify");
    expect(verified.status, verified.stdout).toBe(0);
    expect(await readdir(at("cohort/slices"))).not.toContain("differences.csv");
  }, 60_000);

  test("other choices redo the slices and say so; those not typed stay", async () => {
    const fewer = await convert("--every", "2", "--slices", "liver", "--masks", "colours");
    expect(fewer.status, fewer.stderr).toBe(0);
    expect(fewer.stderr).toContain(
      "convert is done again: everyKth 1 → 2, liverOnly false → true, maskPalette false → true",
    );
    const wanted = (await slices()).length;
    expect(wanted).toBe(4 * 5 - 2);
    expect((await slices()).every((row) => row.slice % 2 === 0 && row.liver_pixels !== 0)).toBe(
      true,
    );
    const smaller = await convert("--size", "24", "--format", "png16", "--crop", "body");
    expect(smaller.stderr).toContain(
      'size null → 24, cropToBody false → true, format "jpeg" → "png16"',
    );
    const rows = await slices();
    expect(rows).toHaveLength(wanted);
    expect(rows[0]).toMatchObject({ width: 24, height: 24 });
    expect(await sharp(at("cohort", rows[0].image)).metadata()).toMatchObject({
      ...{ width: 24, height: 24, channels: 3, depth: "ushort" },
    });
    expect((await sharp(at("cohort", rows[0].mask ?? "")).metadata()).isPalette).toBe(true);
    const verified = await convert("--verify");
    expect(verified.status, verified.stdout).toBe(0);
  }, 60_000);

  test("what cannot come back exactly is said, and comes near", async () => {
    const back = await convert("--back", "--out", at("near"), "--json");
    expect(back.status, back.stderr).toBe(0);
    const { masks, warnings } = JSON.parse(back.stdout);
    expect(warnings).toHaveLength(4);
    expect(masks[0]).toMatchObject({ exact: false, resized: true, cropped: true });
    for (const name of names) {
      const { one, other } = await bothWays(name, "near");
      expect(one.dims).toEqual(other.dims);
      const [both, all] = [one, other].map(
        ({ voxels }) => voxels.filter((label) => label > 0).length,
      );
      const shared = one.voxels.filter((label, v) => label > 0 && other.voxels[v] > 0).length;
      expect((2 * shared) / (both + all)).toBeGreaterThan(0.75);
    }
  }, 60_000);

  test("training refuses what no network sees, with the command that helps", async () => {
    const refused = await hepar("train", at("cohort"), "--model", "m", "--recipe", "demo");
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain(
      "no network trains on these slices: 16 bits, cropped to the body",
    );
    expect(refused.stderr).toContain("--format jpeg --crop none");
  }, 60_000);

  test("a PNG in colours that was edited comes back; the default's bytes return too", async () => {
    const usual = ["--every", "1", "--slices", "all", "--size", "stored", "--crop", "none"];
    await convert(...usual, "--format", "jpeg", "--masks", "grey");
    const before = await contentOf(at("cohort/slices/masks"));
    await convert("--masks", "colours");
    const { labels, ...size } = await readMask(maskOf("volume-3", 5));
    const edited = labels.map((label) => (label === 2 ? 7 : label));
    await writeMask(maskOf("volume-3", 5), { ...size, labels: Uint8Array.from(edited) });
    const back = await convert("--back", "--out", at("edited"));
    expect(back.status, back.stderr).toBe(0);
    const { one, other } = await bothWays("volume-3", "edited");
    const changed = one.voxels.filter((label, v) => label !== other.voxels[v]);
    expect(new Set(changed)).toEqual(new Set(edited.includes(7) ? [7] : []));
    await convert("--masks", "grey");
    expect(await contentOf(at("cohort/slices/masks"))).toEqual(before);
  }, 60_000);

  test.each([
    [["--verify", "--size", "64"], "--size: not with --verify"],
    [["--back"], "--back: expected --out <folder>"],
    [["--channels", "liver,lung"], 'not "lung"'],
    [["--channels", "liver,custom"], "a jpeg holds 1 or 3 channels, not 2"],
    [["--size", "big"], 'expected a number of pixels or stored, got "big"'],
    [["--neighbours", "1"], "not 9 (3 of each of 3 slices)"],
  ])("%j is refused before anything is written", async (typed, message) => {
    const before = await contentOf(at("cohort/slices"));
    const refused = await convert(...typed);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain(message);
    expect(await contentOf(at("cohort/slices"))).toEqual(before);
  });
});
