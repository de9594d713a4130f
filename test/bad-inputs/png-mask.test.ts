import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readMask } from "../../src/slices/index.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-bad-png-"));
});
afterAll(() => rm(folder, { recursive: true }));

const labels = Uint8Array.of(0, 1, 2, 1, 0, 2);
const grey = () =>
  sharp(labels, { raw: { width: 3, height: 2, channels: 1 } }).toColourspace("b-w");

test("48 an interlaced grey mask is read label by label", async () => {
  const path = join(folder, "interlaced.png");
  await grey().png({ progressive: true }).toFile(path);
  expect(await readMask(path)).toEqual({ width: 3, height: 2, labels });
});

test("48 a mask in 16 bits keeps its labels", async () => {
  const path = join(folder, "wide.png");
  const wide = Uint16Array.from(labels);
  const raw = { width: 3, height: 2, channels: 1 } as const;
  await sharp(wide, { raw }).toColourspace("grey16").png().toFile(path);
  expect([...(await readMask(path)).labels]).toEqual([...labels]);
});

test("48 a mask with alpha is refused, and what it is is said", async () => {
  const path = join(folder, "alpha.png");
  const rgba = Uint8Array.from({ length: 24 }, (_, n) => (n % 4 === 3 ? 255 : labels[n >> 2]));
  await sharp(rgba, { raw: { width: 3, height: 2, channels: 4 } })
    .png()
    .toFile(path);
  await expect(readMask(path)).rejects.toMatchObject({
    code: "image.unreadable",
    message: expect.stringMatching(/^expected a grey PNG of 8 or 16 bits, got .*4 channels/),
    file: path,
    hint: "save masks as grey PNG with the label number as the value",
  });
});

test("48 a mask in another program's indexed colours is refused: its numbers are not labels", async () => {
  const path = join(folder, "indexed.png");
  const rgb = Uint8Array.from({ length: 18 }, (_, n) => 100 * labels[Math.floor(n / 3)]);
  await sharp(rgb, { raw: { width: 3, height: 2, channels: 3 } })
    .png({ palette: true })
    .toFile(path);
  await expect(readMask(path)).rejects.toMatchObject({ code: "image.unreadable", file: path });
});
