import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { readJson, writeJson } from "./json.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-json-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const schema = z.object({ folds: z.array(z.object({ train: z.array(z.string()) })) });

test("what is written is read again", async () => {
  const path = join(folder, "splits.json");
  const value = { folds: [{ train: ["volume-2", "volume-10"] }] };
  await writeJson(path, value);
  expect(await readJson(path, schema)).toEqual(value);
  expect(await readFile(path, "utf8")).toBe(`${JSON.stringify(value, null, 2)}\n`);
  expect(await readdir(folder)).toEqual(["splits.json"]);
});

test("a file that is not there is input.missing, a folder input.unreadable", async () => {
  await expect(readJson(join(folder, "none.json"), schema)).rejects.toMatchObject({
    code: "input.missing",
  });
  await expect(readJson(folder, schema)).rejects.toMatchObject({ code: "input.unreadable" });
});

test("text that is no JSON, or cut off, is cohort.invalid", async () => {
  const path = join(folder, "cut.json");
  for (const text of ["", '{"folds": [', "NaN", "\u0000"]) {
    await writeFile(path, text);
    await expect(readJson(path, schema)).rejects.toMatchObject({
      code: "cohort.invalid",
      message: `${path} is not JSON`,
    });
  }
});

test("JSON of another shape names the field", async () => {
  const path = join(folder, "other.json");
  await writeFile(path, '{"folds":[{"train":["a", 3]}]}');
  await expect(readJson(path, schema)).rejects.toMatchObject({
    code: "cohort.invalid",
    message: expect.stringContaining("folds.0.train.1"),
    hint: "delete the file to have it made again",
  });
});
