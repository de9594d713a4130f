import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ProgressEvent } from "../core/index.ts";
import type { ModelDescription } from "../model/index.ts";
import { writePhantomCohort } from "../phantom/index.node.ts";
import {
  evaluateCohort,
  findCohortRate,
  reportCohort,
  runCohort,
  trainCohort,
} from "./commands.node.ts";
import { predictScan } from "./predict-scan.node.ts";

let root: string;
const at = (...parts: string[]): string => join(root, ...parts);
const json = async (...parts: string[]) => JSON.parse(await readFile(at(...parts), "utf8"));
const modelAt = async (...parts: string[]): Promise<ModelDescription["training"]> =>
  (await json("cohort/models", ...parts, "model.json")).training;

function context(command: string, progress: (event: ProgressEvent) => void = () => {}) {
  return {
    ...{ version: "0.0.0", command, arguments: [], progress },
    when: new Date("2026-01-02T03:04:05Z"),
    clock: () => 0,
    signal: new AbortController().signal,
  };
}

const choices = {
  ...{ cohort: "", recipe: "demo", epochs: 1, size: 16, widths: [2, 2], seed: 1, threads: 1 },
} as const;

const train = (model: string, changes: object, command = "train") =>
  trainCohort({ ...choices, ...changes, cohort: at("cohort"), model }, context(command));

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hepar-folds-"));
  await writePhantomCohort(at("data"), { cases: 5, seed: 5, width: 32, depth: 4 });
  const all = { ...choices, data: at("data"), cohort: at("cohort"), language: "en" } as const;
  await runCohort({ ...all, model: "crossed", folds: 3, fold: "all" }, context("run"));
}, 60_000);

afterAll(() => rm(root, { recursive: true, force: true }));

test("a network for each fold: each case is predicted by the one that did not learn from it", async () => {
  expect((await readdir(at("cohort/models/crossed"))).sort()).toEqual([
    ...["facts.json", "fold-0", "fold-1", "fold-2", "networks.json"],
  ]);
  const folds = await Promise.all([0, 1, 2].map((n) => modelAt("crossed", `fold-${n}`)));
  const names = [0, 1, 2, 3, 4].map((n) => `volume-${n}`);
  expect(folds.flatMap((fold) => fold.heldOutCases).sort()).toEqual(names);
  for (const [n, { fold, trainCases, heldOutCases }] of folds.entries()) {
    expect(fold).toBe(n);
    expect([...trainCases, ...heldOutCases].sort()).toEqual(names);
  }
  const summary = await json("cohort/evaluation/crossed/summary.json");
  expect(summary).toMatchObject({ model: "crossed", unseen: true, cases: 5, missing: 0 });
  const predicted = (await readdir(at("cohort/predictions/crossed"))).filter((name) =>
    name.endsWith(".nii.gz"),
  );
  expect(predicted.sort()).toEqual(names.map((name) => `${name}.nii.gz`));
});

test("all of it is kept by the same command, and a fold that is lost is trained again", async () => {
  const again = () => train("crossed", { folds: 3, fold: "all" });
  const trained = ({ steps }: Awaited<ReturnType<typeof again>>) =>
    steps.find(({ step }) => step === "train")?.status;
  expect(trained(await again())).toBe("kept");
  const lost = at("cohort/models/crossed/fold-1/weights.safetensors");
  const weights = await readFile(lost);
  await rm(lost);
  expect(trained(await again())).toBe("done");
  expect(await readFile(lost)).toEqual(weights);
});

test("the report tells of the folds", async () => {
  const options = { cohort: at("cohort"), model: "crossed", language: "en" } as const;
  await reportCohort(options, context("report"));
  const page = await readFile(at("cohort/report/index.html"), "utf8");
  expect(page).toContain("Trained 3\u00A0times");
  expect(page).toContain("each patient is scored by the network that has never seen them");
});

test("models of another kind do not share a name; all networks of a model predict a new scan", async () => {
  await expect(train("crossed", { fold: 0 })).rejects.toMatchObject({
    code: "usage.argument",
    message: "models/crossed holds fold-N, not one network",
  });
  const scan = at("data/volume_pt1/volume-0.nii");
  const model = at("cohort/models/crossed");
  const out = at("mask.nii.gz");
  await predictScan({ scan, model, out }, context("predict"));
  const together = await readFile(out);
  await predictScan({ scan, model: join(model, "fold-2"), out }, context("predict"));
  expect((await readFile(out)).equals(together)).toBe(false);
  await train("crossed", { fold: 0, restart: true });
  expect(await readdir(at("cohort/models/crossed"))).not.toContain("networks.json");
});

test("cases that are named are held out, others set aside: neither is learned from", async () => {
  await train("named", { holdOut: ["1", "volume-3"], watch: 0.4, patience: 1 });
  const { trainCases, watchCases = [], heldOutCases, trainScans, chosen } = await modelAt("named");
  expect(heldOutCases).toEqual(["volume-1", "volume-3"]);
  expect(watchCases).toHaveLength(1);
  expect([...trainCases, ...watchCases].sort()).toEqual(["volume-0", "volume-2", "volume-4"]);
  expect(chosen).toMatchObject({ by: "set-aside", epoch: 1 });
  expect(trainScans?.map((one) => one.case).sort()).toEqual(["volume-0", "volume-2", "volume-4"]);
  expect(await json("cohort/splits.json")).toEqual({
    seed: 1,
    folds: [{ train: trainCases, watch: watchCases, heldOut: heldOutCases }],
  });
  // Who chose the epoch does not judge it.
  const { result: scored } = await evaluateCohort(
    { cohort: at("cohort"), model: "named" },
    context("evaluate"),
  );
  expect(scored.summary.cases).toBe(2);
});

test.each([
  ["a fold that is none", { fold: 5 }, "there is no fold 5 of 5"],
  ["both ways to say who", { holdOut: ["1"], fold: 1 }, "choose one of them"],
  ["a case that is none", { holdOut: ["17"] }, "no case 17"],
])("%s is refused", async (_, changes, message) => {
  await expect(train("none", changes)).rejects.toThrow(message);
});

test.each([
  ["unet2015", { widths: [2, 3], size: 20 }],
  ["resnet34-unet", { widths: [4], size: 32, accumulate: 2 }],
] as const)("a %s is trained, predicts and is scored", async (arch, changes) => {
  await train(arch, { arch, ...changes });
  const options = { cohort: at("cohort"), model: arch };
  const { result, failures } = await evaluateCohort(options, context("evaluate"));
  expect(failures).toEqual([]);
  expect(result.summary).toMatchObject({ cases: 1, missing: 0 });
  expect((await json("cohort/models", arch, "model.json")).architecture).toMatchObject({
    architecture: arch,
  });
});

test("the learning-rate finder writes its curve and changes nothing else", async () => {
  const split = await json("cohort/splits.json");
  const before = await readdir(at("cohort/models/named"));
  const options = { ...choices, cohort: at("cohort"), model: "named", language: "fr" } as const;
  const { result } = await findCohortRate({ ...options, rate: 7 }, context("find-rate"));
  expect(result.files).toEqual(
    ["csv", "svg", "png"].map((ending) => `models/named/rate-finder.${ending}`),
  );
  expect(result.points.length).toBeGreaterThan(20);
  expect(result.points[0]).toMatchObject({ step: 0, learning_rate: 1e-7 });
  expect(await readFile(at("cohort", result.files[1]), "utf8")).toContain("Recherche du taux");
  expect(await json("cohort/splits.json")).toEqual(split);
  const added = ["rate-finder.csv", "rate-finder.png", "rate-finder.svg"];
  expect((await readdir(at("cohort/models/named"))).sort()).toEqual([...before, ...added].sort());
  // The same seed, the same curve.
  const again = await findCohortRate(options, context("find-rate"));
  expect(again.result.points).toEqual(result.points);
});

test("an ensemble: members of one split, each from its own seed, predict together", async () => {
  const recipe = at("ensemble.json");
  await writeFile(recipe, JSON.stringify({ base: "demo", name: "ensemble", members: 2 }));
  const ensemble = { recipe, holdOut: ["2"] };
  await train("both", ensemble);
  const members = await Promise.all([0, 1].map((n) => modelAt("both", `member-${n}`)));
  expect(members.map(({ seed, heldOutCases }) => [seed, heldOutCases])).toEqual([
    [1, ["volume-2"]],
    [2, ["volume-2"]],
  ]);
  // Its first member is the network that the same recipe trains without others.
  await train("alone", { ...ensemble, recipe: "demo" });
  const weights = (...parts: string[]) =>
    readFile(at("cohort/models", ...parts, "weights.safetensors"));
  expect(await weights("both/member-0")).toEqual(await weights("alone"));
  expect(await weights("both/member-1")).not.toEqual(await weights("alone"));
  const options = { cohort: at("cohort"), model: "both", language: "en" } as const;
  expect((await evaluateCohort(options, context("evaluate"))).result.summary.cases).toBe(1);
  await reportCohort(options, context("report"));
  const page = await readFile(at("cohort/report/index.html"), "utf8");
  expect(page).toContain("An ensemble: 2\u00A0networks");
  await expect(train("both", { holdOut: ["2"] })).rejects.toMatchObject({
    message: "models/both holds member-N, not one network",
  });
});

test("two models are compared on the cases that both were judged on; the LiTS numbers beside", async () => {
  const options = { cohort: at("cohort"), model: "unet2015", against: "resnet34-unet", lits: true };
  const { result } = await evaluateCohort(options, context("evaluate"));
  expect(result.summary).toMatchObject({ cases: 1, patients: 1, withoutReference: [] });
  expect(result.comparison?.find(({ score }) => score === "dice")).toMatchObject({
    structure: "liver",
    cases: 1,
    patients: 1,
    // One patient has no interval, and both changes of its sign are as far.
    ci95: null,
    p: 1,
  });
  expect(result.lits?.liver_dice_per_case).toBeCloseTo(result.summary.liver.dicePerCase ?? 0, 12);
  expect((await readdir(at("cohort/evaluation/unet2015"))).sort()).toEqual([
    ...[
      "against-resnet34-unet.json",
      "cases.csv",
      "cases.parquet",
      "lesions.csv",
      "lesions.parquet",
    ],
    ...["lits.json", "summary.json"],
  ]);
  expect(await json("cohort/evaluation/unet2015/summary.json")).toEqual(
    JSON.parse(JSON.stringify(result.summary)),
  );
  expect(await json("cohort/evaluation/unet2015/lits.json")).toEqual(result.lits);
  // The same numbers again, from what was kept.
  expect((await evaluateCohort(options, context("evaluate"))).result).toEqual(result);
});
