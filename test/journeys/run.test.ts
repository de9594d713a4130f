import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writePhantomCohort } from "../../src/phantom/index.node.ts";
import { contentOf, hepar, isBuilt, start } from "./hepar.ts";

const quick = ["--recipe", "demo", "--epochs", "1", "--size", "32"];

let root = "";
/** What a run that nothing disturbed leaves. */
let whole = new Map<string, string>();
const at = (...parts: string[]): string => join(root, ...parts);

/** A folder with some of the phantoms, by name of file. */
async function dataWith(name: string, wanted: (file: string) => boolean): Promise<string> {
  const files = await readdir(at("data"), { recursive: true });
  for (const file of files.filter((path) => path.endsWith(".nii") && wanted(basename(path)))) {
    await cp(at("data", file), at(name, file));
  }
  return at(name);
}

/** Where a phantom's scan lies in its data folder. */
const scanFile = (number: number): string => `volume_pt1/volume-${number}.nii`;
const maskFile = (number: number): string => `segmentations/segmentation-${number}.nii`;

/** Names of the predicted masks. */
const masksIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith(".nii.gz")).sort();

describe.skipIf(!isBuilt)("hepar run", () => {
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "hepar-journey-"));
    const size = ["--width", "64", "--depth", "8"];
    const made = await hepar("phantom", "--out", at("data"), "--cases", "4", ...size);
    expect(made.status, made.stderr).toBe(0);
    const ran = await hepar("run", at("data"), "--out", at("whole"), ...quick);
    expect(ran.status, ran.stderr).toBe(0);
    expect(ran.stdout).toContain(`report: ${at("whole")}/report/index.html`);
    whole = await contentOf(at("whole"));
  }, 60_000);

  afterAll(() => rm(root, { recursive: true, force: true }));

  test("leaves everything that the design names", async () => {
    const files = [...whole.keys()];
    for (const file of [
      "catalog.parquet",
      "catalog.csv",
      "lesions.parquet",
      "lesions.csv",
      "splits.json",
      "slices/slices.parquet",
      "slices/images/volume-0/volume-0_slice_0.jpg",
      "slices/masks/volume-0/volume-0_slice_7.png",
      "models/unet/weights.safetensors",
      "evaluation/unet/cases.csv",
      "evaluation/unet/summary.json",
    ]) {
      expect(files).toContain(file);
    }
    expect(
      files.filter((file) => /^predictions\/unet\/volume-\d\.nii\.gz$/.test(file)),
    ).toHaveLength(
      1, // 4 patients in 4 folds: one is held out
    );
    const splits = JSON.parse(await readFile(at("whole", "splits.json"), "utf8"));
    expect(splits.folds).toHaveLength(4);
  });

  test("given again, keeps everything, and --json is one document", async () => {
    const again = await hepar("run", at("data"), "--out", at("whole"), ...quick, "--json");
    expect(again.status).toBe(0);
    const document = JSON.parse(again.stdout);
    expect(document).toMatchObject({ command: "run", status: 0, cases: 4, failures: [] });
    expect(document.steps.map((step: { status: string }) => step.status)).toEqual(
      Array(7).fill("kept"),
    );
    expect(await contentOf(at("whole"))).toEqual(whole);
  });

  test("the report speaks French when asked", async () => {
    const { status } = await hepar("report", at("whole"), "--lang", "fr");
    expect(status).toBe(0);
    const page = await readFile(at("whole/report/index.html"), "utf8");
    expect(page).toContain('<html lang="fr"');
    expect(page).toContain("Scores sur des patients jamais vus");
    expect(page).not.toMatch(/never seen|Nothing failed|Data folder/);
  });

  test.each(["convert: ", "train: "])(
    "killed after %s, the same command ends with the same files",
    async (moment) => {
      const folder = at(`killed-${moment.slice(0, -2)}`);
      const command = ["run", at("data"), "--out", folder, ...quick];
      const killed = start(...command);
      await killed.says(`✓ ${moment}`);
      killed.process.kill("SIGKILL");
      await killed.ended;
      const { status, stderr } = await hepar(...command);
      expect(status, stderr).toBe(0);
      expect(await contentOf(folder)).toEqual(whole);
    },
  );

  test("stopped by Ctrl-C it says so with 130, and goes on later", async () => {
    const command = ["run", at("data"), "--out", at("stopped"), ...quick];
    const stopped = start(...command);
    await stopped.says("✓ catalog");
    stopped.process.kill("SIGINT");
    const { status, stderr } = await stopped.ended;
    expect(status).toBe(130);
    expect(stderr).toContain("error[run.stopped]");
    expect((await hepar(...command)).status).toBe(0);
    expect(await contentOf(at("stopped"))).toEqual(whole);
  });

  test("two at once: the second is told who is at work", async () => {
    const command = ["run", at("data"), "--out", at("busy"), ...quick];
    const first = start(...command);
    await first.says("✓ catalog");
    const second = await hepar(...command);
    expect(second.status).toBe(3);
    expect(second.stderr).toContain("error[cohort.busy]: `hepar run` (process");
    first.process.kill("SIGKILL");
    await first.ended;
  });

  test("a broken scan among good ones is named, in the report too, and the others are done", async () => {
    const data = await dataWith("with-broken", () => true);
    await truncate(join(data, scanFile(1)), 1000);
    const { status, stdout } = await hepar("run", data, "--out", at("broken"), ...quick);
    expect(status).toBe(4);
    expect(stdout).toContain("failed: volume-1 (catalog, nifti.");
    expect(stdout).toContain("3 cases done, 1 failed");
    expect(await readFile(at("broken/report/index.html"), "utf8")).toContain("volume-1");
    expect(await readdir(at("broken/slices/images"))).toEqual(["volume-0", "volume-2", "volume-3"]);
  });

  test("without masks it catalogues and converts; a trained model predicts what it did not learn from", async () => {
    const data = await dataWith("no-masks", (file) => file.startsWith("volume-"));
    const command = ["run", data, "--out", at("unmasked"), "--json"];
    const plain = await hepar(...command);
    expect(plain.status, plain.stderr).toBe(0);
    expect(JSON.parse(plain.stdout)).toMatchObject({
      model: null,
      omissions: [{ step: "train", code: "cohort.no-masks" }],
    });
    const predicted = await hepar(...command, "--model", at("whole/models/unet"));
    expect(predicted.status, predicted.stderr).toBe(0);
    expect(predicted.stderr).toMatch(/unet-\w{8} learned from 3 of these scans/);
    const { model } = JSON.parse(predicted.stdout);
    expect(model).toMatch(/^unet-[0-9a-f]{8}$/); // not to be taken for one of this cohort
    const { folds } = JSON.parse(await readFile(at("whole/splits.json"), "utf8"));
    expect(await masksIn(at("unmasked/predictions", model))).toEqual(
      folds[0].heldOut.map((name: string) => `${name}.nii.gz`),
    );
  });

  test("a model from elsewhere is scored on what it did not learn from, under any name", async () => {
    const data = at("renamed");
    for (const number of [0, 1, 2, 3]) {
      await cp(at("data", scanFile(number)), join(data, `volume-${number + 10}.nii`));
      await cp(at("data", maskFile(number)), join(data, `segmentation-${number + 10}.nii`));
    }
    const model = at("whole/models/unet");
    const { status, stdout, stderr } = await hepar(
      ...["run", data, "--out", at("renamed-out"), "--model", model],
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toContain("on 1 case that training never saw:");
    const page = await readFile(at("renamed-out/report/index.html"), "utf8");
    expect(page).toContain("was trained elsewhere");
  });

  test("where only some have masks, those are learned from and the others are predicted too", async () => {
    const data = await dataWith("some", (file) => file !== "segmentation-3.nii");
    const { status, stderr } = await hepar("run", data, "--out", at("some-out"), ...quick);
    expect(status, stderr).toBe(0);
    const { folds } = JSON.parse(await readFile(at("some-out/splits.json"), "utf8"));
    expect(await masksIn(at("some-out/predictions/unet"))).toEqual(
      [...folds[0].heldOut, "volume-3"].map((name) => `${name}.nii.gz`).sort(),
    );
  });

  test("where no case has a tumour, the liver is learned, and that is said", async () => {
    const phantoms = { cases: 2, seed: 3, width: 64, depth: 8, withoutTumour: 1 };
    await writePhantomCohort(at("healthy"), phantoms);
    const { status, stderr } = await hepar(
      "run",
      at("healthy"),
      "--out",
      at("healthy-out"),
      ...quick,
    );
    expect(status, stderr).toBe(0);
    expect(stderr).toContain("warning: no case to learn from has a tumour: only the liver");
  });

  test("one patient cannot be split: the report is written and says why", async () => {
    const data = await dataWith("one", (file) => /-0\./.test(file));
    const { status, stdout } = await hepar("run", data, "--out", at("one-out"), ...quick);
    expect(status).toBe(3);
    expect(stdout).toContain("left out: train: training needs masks of at least two patients");
    expect(await readFile(at("one-out/report/index.html"), "utf8")).toContain("two patients");
  });

  test("one scan is predicted by itself", async () => {
    const model = at("whole/models/unet");
    const { folds } = JSON.parse(await readFile(at("whole/splits.json"), "utf8"));
    const [name] = folds[0].heldOut;
    const scan = at("data", scanFile(Number(name.slice("volume-".length))));
    const { status, stderr } = await hepar(
      "predict",
      scan,
      "--model",
      model,
      "--out",
      at("m.nii.gz"),
    );
    expect(status, stderr).toBe(0);
    const ofCohort = await readFile(at(`whole/predictions/unet/${name}.nii.gz`));
    expect((await readFile(at("m.nii.gz"))).equals(ofCohort)).toBe(true);
  });

  test("an empty folder is bad input, and nothing is made", async () => {
    await mkdir(at("empty"));
    const { status, stderr } = await hepar("run", at("empty"), "--out", at("none"));
    expect(status).toBe(3);
    expect(stderr).toContain("error[cohort.no-cases]");
    expect(await readdir(root)).not.toContain("none");
  });

  test("a folder that holds something else is refused and left as it is", async () => {
    await mkdir(at("foreign"));
    await writeFile(at("foreign/thesis.txt"), "years of work");
    const { status, stderr } = await hepar("run", at("data"), "--out", at("foreign"));
    expect(status).toBe(2);
    expect(stderr).toContain("nothing was changed");
    expect(await readdir(at("foreign"))).toEqual(["thesis.txt"]);
  });
});
