import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeAtomically, writeError } from "./atomic.node.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-atomic-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("writes text and bytes, and makes the folders on the way", async () => {
  const path = join(folder, "a/b/c.txt");
  await writeAtomically(path, "first");
  await writeAtomically(path, new TextEncoder().encode("second"));
  expect(await readFile(path, "utf8")).toBe("second");
  expect(await readdir(join(folder, "a/b"))).toEqual(["c.txt"]);
});

test("the temporary file lies beside the target, is hidden, and keeps the ending", async () => {
  let seen = "";
  await writeAtomically(join(folder, "image.jpg"), (temporary) => {
    seen = temporary;
    return writeFile(temporary, "x");
  });
  expect(seen.startsWith(join(folder, ".tmp-"))).toBe(true);
  expect(seen.endsWith(".jpg")).toBe(true);
});

test("a name of 255 bytes, the longest there is, can be written", async () => {
  const name = `${"n".repeat(251)}.nii`;
  await writeAtomically(join(folder, name), "x");
  expect(await readdir(folder)).toEqual([name]);
});

test.each(["line\nbreak.txt", 'quote".txt', "..dots..", "肝臓 🫀.txt"])(
  "a name such as %j can be written",
  async (name) => {
    await writeAtomically(join(folder, name), "x");
    expect(await readdir(folder)).toEqual([name]);
  },
);

describe("when writing fails", () => {
  test("the old file is whole and no temporary file stays", async () => {
    const path = join(folder, "table.csv");
    await writeAtomically(path, "old");
    const failing = writeAtomically(path, async (temporary) => {
      await writeFile(temporary, "half of the n");
      throw new Error("the encoder broke");
    });
    await expect(failing).rejects.toThrow("the encoder broke");
    expect(await readdir(folder)).toEqual(["table.csv"]);
    expect(await readFile(path, "utf8")).toBe("old");
  });

  test.skipIf(!existsSync("/dev/full"))("a full disk is output.full", async () => {
    const path = join(folder, "mask.nii");
    // /dev/full answers every write with ENOSPC, as a full disk does.
    const failing = writeAtomically(path, async (temporary) => {
      await writeFile(temporary, "half");
      await writeFile("/dev/full", "the rest");
    });
    await expect(failing).rejects.toMatchObject({
      code: "output.full",
      file: path,
      message: `no space left while writing ${path}`,
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test("a file where a folder should be is output.unwritable", async () => {
    await writeFile(join(folder, "file"), "");
    for (const path of [join(folder, "file/a.txt"), join(folder, "file/deeper/a.txt")]) {
      await expect(writeAtomically(path, "x")).rejects.toMatchObject({
        code: "output.unwritable",
        file: path,
      });
    }
  });

  test("a folder where the file should be is output.unwritable, and stays as it is", async () => {
    const path = join(folder, "report");
    await mkdir(path);
    await writeFile(join(path, "kept.txt"), "kept");
    await expect(writeAtomically(path, "x")).rejects.toMatchObject({ code: "output.unwritable" });
    expect(await readdir(folder)).toEqual(["report"]);
    expect(await readdir(path)).toEqual(["kept.txt"]);
  });

  test("a name that is too long is output.unwritable", async () => {
    const failing = writeAtomically(join(folder, "n".repeat(256)), "x");
    await expect(failing).rejects.toMatchObject({
      code: "output.unwritable",
      message: expect.stringContaining("the name is too long"),
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("writeError", () => {
  const system = (code: string): Error => Object.assign(new Error(code), { code });

  test.each([
    ["ENOSPC", "output.full"],
    ["EDQUOT", "output.full"],
    ["EACCES", "output.unwritable"],
    ["EPERM", "output.unwritable"],
    ["EROFS", "output.unwritable"],
    ["EIO", "output.unwritable"],
  ])("%s is %s", (code, expected) => {
    expect(writeError(system(code), "/out/a.csv")).toMatchObject({
      code: expected,
      file: "/out/a.csv",
      hint: expect.any(String),
    });
  });

  test("says what, where and why", () => {
    expect(writeError(system("EACCES"), "/out/a.csv")).toMatchObject({
      message: "cannot write /out/a.csv: permission denied (EACCES)",
    });
  });

  test("leaves what it does not know as it was", () => {
    const other = new TypeError("x");
    expect(writeError(other, "a")).toBe(other);
    expect(writeError(undefined, "a")).toBeUndefined();
  });
});
