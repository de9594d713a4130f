import { mkdtempSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import type { HeparError } from "../../src/core/index.ts";
import { readCt } from "../../src/volume/index.node.ts";

/** For the files of one test file; removed after it. */
export const folder = mkdtempSync(join(tmpdir(), "hepar-bad-nifti-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

let written = 0;

/** The path of a new file that holds the bytes. */
export async function saved(bytes: Uint8Array, ending = ".nii"): Promise<string> {
  const path = join(folder, `scan-${++written}${ending}`);
  await writeFile(path, bytes);
  return path;
}

/** What reading says, having asked for next to no memory and left no file open. */
export async function refusal(
  path: string,
  read: (path: string) => Promise<unknown> = readCt,
): Promise<HeparError> {
  const before = process.memoryUsage().arrayBuffers;
  const open = await openFiles();
  const thrown: unknown = await read(path).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  expect(await openFiles()).toBe(open);
  expect(thrown).toMatchObject({ name: "HeparError", file: path });
  return thrown as HeparError;
}

/** Open descriptors, where the system tells (Linux). */
export const openFiles = async (): Promise<number> =>
  (await readdir("/proc/self/fd").catch(() => [])).length;

export const copyAgain = "copy the file again";

/** What is said when the voxels of the sound scan, or others, are not all there. */
export const cutOff = (
  found: number,
  needs = "4 × 3 × 2 int16 needs 48 bytes after byte 352",
): string => `the voxels are cut off: ${needs}, the file holds at most ${found}`;
