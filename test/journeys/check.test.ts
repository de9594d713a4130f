import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePhantom } from "../../src/phantom/index.ts";
import { writeNifti } from "../../src/volume/index.node.ts";
import { hepar, isBuilt } from "./hepar.ts";

let folder: string;
const phantom = makePhantom({ seed: 4, dims: [64, 64, 16] });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-check-journey-"));
  await writeNifti(join(folder, "volume-1.nii.gz"), phantom.scan);
  await writeNifti(join(folder, "segmentation-1.nii.gz"), phantom.mask);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

describe.skipIf(!isBuilt)("hepar check", () => {
  test("a sound folder: one line, and status 0", async () => {
    const { status, stdout } = await hepar("check", folder);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: "2 files, 1 pair of scan and mask: 0 errors, 0 warnings\n",
    });
  });

  test("a scan and its mask, named in either order; a single mask", async () => {
    const pair = await hepar("check", at("segmentation-1.nii.gz"), at("volume-1.nii.gz"));
    expect(pair.stdout).toContain("1 pair of scan and mask: 0 errors");
    const again = await hepar("check", folder, at("volume-1.nii.gz"));
    expect(again.stdout).toBe("2 files, 1 pair of scan and mask: 0 errors, 0 warnings\n");
    const mask = await hepar("check", at("segmentation-1.nii.gz"));
    expect(mask.stdout).toBe("1 file: 0 errors, 0 warnings\n");
  });

  test("what is wrong is named with file, field, value, meaning and advice; status 3", async () => {
    const bad = at("broken.nii");
    await writeFile(bad, Buffer.alloc(200, 1));
    const { status, stdout, stderr } = await hepar("check", bad, at("volume-1.nii.gz"), "--quiet");
    await rm(bad);
    expect({ status, stderr }).toEqual({ status: 3, stderr: "" });
    const [file, first, means, advice, , summary] = stdout.split("\n");
    expect(file).toBe(bad);
    expect(first).toMatch(/^ {2}error\[nifti\.truncated\] \S+: .*200/);
    expect(means).toBe("    The file ends too early: it was cut off while copying or downloading.");
    expect(advice).toMatch(/^ {4}→ copy the file again/);
    expect(summary).toBe("2 files, 1 pair of scan and mask: 1 error, 0 warnings");
    expect(stdout).not.toContain("\u001b");
  });

  test("--json is one document with the same content; --strict counts warnings", async () => {
    const cut = at("cut.nii");
    const voxels = phantom.scan.voxels.map((hu) => Math.min(160, Math.max(-40, hu)));
    await writeNifti(cut, { ...phantom.scan, voxels: Int16Array.from(voxels) });
    expect((await hepar("check", cut)).status).toBe(0);
    const { status, stdout } = await hepar("check", cut, "--json", "--strict");
    await rm(cut);
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      command: "check",
      status: 3,
      summary: { files: 1, pairs: 0, errors: 0, warnings: 1, notes: 0, strict: true },
      findings: [
        {
          severity: "warning",
          code: "intensities-cut",
          file: cut,
          field: "voxels",
          found: "-40..160",
          expected: "Hounsfield units: air −1000, water 0",
          means: expect.stringContaining("cut to a window"),
          advice: expect.stringContaining("windows within the range are right"),
        },
      ],
    });
  });

  test("--headers-only says that it saw no voxels", async () => {
    const { stdout } = await hepar("check", folder, "--headers-only");
    expect(stdout).toContain("only headers were read, voxels were not judged");
  });

  test("nothing there, and a folder without scans", async () => {
    const missing = await hepar("check", at("none.nii"));
    expect(missing.status).toBe(3);
    expect(missing.stdout).toContain("error[input.missing]");
    const empty = await mkdtemp(join(tmpdir(), "hepar-check-empty-"));
    const { status, stderr } = await hepar("check", empty);
    await rm(empty, { recursive: true });
    expect(status).toBe(3);
    expect(stderr).toContain("error[cohort.no-cases]: there is no NIfTI file in");
  });
});
