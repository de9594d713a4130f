import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readImage, readMask, writeImage, writeMask } from "./index.node.ts";
import type { SliceMask } from "./index.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-image-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A PNG's fields and pixel bytes, read by hand: PNG specification, sections 5, 9 and 11. */
function decodePng(file: Buffer): {
  width: number;
  height: number;
  bits: number;
  colour: number;
  chunks: string[];
  bytes: Uint8Array;
} {
  const chunks: string[] = [];
  const data: Buffer[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const name = file.toString("latin1", at + 4, at + 8);
    chunks.push(name);
    if (name === "IDAT") data.push(file.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const [bits, colour, , , interlaced] = file.subarray(24, 29);
  expect(interlaced).toBe(0);
  const step = bits / 8;
  const stride = width * step;
  const raw = inflateSync(Buffer.concat(data));
  const bytes = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= step ? bytes[at - step] : 0;
      const up = y > 0 ? bytes[at - stride] : 0;
      const corner = x >= step && y > 0 ? bytes[at - stride - step] : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      bytes[at] = raw[y * (stride + 1) + 1 + x] + predicted;
    }
  }
  return { width, height, bits, colour, chunks, bytes };
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

const everyByte: SliceMask = {
  width: 32,
  height: 16,
  labels: Uint8Array.from({ length: 512 }, (_, i) => (i * 7) % 256),
};
const wide: SliceMask = {
  width: 5,
  height: 3,
  labels: Uint16Array.of(
    0,
    1,
    2,
    255,
    256,
    257,
    510,
    511,
    512,
    1000,
    32767,
    32768,
    65279,
    65534,
    65535,
  ),
};

test("labels 0 to 255 come back as they were, and lie in the file as they are", async () => {
  const path = join(folder, "every.png");
  await writeMask(path, everyByte);
  expect(await readMask(path)).toEqual(everyByte);
  const png = decodePng(await readFile(path));
  // Colour type 0 is grey: no palette to look labels up in, no gamma or profile to change them.
  expect(png).toMatchObject({ width: 32, height: 16, bits: 8, colour: 0 });
  expect(png.chunks.filter((name) => ["PLTE", "tRNS", "gAMA", "iCCP"].includes(name))).toEqual([]);
  expect(png.bytes).toEqual(everyByte.labels);
});

test("labels above 255 lie in 16 bits, high byte first", async () => {
  const path = join(folder, "wide.png");
  await writeMask(path, wide);
  expect(await readMask(path)).toEqual(wide);
  const png = decodePng(await readFile(path));
  expect(png).toMatchObject({ width: 5, height: 3, bits: 16, colour: 0 });
  expect(png.bytes).toEqual(Uint8Array.from([...wide.labels].flatMap((l) => [l >> 8, l & 255])));
});

test("labels 1 and 2 are not 255 and 254: nothing multiplies a mask by 255", async () => {
  const path = join(folder, "two.png");
  await writeMask(path, { width: 3, height: 1, labels: Uint8Array.of(0, 1, 2) });
  expect([...decodePng(await readFile(path)).bytes]).toEqual([0, 1, 2]);
  expect([...(await readMask(path)).labels]).toEqual([0, 1, 2]);
});

test("a one-pixel and an all-background mask come back", async () => {
  const path = join(folder, "small.png");
  for (const mask of [
    { width: 1, height: 1, labels: Uint8Array.of(2) },
    { width: 7, height: 2, labels: new Uint8Array(14) },
    { width: 1, height: 2, labels: Uint16Array.of(2, 1) },
  ]) {
    await writeMask(path, mask);
    expect(await readMask(path)).toEqual(mask);
  }
});

test("channels come back from a JPEG in their order, nearly equal", async () => {
  const path = join(folder, "channels.jpg");
  const [width, height] = [48, 32];
  const pixels = width * height;
  const channels = Uint8Array.from({ length: 3 * pixels }, (_, i) => {
    const x = i % width;
    return i < pixels ? 4 * x : i < 2 * pixels ? 200 - 3 * x : 90;
  });
  await writeImage(path, { width, height, channels });
  const image = await readImage(path);
  expect([image.width, image.height]).toEqual([width, height]);
  const worst = channels.reduce((max, v, i) => Math.max(max, Math.abs(v - image.channels[i])), 0);
  expect(worst).toBeLessThanOrEqual(6);
  expect((await sharp(path).metadata()).chromaSubsampling).toBe("4:4:4");
});

test("a sharp edge in one channel does not bleed into the others, as 4:2:0 would make it", async () => {
  const path = join(folder, "edge.jpg");
  const [width, height] = [32, 32];
  const channels = new Uint8Array(3 * width * height).fill(128);
  for (let i = 0; i < width * height; i++) channels[i] = i % width < 15 ? 60 : 190;
  await writeImage(path, { width, height, channels });
  const image = await readImage(path);
  const bled = image.channels
    .subarray(width * height)
    .reduce((max, value) => Math.max(max, Math.abs(value - 128)), 0);
  expect(bled).toBeLessThanOrEqual(8);
});

const grey = (labels: Uint8Array): Sharp =>
  sharp(labels, { raw: { width: 4, height: 4, channels: 1 } }).toColourspace("b-w");
const labels = Uint8Array.from({ length: 16 }, (_, i) => i % 3);
const rgb = sharp(new Uint8Array(48).fill(3), { raw: { width: 4, height: 4, channels: 3 } });

test.each([
  ["a grey JPEG", () => grey(labels).jpeg().toBuffer(), /grey PNG of 8 or 16 bits, got jpeg/],
  ["colours", () => rgb.clone().png().toBuffer(), /got png of 3 channels/],
  ["a palette", () => rgb.clone().png({ palette: true }).toBuffer(), /got png/],
  [
    "transparency",
    () => grey(labels).ensureAlpha().png().toBuffer(),
    /got png of 2 channels of 8 bits with transparency/,
  ],
  // A 1-bit mask of 0 and 1 would be decoded as 0 and 255.
  [
    "one bit a pixel",
    async () => Buffer.from(oneBitPng, "base64"),
    /got png of 1 channel of 1 bits/,
  ],
  ["no image", async () => Buffer.from("labels"), /not a whole image/],
  ["nothing", async () => Buffer.alloc(0), /not a whole image/],
])("a mask of %s is refused", async (_name, make, message) => {
  const path = join(folder, "refused.png");
  await writeFile(path, await make());
  await expect(readMask(path)).rejects.toMatchObject({
    code: "image.unreadable",
    file: path,
    message: expect.stringMatching(message),
  });
});

// 4 × 1 pixels 1 0 1 0, made by PIL: Image.fromarray(...).convert("1").save(…)
const oneBitPng =
  "iVBORw0KGgoAAAANSUhEUgAAAAQAAAABAQAAAADRRzJgAAAACklEQVR4nGNYAAAAogCh3I2xzAAAAABJRU5ErkJggg==";

test("a cut-off mask or image is refused", async () => {
  const [mask, image] = [join(folder, "cut.png"), join(folder, "cut.jpg")];
  await writeMask(mask, everyByte);
  await writeFile(mask, (await readFile(mask)).subarray(0, -60));
  await expect(readMask(mask)).rejects.toMatchObject({ code: "image.unreadable" });
  const channels = Uint8Array.from({ length: 3 * 4096 }, (_, i) => (i * 31) % 251);
  await writeImage(image, { width: 64, height: 64, channels });
  const whole = await readFile(image);
  await writeFile(image, whole.subarray(0, whole.length >> 1));
  await expect(readImage(image)).rejects.toMatchObject({ code: "image.unreadable" });
});

test("an image of one channel, and a file that is not there, are refused", async () => {
  const path = join(folder, "grey.jpg");
  await writeFile(path, await grey(labels).jpeg().toBuffer());
  await expect(readImage(path)).rejects.toMatchObject({
    code: "image.unreadable",
    message: "expected three channels of 8 bits, got jpeg of 1 channel",
  });
  await expect(readMask(join(folder, "none.png"))).rejects.toMatchObject({ code: "input.missing" });
});
