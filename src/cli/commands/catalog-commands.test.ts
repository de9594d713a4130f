import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writePhantomCohort } from "../../phantom/index.node.ts";
import type { Surroundings } from "../command.ts";
import { catalogCommand } from "./catalog-commands.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hepar-catalog-command-"));
  await writePhantomCohort(join(root, "data"), { cases: 1, seed: 1, width: 32, depth: 4 });
});
afterAll(() => rm(root, { recursive: true }));

const around: Surroundings = {
  version: "0.0.0",
  arguments: [],
  when: new Date("2026-01-02T03:04:05Z"),
  clock: () => 0,
  progress: () => {},
  signal: new AbortController().signal,
  width: 160,
  colours: false,
  isTerminal: false,
};

const catalog = (where: string) =>
  catalogCommand.run(
    {
      arguments: { data: join(root, "data") },
      words: [],
      options: { out: join(root, "cohort"), where },
    },
    around,
  );

test("columns that only the study fills are said to be empty, and one of anything is one", async () => {
  const { json, lines } = await catalog("liver_ml > 5 or tumour_mean_hu is null");
  expect(lines).toContain(
    `liver_ml, tumour_mean_hu: empty until the masks are studied: hepar study ${join(root, "cohort")}`,
  );
  expect(lines).toContain("1 scan, 1 mask, 4 slices");
  expect(lines).toContain("1 of 1 row: liver_ml > 5 or tumour_mean_hu is null");
  expect(json.emptyUntilStudied).toEqual(["liver_ml", "tumour_mean_hu"]);
});

test("a name in quotes is text, and the catalogue's own columns are there", async () => {
  const { json, lines } = await catalog("has_tumour and scan_name <> 'liver_ml'");
  expect(json.emptyUntilStudied).toEqual([]);
  expect(lines.join("\n")).not.toContain("empty until");
});
