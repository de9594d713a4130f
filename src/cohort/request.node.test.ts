import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomFrom } from "../core/index.ts";
import { sha256OfFile } from "../files/index.node.ts";
import {
  encodeSafetensors,
  initialVectors,
  inventoryOf,
  networkOf,
  tensorsOf,
} from "../model/index.ts";
import { type TrainRequest, trainChoicesOf } from "./request.node.ts";

let folder: string;
let file: string;

// A narrow ResNet-34's numbers by torchvision's names, as if it had learned them.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-request-"));
  file = join(folder, "resnet34.safetensors");
  const settings = { architecture: "resnet34-unet", channels: 3, classes: 3, width: 4 } as const;
  const inventory = inventoryOf(networkOf(settings), [1, 3, 32, 32]);
  const all = Object.entries(tensorsOf(initialVectors(inventory, randomFrom(9)), inventory));
  const encoder = all
    .filter(([name]) => name.startsWith("encoder."))
    .map(([name, tensor]) => [name.slice("encoder.".length), tensor]);
  await writeFile(file, encodeSafetensors({ tensors: Object.fromEntries(encoder), metadata: {} }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const request = (changes: Partial<TrainRequest>): TrainRequest => ({
  ...{ recipe: "demo", arch: "resnet34-unet", widths: [4], size: 32, seed: 1 },
  encoderWeights: file,
  ...changes,
});

test("encoder weights are read, and known by their content", async () => {
  const { encoderWeights, recipe } = await trainChoicesOf(request({}));
  expect(encoderWeights?.sha256).toBe(await sha256OfFile(file));
  expect(encoderWeights?.tensors["layer4.2.conv2.weight"].shape).toEqual([32, 32, 3, 3]);
  expect(recipe.network).toMatchObject({ architecture: "resnet34-unet", width: 4 });
});

test.each<[string, Partial<TrainRequest>, string]>([
  ["without such an encoder", { arch: "unet", widths: [4, 8] }, "no ResNet-34"],
  ["of another width", { widths: [8] }, "not the weights of a ResNet-34"],
  ["of more channels", { recipe: "accurate" }, "images of 3 channels, the network's have 9"],
])(
  "they are refused for a network %s, before any work, with their file",
  async (_, changes, message) => {
    const refused = trainChoicesOf(request(changes));
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ code: "model.invalid", file });
  },
);

test("a file that is not there is missed by its name", async () => {
  const missing = join(folder, "none.pth");
  await expect(trainChoicesOf(request({ encoderWeights: missing }))).rejects.toMatchObject({
    code: "input.missing",
    file: missing,
  });
});
