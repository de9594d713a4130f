import { appendFile, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ProgressEvent } from "../core/index.ts";
import { writePhantomCohort } from "../phantom/index.node.ts";
import { evaluateCohort, reportCohort, runCohort, trainCohort } from "./commands.node.ts";
import { predictScan } from "./predict-scan.node.ts";

/** Networks in memory. */
let open = 0;

vi.mock(import("../onnx/index.node.ts"), async (original) => {
  const onnx = await original();
  const openSession: typeof onnx.openSession = async (...given) => {
    const session = await onnx.openSession(...given);
    open++;
    const release = async (): Promise<void> => {
      open--;
      await session.release();
    };
    return { ...session, run: session.run.bind(session), release };
  };
  return { ...onnx, openSession };
});

let root: string;
const at = (...parts: string[]): string => join(root, ...parts);
let events: ProgressEvent[] = [];

function context(command = "run") {
  events = [];
  return {
    version: "0.0.0",
    command,
    arguments: [],
    when: new Date("2026-01-02T03:04:05Z"),
    clock: () => 0,
    progress: (event: ProgressEvent) => void events.push(event),
    signal: new AbortController().signal,
  };
}

const training = {
  recipe: "demo",
  epochs: 1,
  size: 16,
  widths: [2, 2],
  seed: 1,
  folds: 4,
  fold: 0,
  threads: 1,
} as const;

const run = (changes: Partial<Parameters<typeof runCohort>[0]> = {}) =>
  runCohort(
    { data: at("data"), cohort: at("cohort"), language: "en", ...training, ...changes },
    context(),
  );

const report = () => reportCohort({ cohort: at("cohort"), language: "en" }, context("report"));

const statusOf = (
  { steps }: { steps: readonly { step: string; status: string }[] },
  wanted: string,
) => steps.find(({ step }) => step === wanted)?.status;

async function heldOut(fold: number): Promise<string[]> {
  const { folds } = JSON.parse(await readFile(at("cohort/splits.json"), "utf8"));
  return folds[fold].heldOut;
}

const predicted = async (): Promise<string[]> =>
  (await readdir(at("cohort/predictions/unet")))
    .filter((name) => name.endsWith(".nii.gz"))
    .map((name) => name.slice(0, -".nii.gz".length));

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hepar-cohort-"));
  await writePhantomCohort(at("data"), { cases: 4, seed: 5, width: 32, depth: 4 });
  await run();
}, 60_000);

afterAll(() => rm(root, { recursive: true, force: true }));

test("a report is kept until something that it shows is another", async () => {
  await report();
  expect(statusOf(await report(), "report")).toBe("kept");
  const [name] = await heldOut(0);
  const stamp = at(`cohort/.hepar/steps/predict-unet/${name}.json`);
  const { key, ...rest } = JSON.parse(await readFile(stamp, "utf8"));
  await writeFile(stamp, JSON.stringify({ key: `${key}0`, ...rest })); // predicted otherwise
  expect(statusOf(await report(), "report")).toBe("done");
});

test("a report made by itself tells the training's seed and settings too", async () => {
  await report();
  const page = await readFile(at("cohort/report/index.html"), "utf8");
  expect(page).toContain("batchSize");
});

test("a model without its ONNX file is trained again, and another fold's predictions go", async () => {
  expect(await predicted()).toEqual(await heldOut(0));
  await rm(at("cohort/models/unet/model.onnx"));
  expect(statusOf(await run(), "train")).toBe("done");
  expect(statusOf(await run(), "train")).toBe("kept");
  await run({ fold: 1 });
  expect(await predicted()).toEqual(await heldOut(1));
  expect(await readdir(at("cohort/predictions/unet/slices"))).toEqual(await heldOut(1));
});

test("a case that an earlier command could not do is in the report of a later one", async () => {
  const [name] = await heldOut(1);
  await appendFile(at(`cohort/predictions/unet/${name}.nii.gz`), "x"); // no longer gzip
  const choices = { cohort: at("cohort"), model: "unet" };
  const { failures } = await evaluateCohort(choices, context("evaluate"));
  expect(failures).toMatchObject([{ case: name, step: "evaluate" }]);
  await report();
  const page = await readFile(at("cohort/report/index.html"), "utf8");
  expect(page).toContain(`<code>${failures[0].code}</code>`);
  expect(page).not.toContain("Nothing failed.");
});

test("a damaged prediction is made again by the same command", async () => {
  const choices = { cohort: at("cohort"), model: "unet" };
  const { failures, result } = await evaluateCohort(choices, context("evaluate"));
  expect(failures).toEqual([]);
  expect(result.summary).toMatchObject({ cases: 1, missing: 0 });
});

test("a damaged slice is named, and made again by the same command", async () => {
  // Held out in fold 0, so learned from in fold 1.
  const [learned] = await heldOut(0);
  const image = at(`cohort/slices/images/${learned}/${learned}_slice_0.jpg`);
  const whole = await readFile(image);
  await writeFile(image, "no JPEG");
  const choices = { cohort: at("cohort"), model: "again", ...training, fold: 1 };
  await expect(trainCohort(choices, context("train"))).rejects.toMatchObject({
    code: "image.unreadable",
    file: image,
    hint: `give the same command again: convert makes ${learned} anew`,
  });
  await trainCohort(choices, context("train"));
  expect(await readFile(image)).toEqual(whole);
  await rm(at("cohort/models/again"), { recursive: true });
});

test("a case that could not be converted is neither learned from nor held out", async () => {
  await writePhantomCohort(at("three"), { cases: 3, seed: 5, width: 32, depth: 4 });
  const folder = at("three-out");
  await run({ data: at("three"), cohort: folder });
  const stamps = join(folder, ".hepar/steps/convert");
  const broken = "volume-1";
  const stamp = JSON.parse(await readFile(join(stamps, `${broken}.json`), "utf8"));
  // As if it had been converted to nothing, and were to be again.
  await writeFile(join(stamps, `${broken}.json`), JSON.stringify({ ...stamp, value: [] }));
  await trainCohort({ cohort: folder, model: "two", ...training }, context("train"));
  const model = JSON.parse(await readFile(join(folder, "models/two/model.json"), "utf8"));
  const { trainCases, heldOutCases } = model.training;
  expect([...trainCases, ...heldOutCases].sort()).toEqual(["volume-0", "volume-2"]);
});

const scanOf = (name: string): string => at("data/volume_pt1", `${name}.nii`);

test("a single scan's mask never takes the place of a file that nobody named", async () => {
  const choices = { scan: scanOf("volume-0"), model: at("cohort/models/unet") };
  const { mask } = await predictScan(choices, context());
  expect(mask).toBe(at("data/volume_pt1/volume-0-mask.nii.gz"));
  const refused = { code: "usage.argument", file: mask };
  await expect(predictScan(choices, context())).rejects.toMatchObject(refused);
  await predictScan({ ...choices, out: mask }, context());
  await rm(mask);
});

test("nor that of the scan itself, whatever it is called", async () => {
  const scan = at("scan.nii.gz");
  const other = at("other-name.nii.gz");
  await writeFile(scan, gzipSync(await readFile(scanOf("volume-0"))));
  await symlink(scan, other);
  const choices = { scan, model: at("cohort/models/unet") };
  for (const out of [scan, other]) {
    await expect(predictScan({ ...choices, out }, context())).rejects.toMatchObject({
      code: "usage.argument",
      message: "the mask would take the place of the scan",
    });
  }
});

test("a stop is heard in the middle of a single scan, and leaves nothing", async () => {
  let asked = 0;
  const signal = {
    get aborted() {
      return asked++ > 1;
    },
  } as AbortSignal;
  const choices = { scan: scanOf("volume-0"), model: at("cohort/models/unet") };
  await expect(predictScan(choices, { signal })).rejects.toMatchObject({ code: "run.stopped" });
  expect(
    (await readdir(at("data/volume_pt1"))).filter((name) => !/^volume-\d\.nii$/.test(name)),
  ).toEqual([]);
});

test("where nothing can be learned any more, the cohort's own model predicts, and that is said", async () => {
  await rm(at("data/segmentations"), { recursive: true });
  const { result, omissions } = await run({ model: "unet" });
  expect(result.model).toBe("unet");
  expect(omissions.map(({ step, code }) => [step, code])).toEqual([
    ["train", "cohort.no-masks"],
    ["evaluate", "cohort.no-masks"],
  ]);
  expect(await predicted()).toEqual(await heldOut(1));
  await report();
  const page = await readFile(at("cohort/report/index.html"), "utf8");
  expect(page).toContain("nothing to learn from");
});

test("every network that was opened has been released", () => {
  expect(open).toBe(0);
});
