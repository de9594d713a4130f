import { execFileSync } from "node:child_process";
import { mkdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { readNiftiHeader } from "../../src/volume/index.node.ts";
import { asks, niftiHeader } from "./nifti-file.ts";
import { folder, refusal, saved } from "./refusal.ts";

// The numbers before the names are those of the project's list of bad inputs.

/** A machine of 1 GiB, whichever this one is. */
vi.mock("node:os", async (original) => ({
  ...(await original<typeof import("node:os")>()),
  totalmem: () => 2 ** 30,
}));

describe("files that are no files", () => {
  test("missing", async () => {
    expect(await refusal(join(folder, "none.nii"))).toMatchObject({
      code: "input.missing",
      message: "there is no such file",
      hint: "check the path",
    });
  });

  test("a folder", async () => {
    const path = join(folder, "folder.nii");
    await mkdir(path);
    expect(await refusal(path)).toMatchObject({
      code: "input.unreadable",
      message: "it is a folder, not a file",
      hint: "give the path of a .nii or .nii.gz file",
    });
  });

  test.skipIf(process.platform === "win32")("a pipe nobody writes to does not hang", async () => {
    const path = join(folder, "pipe.nii");
    execFileSync("mkfifo", [path]);
    expect(await refusal(path, readNiftiHeader)).toMatchObject({
      code: "input.unreadable",
      message: "it is a device or pipe, not a file",
    });
  });
});

test("13 and 85 a file whose voxels take over half the memory is refused before it is asked for", async () => {
  const path = await saved(niftiHeader(asks([1024, 512, 513])));
  await truncate(path, 352 + 1024 * 512 * 513 * 2);
  expect(await refusal(path)).toMatchObject({
    code: "nifti.too-large",
    message:
      "1024 × 512 × 513 int16 (513 MiB) does not fit into memory (1024 MiB, of which half is used)",
    hint: "use a machine with more memory, or crop the scan",
  });
});
