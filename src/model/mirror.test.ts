import { expect, test } from "vitest";
import { evaluate, input, sizeOf } from "../onnx/index.ts";
import { build } from "./build.ts";
import { mirrorBorders } from "./mirror.ts";
import type { Network } from "./parameters.ts";
import { unet2015 } from "./unet-2015.ts";

const image = input("image", [1, 1, 2, 3]);

test("borders are mirrored about the outermost pixel: numpy.pad(…, mode='reflect')", () => {
  const rows = { before: 1, after: 0 };
  const columns = { before: 2, after: 1 };
  const padded = mirrorBorders(image, [rows, columns]);
  expect(padded.shape).toEqual([1, 1, 3, 6]);
  const [result] = evaluate([padded], { image: [1, 2, 3, 4, 5, 6] });
  expect([...result.data]).toEqual([
    ...[6, 5, 4, 5, 6, 5], // row 1 before row 0
    ...[3, 2, 1, 2, 3, 2],
    ...[6, 5, 4, 5, 6, 5],
  ]);
});

test("an image that is too small is refused", () => {
  const none = { before: 0, after: 0 };
  expect(mirrorBorders(image, [none, none])).toBe(image);
  expect(() => mirrorBorders(image, [{ before: 2, after: 0 }, none])).toThrow(
    "2 pixels cannot be mirrored 2 pixels beyond",
  );
});

const settings = { architecture: "unet2015", channels: 1, classes: 2, widths: [2, 3] } as const;

/** Logits of 1 × 1 × size × size waves; every number of the network is a wave too. */
function logitsOf(network: Network, size: number) {
  const x = input("image", [1, 1, size, size]);
  const { outputs, inventory } = build(network, x, { mode: "eval" });
  const wave = (count: number) => Array.from({ length: count }, (_, n) => Math.sin(0.7 * n + 0.3));
  const feeds = inventory.parameters.map(({ name, shape }) => [name, wave(sizeOf(shape))]);
  const pixels = Array.from({ length: size }, () => wave(size)).flat();
  const [logits] = evaluate(outputs, { image: pixels, ...Object.fromEntries(feeds) });
  return logits;
}

test("mirrored, the U-Net of 2015 labels the whole image, its middle as it is without", () => {
  const whole = logitsOf(unet2015({ ...settings, mirrored: true }), 28);
  const middle = logitsOf(unet2015(settings), 28);
  expect(whole.shape).toEqual([1, 2, 28, 28]);
  expect(middle.shape).toEqual([1, 2, 12, 12]);
  middle.data.forEach((value, at) => {
    const [channel, row, column] = [Math.floor(at / 144), Math.floor(at / 12) % 12, at % 12];
    expect(whole.data[channel * 784 + (row + 8) * 28 + column + 8]).toBeCloseTo(value, 9);
  });
});

test("mirrored, it takes images of any size that can be mirrored so far", () => {
  const network = unet2015({ ...settings, mirrored: true });
  for (const size of [10, 11, 17])
    expect(logitsOf(network, size).shape).toEqual([1, 2, size, size]);
  expect(() => logitsOf(network, 8)).toThrow("8 pixels cannot be mirrored");
});
