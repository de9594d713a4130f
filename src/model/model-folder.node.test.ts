import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { inventoryOf } from "./build.ts";
import { lengthOf } from "./flat.ts";
import { readDescription, readModel, writeModel } from "./model-folder.node.ts";
import { unet } from "./unet.ts";
import type { UnetSettings } from "./unet-settings.ts";

const architecture = {
  architecture: "unet",
  channels: 3,
  classes: 3,
  widths: [2, 2],
  convolutions: 1,
} satisfies UnetSettings;

const folders: string[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-model-"));
  folders.push(folder);
  const { parameters } = inventoryOf(unet(architecture), [1, 3, 16, 16]);
  await writeModel(folder, {
    vectors: {
      weights: new Float32Array(lengthOf(parameters)).fill(0.5),
      statistics: new Float32Array(0),
    },
    description: {
      architecture,
      imageSize: 16,
      neighbours: 0,
      inputChannels: ["liver", "custom", "histogram"],
      classes: ["background", "liver", "tumour"],
      training: {
        recipe: "test",
        epochs: 1,
        steps: 1,
        seed: 1,
        fold: 0,
        trainCases: ["a"],
        trainScans: [{ case: "a", patient: "a", sha256: "A" }],
        heldOutCases: ["b"],
        seconds: 1,
        runtime: "none",
      },
    },
  });
});

afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

test("what is written is read, and says what it learned from", async () => {
  const { description } = await readModel(folder);
  expect(description.training.trainScans).toEqual([{ case: "a", patient: "a", sha256: "A" }]);
  expect(await readDescription(folder)).toEqual(description);
});

test("model.onnx tells nobody whom it learned from, and does not change with the clock", async () => {
  const onnx = await readFile(join(folder, "model.onnx"));
  expect(onnx.includes("hepar-model/1")).toBe(true);
  for (const secret of ["trainCases", "trainScans", "heldOutCases", "seconds"]) {
    expect(onnx.includes(secret)).toBe(false);
  }
});

test.each(["weights.safetensors", "model.onnx"])(
  "a %s that is another one is refused",
  async (name) => {
    await appendFile(join(folder, name), "x");
    await expect(readModel(folder)).rejects.toMatchObject({
      code: "model.invalid",
      file: join(folder, name),
      message: `${name} is not the one that model.json names (its SHA-256 differs)`,
    });
  },
);

test("without one of its files there is no model", async () => {
  await rm(join(folder, "model.onnx"));
  await expect(readModel(folder)).rejects.toMatchObject({ code: "model.missing" });
});
