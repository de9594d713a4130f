import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findCases } from "./find.node.ts";
import { caseNameOf } from "./naming.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-find-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), path);
  }
}

test("the Kaggle layout: 131 pairs, in natural order", async () => {
  const numbers = Array.from({ length: 131 }, (_, n) => n);
  await put(
    ...numbers.map((n) => `volume_pt${1 + Math.floor(n / 20)}/volume-${n}.nii`),
    ...numbers.map((n) => `segmentations/segmentation-${n}.nii`),
  );
  const { cases, warnings } = await findCases(folder);
  expect(cases.map((each) => each.case)).toEqual(numbers.map((n) => `volume-${n}`));
  expect(cases[10]).toEqual({
    case: "volume-10",
    scanPath: join(folder, "volume_pt1/volume-10.nii"),
    maskPath: join(folder, "segmentations/segmentation-10.nii"),
  });
  expect(cases.every(({ maskPath }) => maskPath !== null)).toBe(true);
  expect(warnings).toEqual([]);
});

test("any nesting, either ending, and the test set's names", async () => {
  await put(
    "a/b c/d/volume-2.nii.gz",
    "volume-10.nii",
    "é/segmentation-2.nii",
    "test-volume-2.nii",
    "test-segmentation-2.nii",
    "notes.txt",
    "xvolume-3.nii",
  );
  const { cases } = await findCases(folder);
  expect(cases).toEqual([
    { case: "test-volume-2", ...paths("test-volume-2.nii", "test-segmentation-2.nii") },
    { case: "volume-2", ...paths("a/b c/d/volume-2.nii.gz", "é/segmentation-2.nii") },
    { case: "volume-10", ...paths("volume-10.nii", null) },
  ]);
});

const paths = (scan: string, mask: string | null) => ({
  scanPath: join(folder, scan),
  maskPath: mask === null ? null : join(folder, mask),
});

test("a mask without a scan is named", async () => {
  await put("volume-1.nii", "segmentation-2.nii", "segmentation-10.nii");
  const { cases, warnings } = await findCases(folder);
  expect(cases).toEqual([{ case: "volume-1", ...paths("volume-1.nii", null) }]);
  expect(warnings).toEqual([
    `mask without a scan, left out: ${join(folder, "segmentation-2.nii")}`,
    `mask without a scan, left out: ${join(folder, "segmentation-10.nii")}`,
  ]);
});

test("hidden files and what hepar made itself are left out", async () => {
  await put(
    "volume-1.nii",
    "._volume-1.nii",
    ".cache/volume-2.nii",
    "cohort/catalog.parquet",
    "cohort/predictions/unet/volume-1.nii.gz",
    "predictions/volume-3.nii",
  );
  const { cases } = await findCases(folder);
  expect(cases.map((each) => each.case)).toEqual(["volume-1", "volume-3"]);
});

test("links: a loop ends, one file by two ways is one, a broken link is named", async () => {
  await put("a/volume-1.nii", "a/segmentation-1.nii");
  await symlink(folder, join(folder, "a/again"));
  await symlink(join(folder, "a"), join(folder, "b"));
  await symlink(join(folder, "a/volume-1.nii"), join(folder, "volume-1.nii"));
  await symlink(join(folder, "gone"), join(folder, "volume-2.nii"));
  const { cases, warnings } = await findCases(folder);
  expect(cases).toEqual([{ case: "volume-1", ...paths("volume-1.nii", "a/segmentation-1.nii") }]);
  expect(warnings).toEqual([`link that leads nowhere, left out: ${join(folder, "volume-2.nii")}`]);
});

test.skipIf(process.platform === "win32")("a pipe is named, and not waited for", async () => {
  await put("volume-1.nii");
  execFileSync("mkfifo", [join(folder, "volume-2.nii")]);
  const { cases, warnings } = await findCases(folder);
  expect(cases.map((each) => each.case)).toEqual(["volume-1"]);
  expect(warnings).toEqual([`device or pipe, left out: ${join(folder, "volume-2.nii")}`]);
});

test.skipIf(process.getuid?.() === 0)("a folder that may not be read is named", async () => {
  await put("volume-1.nii", "closed/volume-2.nii");
  await chmod(join(folder, "closed"), 0);
  const { cases, warnings } = await findCases(folder);
  await chmod(join(folder, "closed"), 0o700);
  expect(cases.map((each) => each.case)).toEqual(["volume-1"]);
  expect(warnings).toEqual([
    `folder that cannot be read, left out: ${join(folder, "closed")} (EACCES)`,
  ]);
});

test.each([
  ["two endings", "volume-3.nii", "volume-3.nii.gz"],
  ["two folders", "a/volume-3.nii", "b/volume-3.nii"],
  ["two cases of letters", "a/volume-3.nii", "b/Volume-3.nii"],
])("one number twice, with %s, is refused and both are named", async (_, first, second) => {
  await put(first, second, "volume-1.nii");
  await expect(findCases(folder)).rejects.toMatchObject({
    code: "input.ambiguous",
    message: expect.stringContaining(`${join(folder, first)} and ${join(folder, second)}`),
  });
});

test("two masks of one number are refused too", async () => {
  await put("volume-3.nii", "segmentation-3.nii", "old/segmentation-3.nii");
  await expect(findCases(folder)).rejects.toMatchObject({ code: "input.ambiguous" });
});

test("nothing there, nothing in it, nothing of use in it", async () => {
  await expect(findCases(join(folder, "none"))).rejects.toMatchObject({ code: "input.missing" });
  await expect(findCases(folder)).rejects.toMatchObject({
    code: "cohort.no-cases",
    message: expect.stringContaining("it holds no files"),
  });
  await put("liver_0.nii.gz", "readme.txt", "segmentation-1.nii");
  await expect(findCases(folder)).rejects.toMatchObject({
    code: "cohort.no-cases",
    message: expect.stringMatching(
      /volume-N with.*saw 3 files, 2 of them NIfTI, such as liver_0\.nii\.gz/,
    ),
  });
});

test("one scan instead of a folder, with the mask beside it", async () => {
  await put("volume-3.nii", "segmentation-3.nii.gz", "segmentation-30.nii", "deep/volume-3.nii");
  expect((await findCases(join(folder, "volume-3.nii"))).cases).toEqual([
    { case: "volume-3", ...paths("volume-3.nii", "segmentation-3.nii.gz") },
  ]);
  await put("any name.nii.gz", "scan.dcm");
  expect((await findCases(join(folder, "any name.nii.gz"))).cases).toEqual([
    { case: "any name", ...paths("any name.nii.gz", null) },
  ]);
  await expect(findCases(join(folder, "scan.dcm"))).rejects.toMatchObject({
    code: "input.unreadable",
  });
});

test("a case's name can name a folder anywhere", () => {
  expect(caseNameOf("volume-0.nii.gz")).toBe("volume-0");
  expect(caseNameOf("...nii")).toBe("_");
  expect(caseNameOf('a\n"b"; c:d.nii')).toBe("a__b__ c_d");
  expect(caseNameOf(`${"é".repeat(200)}.nii`)).toBe("é".repeat(60));
});
