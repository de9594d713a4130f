import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writePhantomCohort } from "../phantom/index.node.ts";
import { catalogueCohort } from "./commands.node.ts";
import { exportNnunetCohort } from "./export-nnunet.node.ts";

let root = "";
const at = (...parts: string[]): string => join(root, ...parts);

const context = {
  version: "0.0.0",
  command: "export",
  arguments: [],
  when: new Date("2026-01-02T03:04:05Z"),
  clock: () => 0,
  progress: () => {},
  signal: new AbortController().signal,
};

const exported = (changes: Partial<Parameters<typeof exportNnunetCohort>[0]> = {}) =>
  exportNnunetCohort(
    {
      ...{ cohort: at("cohort"), out: at("raw"), id: 501, name: "Liver", link: false },
      map: new Map(),
      ...changes,
    },
    context,
  );

const json = async (...parts: string[]) => JSON.parse(await readFile(at(...parts), "utf8"));
const dataset = "raw/Dataset501_Liver";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hepar-export-"));
  await writePhantomCohort(at("data"), { cases: 4, seed: 5, width: 16, depth: 3 });
  await catalogueCohort({ data: at("data"), cohort: at("cohort") }, context);
}, 60_000);

afterAll(() => rm(root, { recursive: true, force: true }));

test("a cohort becomes nnU-Net's raw data set, with its folds by patient", async () => {
  const { result, failures } = await exported();
  expect(failures).toEqual([]);
  expect(result).toMatchObject({ training: 4, test: 0, realigned: 0, folds: 4 });
  const names = [0, 1, 2, 3].map((n) => `volume-${n}`);
  expect(await readdir(at(dataset, "imagesTr"))).toEqual(names.map((n) => `${n}_0000.nii.gz`));
  expect(await readdir(at(dataset, "labelsTr"))).toEqual(names.map((n) => `${n}.nii.gz`));
  expect(await json(dataset, "dataset.json")).toMatchObject({
    numTraining: 4,
    labels: { background: 0, liver: 1, tumour: 2 },
  });
  const splits: { train: string[]; val: string[] }[] = await json(dataset, "splits_final.json");
  expect(splits.flatMap(({ val }) => val).sort()).toEqual(names);
  for (const { train, val } of splits) expect([...train, ...val].sort()).toEqual(names);
});

test("what is there is kept; a file that is gone is made again", async () => {
  const image = at(dataset, "imagesTr/volume-1_0000.nii.gz");
  const before = await stat(at(dataset, "imagesTr/volume-0_0000.nii.gz"));
  const bytes = await readFile(image);
  await rm(image);
  const { steps } = await exported();
  expect(steps[0]?.cases).toEqual({ done: 1, kept: 3, failed: 0 });
  expect((await readFile(image)).equals(bytes)).toBe(true);
  const after = await stat(at(dataset, "imagesTr/volume-0_0000.nii.gz"));
  expect(after.mtimeMs).toBe(before.mtimeMs);
});

test("files of no case are removed, and a case that fails is named and counted", async () => {
  await writeFile(at(dataset, "labelsTr/old.nii.gz"), "");
  const files = await readdir(at("data"), { recursive: true });
  const mask = files.find((file) => /segmentation-3\.nii/.test(file));
  await rm(at("data", mask ?? "none"));
  await rm(at(dataset, "labelsTr/volume-3.nii.gz"));
  const { result, failures } = await exported();
  expect(failures).toMatchObject([{ case: "volume-3", step: "export", code: "input.missing" }]);
  expect(result.training).toBe(3);
  expect((await json(dataset, "dataset.json")).numTraining).toBe(3);
  expect(await readdir(at(dataset, "labelsTr"))).toHaveLength(3);
  expect(await readdir(at(dataset, "imagesTr"))).toHaveLength(3);
});

test("a folder of somebody else's, and a number that is taken, are refused", async () => {
  await expect(exported({ name: "Other" })).rejects.toMatchObject({
    code: "usage.argument",
    message: "Dataset501_Liver has the same number, which nnU-Net refuses",
  });
  await rm(at(dataset, "hepar.json"));
  await expect(exported()).rejects.toMatchObject({ code: "usage.argument" });
  expect(await readdir(at(dataset, "imagesTr"))).toHaveLength(3);
});
