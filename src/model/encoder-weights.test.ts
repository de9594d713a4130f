import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomFrom } from "../core/index.ts";
import { sizeOf } from "../onnx/index.ts";
import { networkOf } from "./architectures.ts";
import { inventoryOf } from "./build.ts";
import { readCheckpoint } from "./checkpoint.node.ts";
import { tensorsOf } from "./checkpoint.ts";
import { withEncoderWeights } from "./encoder-weights.ts";
import { initialVectors } from "./flat.ts";
import { encodeSafetensors, type NamedTensor } from "./safetensors.ts";
import { unet } from "./unet.ts";

const architecture = { architecture: "resnet34-unet", channels: 3, classes: 3, width: 1 } as const;
const inventory = inventoryOf(networkOf(architecture), [2, 3, 64, 64]);
const vectors = initialVectors(inventory, randomFrom(1));

let folder: string;
let checkpoint: Readonly<Record<string, NamedTensor>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-encoder-"));
  const oracle = new URL("../../test/oracle/resnet/checkpoints.json", import.meta.url);
  const { resnet34 } = JSON.parse(await readFile(oracle, "utf8")) as { resnet34: string };
  await writeFile(join(folder, "resnet34.pth"), inflateSync(Buffer.from(resnet34, "base64")));
  checkpoint = await readCheckpoint(join(folder, "resnet34.pth"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a file of torchvision's names fills the encoder, statistics included, and nothing else", () => {
  const before = tensorsOf(vectors, inventory);
  const after = tensorsOf(withEncoderWeights({ inventory, vectors }, checkpoint), inventory);
  expect(Object.keys(after)).toEqual(Object.keys(before));
  // 36 kernels, 36 norms of weight and bias, 36 running means and variances; fc and counts besides.
  const names = Object.keys(checkpoint);
  expect(names.length).toBe(36 + 36 * 2 + 36 * 2 + 2 + 36);
  names.forEach((name, seed) => {
    const formula = (n: number): number => ((7 * n + 3 * seed) % 13) / 8;
    if (name.startsWith("fc.") || name.endsWith("num_batches_tracked")) return;
    const { shape, data } = after[`encoder.${name}`];
    expect(data, name).toEqual(Float32Array.from({ length: sizeOf(shape) }, (_, n) => formula(n)));
  });
  for (const [name, { data }] of Object.entries(before)) {
    if (!name.startsWith("encoder.")) expect(after[name].data, name).toEqual(data);
  }
});

test("the same tensors as safetensors do the same, whatever the file is called", async () => {
  const path = join(folder, "resnet34.bin");
  await writeFile(path, encodeSafetensors({ tensors: checkpoint, metadata: {} }));
  expect(await readCheckpoint(path)).toEqual(checkpoint);
  await writeFile(path, "neither of them, but long enough");
  await expect(readCheckpoint(path)).rejects.toMatchObject({ code: "model.invalid", file: path });
  await writeFile(path, "12345678{ cut off");
  await expect(readCheckpoint(path)).rejects.toMatchObject({ code: "model.invalid", file: path });
  await expect(readCheckpoint(join(folder, "none"))).rejects.toMatchObject({
    code: "input.missing",
  });
});

test("what does not fit is named", () => {
  const load = (tensors: Readonly<Record<string, NamedTensor>>): unknown =>
    withEncoderWeights({ inventory, vectors }, tensors);
  const { "bn1.weight": missing, ...rest } = checkpoint;
  const wrong = { ...rest, "layer5.0.conv1.weight": missing, "layer4.2.bn2.bias": missing };
  expect(() => load(wrong)).toThrow("missing: encoder.bn1.weight [1]");
  expect(() => load(wrong)).toThrow("too many: encoder.layer5.0.conv1.weight [1]");
  expect(() => load(wrong)).toThrow(
    "of another shape: encoder.layer4.2.bn2.bias [8] expected, got [1]",
  );

  const grey = { shape: [1, 1, 7, 7], data: new Float32Array(49) };
  expect(() => load({ ...checkpoint, "conv1.weight": grey })).toThrow(
    "for images of 1 channels, the network's have 3",
  );
});

test("other networks take no such weights", () => {
  const settings = { architecture: "unet", channels: 3, classes: 3, widths: [2, 2] } as const;
  const other = inventoryOf(unet({ ...settings, convolutions: 1 }), [1, 3, 16, 16]);
  const start = { inventory: other, vectors: initialVectors(other, randomFrom(1)) };
  expect(() => withEncoderWeights(start, checkpoint)).toThrow("the network has no ResNet-34");
});
