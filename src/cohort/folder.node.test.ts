import { mkdir, mkdtemp, readdir, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { requireCohort, requireOwnFolder } from "./folder.node.ts";

const scratch = (): Promise<string> => mkdtemp(join(tmpdir(), "hepar-folder-"));

test("a new folder, an empty one and a cohort are ours; nothing is made yet", async () => {
  const root = await scratch();
  await mkdir(join(root, "empty"));
  await mkdir(join(root, "cohort/.hepar"), { recursive: true });
  for (const name of ["new", "empty", "cohort"]) {
    expect(await requireOwnFolder(join(root, name))).toBe(join(root, name));
  }
  expect(await readdir(root)).toEqual(["cohort", "empty"]);
});

test("a folder with other files is refused", async () => {
  const root = await scratch();
  await writeFile(join(root, "thesis.docx"), "years of work");
  await expect(requireOwnFolder(root)).rejects.toMatchObject({ code: "usage.argument" });
  await expect(requireOwnFolder(join(root, "thesis.docx"))).rejects.toMatchObject({
    code: "usage.argument",
  });
});

test("a cohort inside its data is refused, also through a link", async () => {
  const root = await scratch();
  await mkdir(join(root, "data"));
  await symlink(join(root, "data"), join(root, "link"));
  const data = join(root, "data");
  for (const cohort of [data, join(data, "out"), join(root, "link/deep/out")]) {
    await expect(requireOwnFolder(cohort, { data })).rejects.toThrow("lies inside the data");
  }
  expect(await requireOwnFolder(join(root, "data-out"), { data })).toBe(join(root, "data-out"));
});

test("a step needs a cohort with its catalogue", async () => {
  const root = await scratch();
  await expect(requireCohort(join(root, "none"))).rejects.toMatchObject({ code: "input.missing" });
  await expect(requireCohort(root)).rejects.toMatchObject({ code: "cohort.invalid" });
  await writeFile(join(root, "catalog.parquet"), "");
  expect(await requireCohort(root)).toBe(root);
});
