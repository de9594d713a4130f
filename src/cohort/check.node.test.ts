import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkFiles } from "../catalog/index.node.ts";
import { makePhantom } from "../phantom/index.ts";
import { writeNifti } from "../volume/index.node.ts";
import { checkOnThreads } from "./check.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-check-threads-"));
  const { scan, mask } = makePhantom({ seed: 2, dims: [128, 128, 48] });
  const at = (name: string): string => join(folder, name);
  for (const n of [1, 2, 3, 4, 10, 11]) {
    // Each with a warning of its own: so many voxels of a label that is no tumour.
    const voxels = Uint8Array.from(mask.voxels, (label, at) => (at < n ? 7 : label));
    await writeNifti(at(`volume-${n}.nii`), n === 11 ? mask : scan);
    await writeNifti(at(`segmentation-${n}.nii`), n === 11 ? scan : { ...mask, voxels });
  }
  await writeFile(at("volume-5.nii"), "no NIfTI");
});
afterAll(() => rm(folder, { recursive: true }));

test("threads find what one case after another finds, in the same order", async () => {
  const expected = await checkFiles([folder]);
  const labels = expected.findings.filter(({ code }) => code === "labels-unexpected");
  expect(labels.map(({ found }) => found)).toEqual(["7:1", "7:2", "7:3", "7:4", "7:10"]);
  expect(expected.findings.filter(({ severity }) => severity === "error")).toMatchObject([
    { code: "nifti.truncated", file: expect.stringMatching(/volume-5\.nii$/) },
    { code: "swapped", file: expect.stringMatching(/segmentation-11\.nii$/) },
  ]);
  const done: number[] = [];
  const report = await checkOnThreads([folder], {
    progress: (event) => {
      if (event.kind === "advance") done.push(event.done);
    },
  });
  expect(report).toEqual(expected);
  expect(done).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("a case on which its worker dies is a finding, and the others are looked at", async () => {
  const report = await checkFiles([folder], {
    workers: async () => ({
      atOnce: 2,
      check: async ([{ path }]) => {
        if (path.endsWith("volume-2.nii")) throw new Error("out of memory");
        return [];
      },
    }),
  });
  const errors = report.findings.filter(({ severity }) => severity === "error");
  expect(errors.map(({ code, file, found }) => [code, file, found])).toEqual([
    ["defect", join(folder, "volume-2.nii"), "out of memory"],
    ["defect", join(folder, "segmentation-2.nii"), "out of memory"],
  ]);
});

test("one that was stopped says so", async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(checkOnThreads([folder], { signal: stop.signal })).rejects.toMatchObject({
    code: "run.stopped",
  });
});
