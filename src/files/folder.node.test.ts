import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeAtomically } from "./atomic.node.ts";
import { makeFolder } from "./folder.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-folder-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a folder with all above it; one that is there stays; ten at once", async () => {
  const path = join(folder, "a/b/c");
  await Promise.all(Array.from({ length: 10 }, () => makeFolder(path)));
  await writeFile(join(path, "kept"), "");
  await makeFolder(path);
  expect(await readdir(path)).toEqual(["kept"]);
});

test("a file in the way is what the system says of it", async () => {
  await writeFile(join(folder, "file"), "");
  await expect(makeFolder(join(folder, "file"))).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolder(join(folder, "file/a/b"))).rejects.toMatchObject({ code: "ENOTDIR" });
});

// Node's own mkdir with `recursive` never comes back from it (nodejs/node, Linux).
test.skipIf(!existsSync("/proc/self"))("row 82: /proc takes no folder, and says so", async () => {
  await expect(makeFolder("/proc/hepar/a")).rejects.toMatchObject({ code: "ENOENT" });
  await expect(writeAtomically("/proc/hepar/lesions.csv", "")).rejects.toMatchObject({
    code: "output.unwritable",
    message:
      "cannot write /proc/hepar/lesions.csv: its folder is not there and cannot be made (ENOENT)",
    file: "/proc/hepar/lesions.csv",
    hint: "choose a folder that you may write to, and a name that is free",
  });
});
