import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { randomFrom } from "../core/index.ts";
import { openSession } from "../onnx/index.node.ts";
import { encodeModel, input } from "../onnx/index.ts";
import { build, inventoryOf } from "./build.ts";
import { tensorsOf } from "./checkpoint.ts";
import { initialVectors, lengthOf } from "./flat.ts";
import { resnet34Unet } from "./resnet34-unet.ts";

// Ten steps and the export against fastai's network: src/train/resnet34-unet.test.ts.

const settings = { architecture: "resnet34-unet", channels: 3, classes: 3 } as const;
const narrow = { ...settings, width: 4 };
const imageShape = [1, 3, 32, 64];

test("the whole network has the weights of unet_learner(dls, resnet34)", () => {
  const oracle = new URL("../../test/oracle/resnet/resnet34.json", import.meta.url);
  const { fullWeights } = JSON.parse(readFileSync(oracle, "utf8")) as { fullWeights: number };
  const { parameters } = inventoryOf(resnet34Unet(settings), imageShape);
  expect(lengthOf(parameters)).toBe(fullWeights);
});

test("the four channels of each new block of pixels start alike", () => {
  const inventory = inventoryOf(resnet34Unet(narrow), imageShape);
  const tensors = tensorsOf(initialVectors(inventory, randomFrom(1)), inventory);
  const { shape, data } = tensors["decoder.0.up.weight"];
  expect(shape).toEqual([64, 32, 1, 1]);
  const rows = Array.from({ length: 64 }, (_, n) => data.subarray(32 * n, 32 * (n + 1)));
  rows.forEach((row, n) => {
    expect(row).toEqual(rows[n - (n % 4)]);
  });
  expect(rows[4]).not.toEqual(rows[0]);
});

test("ImageNet's colours: −1 to 1 becomes what torchvision's weights know", async () => {
  const inventory = inventoryOf(resnet34Unet(narrow), imageShape);
  const tensors = tensorsOf(initialVectors(inventory, randomFrom(1)), inventory);
  const weights = Object.fromEntries(
    Object.entries(tensors).map(([name, { data }]) => [name, data]),
  );
  /** Logits of an image that is one colour. */
  const logitsOf = async (imageNet: boolean, colour: readonly number[]): Promise<Float32Array> => {
    const x = input("image", imageShape);
    const [logits] = build(resnet34Unet({ ...narrow, imageNet }), x, { mode: "eval" }).outputs;
    const session = await openSession(encodeModel({ logits }, { weights }));
    const image = Float32Array.from(colour.flatMap((value) => Array<number>(32 * 64).fill(value)));
    const results = await session.run({ image });
    await session.release();
    return results.logits;
  };
  // Black, grey and white; then as torchvision's transforms make them.
  const got = await logitsOf(true, [-1, 0, 1]);
  const means = [(0 - 0.485) / 0.229, (0.5 - 0.456) / 0.224, (1 - 0.406) / 0.225];
  const expected = await logitsOf(false, means);
  const largest = Math.max(...expected.map(Math.abs));
  expect(largest).toBeGreaterThan(0);
  expected.forEach((value, n) => {
    expect(Math.abs(got[n] - value)).toBeLessThan(1e-5 * largest);
  });
  expect(() => resnet34Unet({ ...settings, channels: 1, imageNet: true })).toThrow("3 channels");
});

test("sizes that are no multiples of 32 are refused", () => {
  expect(() => inventoryOf(resnet34Unet(settings), [2, 3, 64, 48])).toThrow(
    "multiples of 32, got 64 × 48",
  );
  expect(() => inventoryOf(resnet34Unet(settings), [2, 3, 32, 32, 32])).toThrow("2D images");
});
