import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hepar, isBuilt } from "./hepar.ts";

const golden = resolve(import.meta.dirname, "../golden/exchange");
let root = "";
const at = (...parts: string[]): string => join(root, ...parts);

describe.skipIf(!isBuilt)("hepar export and import", () => {
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "hepar-journey-exchange-"));
    const size = ["--width", "32", "--depth", "4"];
    const made = await hepar("phantom", "--out", at("data"), "--cases", "3", ...size);
    expect(made.status, made.stderr).toBe(0);
    expect((await hepar("catalog", at("data"), "--out", at("cohort"))).status).toBe(0);
  }, 60_000);
  afterAll(() => rm(root, { recursive: true, force: true }));

  test("a cohort becomes a raw data set of nnU-Net's; labels with gaps are refused before", async () => {
    const typed = ["export", "nnunet", at("cohort"), "--out", at("raw"), "--json"];
    const gap = await hepar(...typed, "--remap", "2=7");
    expect(gap.status).toBe(3);
    expect(JSON.parse(gap.stdout).error).toMatchObject({ code: "labels.value" });
    await expect(readdir(at("raw"))).rejects.toThrow("ENOENT");
    const made = await hepar(...typed);
    expect(made.status, made.stderr).toBe(0);
    const { training, folds } = JSON.parse(made.stdout);
    expect({ training, folds }).toEqual({ training: 3, folds: 3 });
    const folder = at("raw/Dataset501_Liver");
    expect((await readdir(folder)).sort()).toEqual(
      [
        "cases.csv",
        "dataset.json",
        "hepar.json",
        "imagesTr",
        "labelsTr",
        "splits_final.json",
      ].sort(),
    );
    const json = JSON.parse(await readFile(join(folder, "dataset.json"), "utf8"));
    expect(json.numTraining).toBe(3);
  });

  test("a network comes in, predicts, goes out and comes in again without a description", async () => {
    const typed = ["import", "onnx", join(golden, "balanced-2d.onnx"), "--json"];
    const silent = await hepar(...typed, "--out", at("net"));
    expect(silent.status).toBe(2);
    expect(JSON.parse(silent.stdout).error.code).toBe("usage.missing");
    const description = ["--description", join(golden, "unet-2d.json")];
    const came = await hepar(...typed, ...description, "--out", at("net"));
    expect(came.status, came.stdout).toBe(0);
    expect(JSON.parse(came.stdout).network.input.name).toBe("image");
    const scans = await readdir(at("data"), { recursive: true });
    const scan = at("data", scans.find((file) => /volume-0\.nii/.test(file)) ?? "none");
    const predict = (model: string, out: string) =>
      hepar("predict", scan, "--model", model, "--out", out);
    expect((await predict(at("net"), at("one.nii.gz"))).status).toBe(0);
    const went = await hepar("export", "onnx", at("net"), "--out", at("net.onnx"));
    expect(went.status, went.stderr).toBe(0);
    const again = await hepar("import", "onnx", at("net.onnx"), "--out", at("again"));
    expect(again.status, again.stderr).toBe(0);
    expect((await predict(at("again"), at("two.nii.gz"))).status).toBe(0);
    const [one, two] = await Promise.all(["one", "two"].map((n) => readFile(at(`${n}.nii.gz`))));
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
  }, 60_000);

  test("what is no network is refused with its name, and nothing is left", async () => {
    await writeFile(at("weights.onnx"), "PK\x03\x04 a checkpoint");
    const { status, stderr } = await hepar("import", "onnx", at("weights.onnx"), "--out", at("no"));
    expect(status).toBe(3);
    expect(stderr).toContain("no ONNX model: it is a zip archive, as torch.save writes");
    expect(stderr).toContain(at("weights.onnx"));
    await expect(readdir(at("no"))).rejects.toThrow("ENOENT");
  });

  test("options of one format are refused with the other", async () => {
    const link = await hepar("export", "onnx", at("cohort"), "--out", at("m.onnx"), "--link");
    expect(link.status).toBe(2);
    expect(link.stderr).toContain("--link: not with onnx");
    const model = await hepar("export", "onnx", at("cohort"), "--out", at("m.onnx"));
    expect(model.status).toBe(3);
    expect(model.stderr).toContain("the cohort has no trained model");
  });
});
