import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ProgressEvent } from "../core/index.ts";
import { sha256OfFile } from "../files/index.node.ts";
import { readCt, readLabels } from "../volume/index.node.ts";
import { axisCodes } from "../volume/index.ts";
import { writePhantomCohort } from "./index.node.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-phantom-"));
});
afterEach(() => rm(folder, { recursive: true }));

const tiny = { seed: 3, width: 64, depth: 12 };

async function hashes(of: string): Promise<Record<string, string>> {
  const names = await readdir(of, { recursive: true });
  const files = names.filter((name) => name.includes(".nii")).sort();
  const pairs = files.map(async (name) => [name, await sha256OfFile(join(of, name))] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

test("writes Kaggle's layout, and the files hold what the truth says", async () => {
  const events: ProgressEvent[] = [];
  const progress = (event: ProgressEvent): void => void events.push(event);
  const truths = await writePhantomCohort(folder, { ...tiny, cases: 2, progress });
  expect((await readdir(folder, { recursive: true })).sort()).toEqual([
    "segmentations",
    "segmentations/segmentation-0.nii",
    "segmentations/segmentation-1.nii",
    "truth.json",
    "volume_pt1",
    "volume_pt1/volume-0.nii",
    "volume_pt1/volume-1.nii",
  ]);
  expect(JSON.parse(await readFile(join(folder, "truth.json"), "utf8"))).toEqual({
    seed: "3",
    cases: JSON.parse(JSON.stringify(truths)),
  });
  for (const truth of truths) {
    const { scan } = await readCt(join(folder, truth.scan));
    const mask = await readLabels(join(folder, truth.mask));
    expect(axisCodes(scan.affine)).toBe(truth.orientation);
    expect(scan.voxels).toBeInstanceOf(Int16Array);
    expect(mask.affine).toEqual(scan.affine);
    expect(mask.voxels.filter((label) => label === 2)).toHaveLength(truth.tumour.voxels);
    expect(mask.voxels.filter((label) => label > 0)).toHaveLength(truth.liver.voxels);
  }
  expect(events.map(({ kind }) => kind)).toEqual(["start", "advance", "advance", "end"]);
});

test("more cases change none before them, and the bytes are always the same", async () => {
  await writePhantomCohort(join(folder, "two"), { ...tiny, cases: 2 });
  await writePhantomCohort(join(folder, "three"), { ...tiny, cases: 3 });
  const two = await hashes(join(folder, "two"));
  const three = await hashes(join(folder, "three"));
  expect(Object.keys(two)).toHaveLength(4);
  expect(three).toMatchObject(two);
});

test("the share without tumour is kept as cases are added", async () => {
  const options = { seed: 5, width: 16, depth: 2, cases: 4, withoutTumour: 0.5 };
  const truths = await writePhantomCohort(folder, options);
  expect(truths.filter(({ lesions }) => lesions.length === 0)).toHaveLength(2);
});

test("gzip is a choice, and a stop is heeded", async () => {
  await writePhantomCohort(folder, { ...tiny, cases: 1, gzip: true });
  expect(await readdir(join(folder, "volume_pt1"))).toEqual(["volume-0.nii.gz"]);
  const stopped = writePhantomCohort(folder, { ...tiny, cases: 2, signal: AbortSignal.abort() });
  await expect(stopped).rejects.toMatchObject({ code: "run.stopped" });
});
