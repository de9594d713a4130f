import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { openSession } from "../onnx/index.node.ts";
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

const training = {
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
};

function write(settings: UnetSettings, neighbours: number): Promise<void> {
  const { parameters } = inventoryOf(unet(settings), [1, settings.channels, 16, 16]);
  return writeModel(folder, {
    vectors: {
      weights: new Float32Array(lengthOf(parameters)).fill(0.5),
      statistics: new Float32Array(0),
    },
    description: {
      architecture: settings,
      imageSize: 16,
      neighbours,
      prediction: { mirrors: false, smallestTumour: 0 },
      inputChannels: Array.from({ length: settings.channels }, (_, n) => `channel ${n}`),
      classes: ["background", "liver", "tumour"],
      training,
    },
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-model-"));
  folders.push(folder);
  await write(architecture, 0);
});

afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

test("what is written is read, and says what it learned from", async () => {
  const { description, vectors } = await readModel(folder);
  expect(vectors.weights.every((weight) => weight === 0.5)).toBe(true);
  expect(description.training.trainScans).toEqual([{ case: "a", patient: "a", sha256: "A" }]);
  expect(await readDescription(folder)).toEqual(description);
});

test("a network that sees neighbouring slices has three channels of each", async () => {
  await write({ ...architecture, channels: 3 * (2 * 2 + 1) }, 2);
  const { description, vectors, inference } = await readModel(folder);
  expect(description).toMatchObject({ neighbours: 2, architecture: { channels: 15 } });
  const session = await openSession(inference, { threads: 1 });
  const { logits } = await session.run({ image: new Float32Array(15 * 16 * 16) });
  expect(logits).toHaveLength(3 * 16 * 16);
  await session.release();
  // Twelve channels more, each with a kernel of 3 × 3 for each of the first two.
  const { parameters } = inventoryOf(unet(architecture), [1, 3, 16, 16]);
  expect(vectors.weights.length - lengthOf(parameters)).toBe(12 * 2 * 9);
});

test("model.onnx tells nobody whom it learned from, and does not change with the clock", async () => {
  const onnx = await readFile(join(folder, "model.onnx"));
  expect(onnx.includes("hepar-model/1")).toBe(true);
  for (const secret of ["trainCases", "trainScans", "heldOutCases", "seconds"]) {
    expect(onnx.includes(secret)).toBe(false);
  }
});

/** Changes model.json. */
async function describe(change: object): Promise<void> {
  const path = join(folder, "model.json");
  const description = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...description, ...change }));
}

const damaged = async (name: string, damage: (bytes: Buffer) => Uint8Array): Promise<void> => {
  const path = join(folder, name);
  await writeFile(path, damage(await readFile(path)));
};
const expectRefusal = (name: string, message: unknown): Promise<void> =>
  expect(readModel(folder)).rejects.toMatchObject({
    code: "model.invalid",
    file: join(folder, name),
    message,
  });

test.each(["weights.safetensors", "model.onnx"])(
  "a changed number in %s is found",
  async (name) => {
    await damaged(name, (bytes) => bytes.fill(1, bytes.length - 1));
    const start = `${name} is not the one that model.json names: SHA-256 expected `;
    await expectRefusal(name, expect.stringMatching(`^${start}[0-9a-f]{64}, got [0-9a-f]{64}$`));
  },
);

test("weights that are cut off say where", async () => {
  await damaged("weights.safetensors", (bytes) => bytes.subarray(0, bytes.length - 4));
  const message = /the tensor head\.bias is cut off: it ends at byte \d+ of \d+$/;
  await expectRefusal("weights.safetensors", expect.stringMatching(message));
});

test("weights of another architecture say what differs", async () => {
  await describe({ architecture: { ...architecture, widths: [2, 3], bias: true } });
  const message =
    /^the tensors are another network's; missing: encoder\.0\.0\.conv\.bias \[2\], .*of another shape: encoder\.1\.0\.conv\.weight \[3,2,3,3\] expected, got \[2,2,3,3\]/;
  await expectRefusal("weights.safetensors", expect.stringMatching(message));
});

test.each([
  [{ neighbours: 1, inputChannels: [] }, "3 channels have 0 names"],
  [{ classes: ["background"] }, "3 classes have 1 names"],
  [{ neighbours: 2 }, "3 channels are not those of 5 slices"],
  [{ neighbours: -1 }, "neighbours"],
  [{ imageSize: 15 }, "takes sizes that are multiples of 2, got 15 × 15"],
])("a description that contradicts itself is refused: %o", async (change, message) => {
  await describe(change);
  await expectRefusal("model.json", expect.stringContaining(message));
});

test("settings that no architecture has are refused", async () => {
  await describe({ architecture: { ...architecture, attention: true } });
  await expectRefusal("model.json", expect.stringContaining("attention"));
});

test("without one of its files there is no model", async () => {
  await rm(join(folder, "model.onnx"));
  await expect(readModel(folder)).rejects.toMatchObject({ code: "model.missing" });
});
