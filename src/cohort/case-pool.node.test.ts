import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { catalogueCase } from "../catalog/index.node.ts";
import { writeNifti } from "../volume/index.node.ts";
import { openCasePool } from "./case-pool.node.ts";

let folder: string;
const scanPath = (n: number): string => join(folder, `volume-${n}.nii.gz`);
const found = (n: number) => ({ case: `volume-${n}`, scanPath: scanPath(n), maskPath: null });
const numbers = [0, 1, 2, 3, 4];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-pool-"));
  for (const n of numbers.slice(0, 4)) {
    await writeNifti(scanPath(n), {
      kind: "ct",
      dims: [2, 2, 2],
      affine: [1, 0, 0, 5, 0, 1, 0, 5, 0, 0, 1, 5, 0, 0, 0, 1],
      affineFrom: "sform",
      voxels: Int16Array.from({ length: 8 }, (_, voxel) => -1000 + n * voxel),
    });
  }
  await writeFile(scanPath(4), "no NIfTI");
});
afterAll(() => rm(folder, { recursive: true }));

test("threads give what the calling thread gives, a broken file's row too", async () => {
  const expected = await Promise.all(numbers.map((n) => catalogueCase(found(n))));
  expect(expected[4].problem_code).toBe("nifti.truncated");
  for (const threads of [1, 2]) {
    const pool = openCasePool({ threads });
    const bytes = 16;
    const rows = await Promise.all(numbers.map((n) => pool.run("catalogue", found(n), { bytes })));
    await pool.close();
    expect(rows).toEqual(expected);
  }
});

test("an error is whole when it has crossed from a thread: code, message, file and hint", async () => {
  const row = await catalogueCase(found(0));
  const gone = { ...row, mask_source: join(folder, "gone.nii.gz") };
  for (const threads of [1, 2]) {
    const pool = openCasePool({ threads });
    await expect(pool.run("study", gone, { bytes: 16 })).rejects.toMatchObject({
      name: "HeparError",
      code: "input.missing",
      message: "there is no such file",
      file: join(folder, "gone.nii.gz"),
      hint: "check the path",
    });
    await pool.close();
  }
});

test("what needs more memory than there is runs alone, not never", async () => {
  const pool = openCasePool({ threads: 2, budget: 100 });
  const sizes = [40, 1000, 40, 40, 1e12];
  const rows = numbers.map((n) => pool.run("catalogue", found(n), { bytes: sizes[n] }));
  expect((await Promise.all(rows)).map((row) => row.case)).toEqual(
    numbers.map((n) => `volume-${n}`),
  );
  await pool.close();
});

test("after closing, what was not done is refused", async () => {
  const pool = openCasePool({ threads: 2 });
  const left = numbers.map((n) => pool.run("catalogue", found(n), { bytes: 1 }));
  const ends = Promise.allSettled(left);
  await pool.close();
  for (const end of await ends) {
    expect(end).toMatchObject({ status: "rejected", reason: { code: "run.stopped" } });
  }
});
