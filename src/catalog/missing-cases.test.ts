import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { catalogueCase } from "./catalogue.node.ts";
import { catalogueMissing } from "./missing-cases.node.ts";

test("a case without any of its files is the row that looking at it gives", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hepar-missing-"));
  const at = (name: string): string => join(folder, name);
  await writeFile(at("there.nii"), "no scan");
  const gone = { case: "gone", scanPath: at("s.nii"), maskPath: at("m.nii"), patient: "p" };
  const alone = { case: "alone", scanPath: at("s2.nii"), maskPath: null, visit: "v" };
  const half = { case: "half", scanPath: at("s3.nii"), maskPath: at("there.nii") };
  const here = { case: "here", scanPath: at("there.nii"), maskPath: null };
  const found = await catalogueMissing([gone, alone, half, here]);
  // A case of which anything is there is looked at as any other.
  expect([...found]).toEqual([
    ["gone", await catalogueCase(gone)],
    ["alone", await catalogueCase(alone)],
  ]);
  expect(found.get("gone")?.problem).toBe("scan s.nii: there is no such file (check the path)");
  expect(await catalogueMissing([])).toEqual(new Map());
  await rm(folder, { recursive: true });
});
