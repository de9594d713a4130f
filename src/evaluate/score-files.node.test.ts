import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTable } from "../catalog/index.node.ts";
import { randomFrom } from "../core/index.ts";
import { readLabels, writeNifti } from "../volume/index.node.ts";
import { type Affine, identityAffine, type LabelVolume } from "../volume/index.ts";
import { agreementOfFiles } from "./agreement-files.node.ts";
import { summariseFully } from "./full-summary.ts";
import { fullCaseColumns } from "./row.ts";
import { pairsOf, scoreFiles } from "./score-files.node.ts";
import { writeScores } from "./write-scores.node.ts";

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-score-files-"));
  await mkdir(at("reference"));
  await mkdir(at("prediction"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const affine: Affine = [2, 0, 0, 7, 0, 2, 0, 7, 0, 0, 2, 7, ...identityAffine.slice(12)];

async function write(path: string, voxels: number[], moved = 0): Promise<string> {
  const mask: LabelVolume = {
    kind: "labels",
    dims: [voxels.length, 1, 1],
    affine: affine.map((value, cell) => (cell === 3 ? value + moved : value)) as unknown as Affine,
    affineFrom: "sform",
    voxels: Uint8Array.from(voxels),
  };
  await writeNifti(at(path), mask);
  return at(path);
}

test("folders: a missing prediction and a lonely one are rows, and said", async () => {
  await write("reference/a.nii.gz", [0, 1, 2, 1]);
  await write("reference/b.nii.gz", [0, 1, 2, 1]);
  await write("prediction/a.nii.gz", [0, 1, 2, 1]);
  await write("prediction/z.nii.gz", [0, 1, 2, 1]);
  const { cases, warnings, failures } = await scoreFiles(at("reference"), at("prediction"));
  expect(cases.map(({ row }) => [row.case, row.status, row.tumour_dice])).toEqual([
    ["a", "scored", 1],
    ["b", "missing", 0],
    ["z", "no-reference", null],
  ]);
  expect(warnings).toEqual([
    "b: no prediction, counted as missed",
    "z: a prediction without a reference",
  ]);
  expect(failures).toEqual([]);
});

test("names that do not agree pair by their last number; two of one number are refused", async () => {
  await write("reference/segmentation-7.nii.gz", [1]);
  await write("reference/segmentation-10.nii", [1]);
  await write("prediction/run2_case010.nii.gz", [1]);
  await write("prediction/run2_case007.nii.gz", [1]);
  const pairs = await pairsOf(at("reference"), at("prediction"));
  expect(pairs.map(({ case: name, prediction }) => [name, prediction?.slice(-10)])).toEqual([
    ["segmentation-7", "007.nii.gz"],
    ["segmentation-10", "010.nii.gz"],
  ]);
  await write("prediction/other_case7.nii.gz", [1]);
  await expect(pairsOf(at("reference"), at("prediction"))).rejects.toMatchObject({
    code: "input.ambiguous",
  });
});

test("another grid is refused with the difference in mm, or brought over on request", async () => {
  const reference = await write("reference/a.nii", [0, 1, 2, 1, 0]);
  const prediction = await write("prediction/a.nii", [1, 2, 1, 0, 0], 2);
  const refused = scoreFiles(reference, prediction);
  await expect(refused).rejects.toMatchObject({ code: "geometry.mismatch", file: prediction });
  await expect(refused).rejects.toThrow(/origin: 2 mm away/);
  const { cases } = await scoreFiles(reference, prediction, { resample: true });
  expect(cases[0].row).toMatchObject({ tumour_dice: 1, liver_dice: 1 });
  const { failures } = await scoreFiles(at("reference"), at("prediction"));
  expect(failures).toMatchObject([{ case: "a", code: "geometry.mismatch" }]);
});

test("labels beyond 2 are neither liver nor tumour, and named", async () => {
  const reference = await write("reference/a.nii", [0, 1, 2, 3]);
  const prediction = await write("prediction/a.nii", [7, 1, 2, 1]);
  const { cases, warnings } = await scoreFiles(reference, prediction);
  expect(cases[0].row).toMatchObject({ liver_reference_voxels: 2, liver_predicted_voxels: 3 });
  expect(warnings).toEqual([
    "a: the reference has other labels (3), which are neither liver nor tumour",
    "a: the prediction has other labels (7), which are neither liver nor tumour",
  ]);
});

test("an empty folder, a folder beside a file, nothing there, no NIfTI", async () => {
  const mask = await write("prediction/a.nii", [0, 1]);
  const of = (...paths: [string, string]) => scoreFiles(...paths);
  await expect(of(at("reference"), at("prediction"))).rejects.toMatchObject({
    code: "cohort.no-cases",
    file: at("reference"),
  });
  await expect(of(at("reference"), mask)).rejects.toMatchObject({ code: "usage.argument" });
  await expect(of(at("none"), mask)).rejects.toMatchObject({ code: "input.missing" });
  await writeFile(at("reference/a.nii"), "no header at all");
  await expect(of(at("reference/a.nii"), mask)).rejects.toMatchObject({
    code: expect.stringMatching(/^nifti\./),
  });
});

test("the tables hold what was scored", async () => {
  await write("reference/a.nii", [0, 1, 2, 1]);
  await write("prediction/a.nii", [0, 1, 2, 2]);
  const { cases } = await scoreFiles(at("reference"), at("prediction"));
  const summary = summariseFully({ model: "m", unseen: false }, cases, { random: randomFrom(1) });
  await writeScores(at("scores"), { cases, summary, lits: null });
  for (const ending of ["parquet", "csv"]) {
    const read = await readTable(at("scores", `cases.${ending}`), fullCaseColumns);
    expect(read).toEqual(cases.map(({ row }) => row));
  }
});

test("agreement of folders: shared scans only, limits over them, a consensus for each", async () => {
  for (const name of ["a", "b"]) {
    await write(`reference/${name}.nii`, [0, 1, 2, 1]);
    await write(`prediction/${name}.nii`, [0, 1, 2, name === "a" ? 1 : 0]);
  }
  await write("prediction/lonely.nii", [0, 1]);
  const readers = [at("reference"), at("prediction")];
  const found = await agreementOfFiles(readers, { rule: "majority", out: at("consensus") });
  expect(found.leftOut).toEqual(["lonely"]);
  // Differences 0 and 1 voxel of 8 mm³.
  const liver = found.volumes.find(({ structure }) => structure === "liver");
  expect(liver?.blandAltman?.biasMl).toBeCloseTo(0.004, 12);
  expect([...(await readLabels(at("consensus/b.nii.gz"))).voxels]).toEqual([0, 1, 2, 0]);
});
