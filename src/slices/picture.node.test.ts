import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readMask } from "./image.node.ts";
import { maskPalette } from "./mask-palette.ts";
import { encodeMaskAs, readPicture, readShown, writePicture } from "./picture.node.ts";
import { pictureOf } from "./picture.ts";
import { convertSettings } from "./settings.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-picture-"));
});
afterAll(() => rm(folder, { recursive: true }));

const size = { width: 20, height: 15 };
const slice = Int16Array.from({ length: 300 }, (_, at) => ((at * 7919) % 400) - 150);

test("without choices it is the JPEG that it always was, byte for byte", async () => {
  const settings = convertSettings();
  const picture = pictureOf([slice], { ...size, settings });
  const path = join(folder, "usual.jpg");
  await writePicture(path, picture, settings);
  const before = await sharp(picture.pixels, { raw: { ...size, channels: 3 } })
    .jpeg({ quality: 90, chromaSubsampling: "4:4:4", mozjpeg: false, optimiseCoding: false })
    .toBuffer();
  expect(await readFile(path)).toEqual(before);
});

test.each(["png", "png16", "tiff16"] as const)("a %s keeps its pixels exactly", async (format) => {
  for (const windows of [
    ["liver"],
    ["liver", "custom", "lungs"],
    ["liver", "liver", "brain", "custom"],
  ]) {
    const settings = convertSettings({ format, channels: { windows, histogram: false } });
    const picture = pictureOf([slice], { ...size, settings });
    expect(picture.channels).toBe(windows.length);
    expect(picture.pixels).toBeInstanceOf(format === "png" ? Uint8Array : Uint16Array);
    const path = join(folder, `${format}-${windows.length}`);
    await writePicture(path, picture, settings);
    expect(await readPicture(path)).toEqual(picture);
  }
});

test("chroma and quality are the JPEG's", async () => {
  for (const [choices, chroma] of [
    [{}, "4:4:4"],
    [{ chroma: "4:2:0", quality: 50 }, "4:2:0"],
  ] as const) {
    const settings = convertSettings(choices);
    const path = join(folder, "chroma.jpg");
    await writePicture(path, pictureOf([slice], { ...size, settings }), settings);
    expect((await sharp(path).metadata()).chromaSubsampling).toBe(chroma);
  }
});

test("one channel is a grey JPEG", async () => {
  const settings = convertSettings({ channels: { windows: ["liver"], histogram: false } });
  const path = join(folder, "grey.jpg");
  await writePicture(path, pictureOf([slice], { ...size, settings }), settings);
  expect(await readPicture(path)).toMatchObject({ channels: 1, ...size });
});

test("what is shown of other formats is their first channels, in 8 bits", async () => {
  const hu = Int16Array.of(0, 254);
  for (const [format, windows] of [
    ["png16", [{ width: 254, level: 127 }]],
    ["jpeg", [{ width: 254, level: 127 }]],
    ["png", [{ width: 254, level: 127 }, "lungs", "lungs", "lungs"]],
  ] as const) {
    const settings = convertSettings({ format, channels: { windows, histogram: false } });
    const path = join(folder, `shown-${format}`);
    await writePicture(path, pictureOf([hu], { width: 2, height: 1, settings }), settings);
    const { channels, ...shown } = await readShown(path);
    expect(shown).toEqual({ width: 2, height: 1 });
    // Water is 1350 of the 1500 HU into the lung window.
    const last = windows.length === 1 ? [0, 255] : [229, 255];
    expect([...channels]).toEqual([0, 255, ...last, ...last]);
  }
});

const every = Uint8Array.from({ length: 256 }, (_, label) => label);

test.each([false, true])("every label from 0 to 255 is itself, colours: %s", async (colours) => {
  const path = join(folder, "all.png");
  const mask = { width: 32, height: 8, labels: every };
  await writeFile(path, encodeMaskAs(mask, { maskPalette: colours }));
  expect(await readMask(path)).toEqual(mask);
  // What another decoder shows: the label, or the label's colour.
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  const shown = every.filter((label) =>
    colours
      ? [0, 1, 2].every((c) => data[label * info.channels + c] === maskPalette[3 * label + c])
      : data[label * info.channels] === label,
  );
  expect(shown).toHaveLength(256);
});

test("labels above 255 take 16 bits, without colours", async () => {
  const path = join(folder, "wide.png");
  const mask = { width: 2, height: 2, labels: Uint16Array.of(0, 255, 256, 65535) };
  await writeFile(path, encodeMaskAs(mask, { maskPalette: true }));
  expect(await readMask(path)).toEqual(mask);
});

test("no two labels have the same colour", () => {
  const colours = Array.from(every, (label) =>
    maskPalette.subarray(3 * label, 3 * label + 3).join(),
  );
  expect(new Set(colours).size).toBe(256);
});

test("a palette that is not ours is refused", async () => {
  const path = join(folder, "foreign.png");
  const rgb = Uint8Array.from({ length: 12 }, (_, at) => (at < 6 ? 0 : 200));
  await sharp(rgb, { raw: { width: 2, height: 2, channels: 3 } })
    .png({ palette: true, colours: 16 })
    .toFile(path);
  await expect(readMask(path)).rejects.toMatchObject({ code: "image.unreadable", file: path });
});

test("neighbours stand around their slice, channel after channel", () => {
  const settings = convertSettings({
    format: "png",
    neighbours: 1,
    channels: { windows: [{ width: 254, level: 127 }], histogram: false },
  });
  // The window's byte is the HU itself, this far down.
  const stack = [10, 20, 30].map((hu) => Int16Array.of(hu, hu + 1));
  expect(pictureOf(stack, { width: 2, height: 1, settings })).toEqual({
    ...{ width: 2, height: 1, channels: 3 },
    pixels: Uint8Array.of(10, 20, 30, 11, 21, 31),
  });
});

test("of a slice with its neighbours, the slice itself is shown", async () => {
  const settings = convertSettings({
    ...{ format: "png", neighbours: 1 },
    channels: { windows: [{ width: 254, level: 127 }], histogram: false },
  });
  const stack = [10, 20, 30].map((hu) => Int16Array.of(hu, hu + 1));
  const path = join(folder, "shown-with-neighbours.png");
  await writePicture(path, pictureOf(stack, { width: 2, height: 1, settings }), settings);
  expect([...(await readShown(path, { neighbours: 1 })).channels]).toEqual([
    20, 21, 20, 21, 20, 21,
  ]);
});
