import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPromise } from "yauzl";
import { makePhantom } from "../phantom/index.ts";
import { readCt } from "../volume/index.node.ts";
import { type CtVolume, reorient } from "../volume/index.ts";
import { type ChannelOptions, channelNamesOf, channelsOf, greyChannelsOf } from "./channels.ts";
import { cropResize } from "./crop-resize.ts";
import { frequencyHistogramBins, histScaled } from "./frequency-histogram.ts";
import { gaussianBlur } from "./gaussian-blur.ts";
import { histogramWords } from "./histogram-words.ts";
import { maskBox } from "./mask-box.ts";
import { maskFromBlur } from "./mask-from-blur.ts";
import { readPicture } from "./picture.node.ts";
import { saveJpg } from "./save-jpg.node.ts";
import { saveTif16 } from "./save-tif16.node.ts";
import { shareInWindow } from "./share-in-window.ts";
import { axialSlice } from "./tensor.ts";
import { type WindowName, windowed, windows } from "./windows.ts";

/** Hashes are the first 16 digits of SHA-256. */
interface Expected {
  readonly height: number;
  readonly width: number;
  readonly sha256: string;
  readonly windowed: Readonly<Record<WindowName, string>>;
  readonly others: readonly string[];
  readonly inWindow: Readonly<Record<WindowName, number>>;
  readonly bins: Readonly<Record<string, string>>;
  readonly histScaled: Readonly<Record<string, string>>;
  readonly histScaledGiven: string;
  readonly greys: Readonly<Record<string, string>>;
  readonly channels: Readonly<Record<string, string>>;
  readonly jpeg: Readonly<Record<string, Readonly<Record<string, string>> | null>>;
  readonly words: string;
  readonly tiff: string;
  /** Voxels at or above the last break: fastai's 65536, which wraps to 0. */
  readonly wrapped: number;
  readonly masks: readonly {
    readonly window: WindowName;
    readonly sigma: number;
    readonly threshold: number;
    readonly removeMax: boolean;
    readonly blur: readonly number[];
    readonly inside: number;
    readonly mask: string;
    readonly box: readonly [top: number, left: number, bottom: number, right: number];
    readonly cropped: readonly number[] | null;
  }[];
}

interface Oracle {
  readonly others: readonly (readonly [width: number, level: number])[];
  readonly given: readonly number[];
  readonly edges: Readonly<Record<string, Expected & { readonly hu: string }>>;
  /** Hashes of JPEGs of ours that PIL has read, by edge case and set. */
  readonly ours: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly real: readonly (Expected & { readonly file: string; readonly slice: number })[];
  readonly dicoms: readonly (Expected & {
    readonly file: string;
    readonly entry: string;
    readonly slope: number;
    readonly intercept: number;
  })[];
  readonly phantom: readonly (Expected & { readonly slice: number })[];
}

const root = resolve(import.meta.dirname, "../..");
const data = resolve(root, "../shared/data");
const oracle: Oracle = JSON.parse(
  readFileSync(resolve(root, "test/oracle/slices/functions.json"), "utf8"),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-fastai-"));
});
afterAll(() => rm(folder, { recursive: true }));

const hashOf = (values: Float32Array | Uint8Array | Uint16Array | Buffer): string =>
  createHash("sha256").update(values).digest("hex").slice(0, 16);

/** For the test's speed, large slices are not asked for every number of bins and every quality. */
const isLarge = ({ width }: Expected): boolean => width > 100;

/** The oracle's sets of channels. */
const sets: Readonly<Record<string, ChannelOptions>> = {
  default: {},
  one: { windows: ["liver"], histogram: false },
  histogram: { windows: [] },
  "three windows": { windows: ["liver", "lungs", "spine_bone"], histogram: false },
  four: { windows: ["liver", "custom", { width: 350, level: 50 }] },
  given: { bins: oracle.given },
  six: {
    windows: [
      ...(["brain", "stroke"] as const),
      ...[
        { width: 151, level: 30 },
        { width: 99.9, level: -0.1 },
        { width: 2, level: 0 },
      ],
    ],
  },
};

function expectFloats(slice: Int16Array | Float32Array, expected: Expected): void {
  expect(hashOf(Float32Array.from(slice))).toBe(expected.sha256);
  for (const name of Object.keys(windows) as WindowName[]) {
    expect(hashOf(windowed(slice, name))).toBe(expected.windowed[name]);
    expect(shareInWindow(slice, name)).toBe(expected.inWindow[name]);
  }
  const others = oracle.others.map(([width, level]) => hashOf(windowed(slice, { width, level })));
  expect(others).toEqual(expected.others);
  for (const [count, hash] of Object.entries(expected.bins)) {
    if (isLarge(expected) && !["7", "100", "1000"].includes(count)) continue;
    const bins = frequencyHistogramBins(slice, { bins: Number(count) });
    expect(hashOf(bins)).toBe(hash);
    expect(hashOf(histScaled(slice, bins))).toBe(expected.histScaled[count]);
  }
  expect(hashOf(histScaled(slice, oracle.given))).toBe(expected.histScaledGiven);
}

function expectChannels(slice: Int16Array | Float32Array, expected: Expected): void {
  for (const [name, set] of Object.entries(sets)) {
    expect([name, hashOf(greyChannelsOf(slice, set))]).toEqual([name, expected.greys[name]]);
    expect([name, hashOf(channelsOf(slice, set))]).toEqual([name, expected.channels[name]]);
  }
  const wrapped = histogramWords(slice, { white: "wraps" });
  expect(hashOf(wrapped)).toBe(expected.words);
  const words = histogramWords(slice);
  expect(words.reduce((count, word, i) => count + Number(word !== wrapped[i]), 0)).toBe(
    expected.wrapped,
  );
}

/** What a decoder of its own (libvips) makes of our JPEGs, and PIL of its own. */
async function expectJpegs(slice: Int16Array | Float32Array, expected: Expected): Promise<void> {
  const { width, height } = expected;
  for (const [name, set] of Object.entries(sets)) {
    for (const [how, hash] of Object.entries(expected.jpeg[name] ?? {})) {
      if (isLarge(expected) && name !== "default" && how !== "4:2:0 90") continue;
      const [chroma, quality] = how.split(" ") as ["4:4:4" | "4:2:0", string];
      const path = join(folder, "slice.jpg");
      await saveJpg(path, slice, { ...set, width, height, chroma, quality: Number(quality) });
      expect([name, how, hashOf(await decodedJpeg(path, set))]).toEqual([name, how, hash]);
    }
  }
}

function decodedJpeg(path: string, set: ChannelOptions): Promise<Buffer> {
  const channels = channelNamesOf(set).length;
  const image = sharp(path);
  return (
    channels === 4
      ? image.pipelineColourspace("cmyk").toColourspace("cmyk")
      : image.toColourspace(channels === 1 ? "b-w" : "srgb")
  )
    .raw()
    .toBuffer();
}

async function expectTiff(slice: Int16Array | Float32Array, expected: Expected): Promise<void> {
  const { width, height } = expected;
  const path = join(folder, "slice.tif");
  await saveTif16(path, slice, { width, height, white: "wraps" });
  const picture = await readPicture(path);
  expect(picture).toMatchObject({ width, height, channels: 1 });
  expect(hashOf(picture.pixels as Uint16Array)).toBe(expected.tiff);
}

function expectMasks(slice: Int16Array | Float32Array, expected: Expected): void {
  const { width, height } = expected;
  for (const { window, sigma, threshold, removeMax, ...answers } of expected.masks) {
    const grey = windowed(slice, window).map((v) => (removeMax && v === 1 ? 0 : v));
    const blur = gaussianBlur(grey, { width, height, sigma: sigma * width });
    const every = Math.max(1, Math.floor(blur.length / 40));
    answers.blur.forEach((value, i) => {
      expect(Math.abs(blur[i * every] - value)).toBeLessThan(1e-6);
    });
    const mask = maskFromBlur(slice, { width, height, window, sigma, threshold, removeMax });
    expect(mask.reduce((sum, inside) => sum + inside, 0)).toBe(answers.inside);
    expect(hashOf(mask)).toBe(answers.mask);
    const box = maskBox(mask, { width, height });
    if (answers.inside > 0 || width === height) {
      const { x, y } = box;
      expect([y, x, y + box.height - 1, x + box.width - 1]).toEqual(answers.box);
    }
    if (answers.cropped === null) continue;
    const cropped = cropResize(grey, { width, height, box, toWidth: 7, toHeight: 5 });
    answers.cropped.forEach((value, i) => {
      expect(Math.abs(cropped[i] - value)).toBeLessThan(width < 100 ? 1e-5 : 1e-4);
    });
  }
}

async function expectAll(slice: Int16Array | Float32Array, expected: Expected): Promise<void> {
  expectFloats(slice, expected);
  expectChannels(slice, expected);
  expectMasks(slice, expected);
  await expectJpegs(slice, expected);
  await expectTiff(slice, expected);
}

const huOf = (base64: string): Float32Array =>
  new Float32Array(Uint8Array.from(Buffer.from(base64, "base64")).buffer);

const isInt16 = (hu: Float32Array): boolean => hu.every((v) => (v << 16) >> 16 === v);

describe("as fastai", () => {
  test.each(Object.entries(oracle.edges))("%s", async (_name, expected) => {
    const hu = huOf(expected.hu);
    await expectAll(hu, expected);
    if (!isInt16(hu)) return;
    expectFloats(Int16Array.from(hu), expected);
    expectChannels(Int16Array.from(hu), expected);
  });

  test.each(Object.entries(oracle.ours))(
    "%s: PIL has read these very files",
    async (name, files) => {
      const { width, height, hu } = oracle.edges[name];
      for (const [file, hash] of Object.entries(files)) {
        const path = join(folder, file);
        await saveJpg(path, huOf(hu), { ...sets[file.replace(".jpg", "")], width, height });
        expect([file, hashOf(await readFile(path))]).toEqual([file, hash]);
      }
    },
  );

  test("the phantom", async () => {
    const { scan } = makePhantom({ seed: 7, dims: [151, 149, 5] });
    for (const expected of oracle.phantom) {
      await expectAll(axialSlice<CtVolume["voxels"]>(scan, expected.slice), expected);
    }
  });

  const files = [...new Set(oracle.real.map(({ file }) => file))];
  test.skipIf(!existsSync(data)).each(files)("%s", async (file) => {
    const scan = reorient((await readCt(resolve(data, file))).scan, "LPS");
    for (const expected of oracle.real.filter((slice) => slice.file === file)) {
      await expectAll(axialSlice<CtVolume["voxels"]>(scan, expected.slice), expected);
    }
  });

  test.skipIf(!existsSync(data)).each(oracle.dicoms)("$file $entry", async (expected) => {
    const file = await entryOf(resolve(data, expected.file), expected.entry);
    const { width, height, slope, intercept } = expected;
    // An Explicit VR Little Endian file whose last element is its pixels, 16 bits, signed.
    const stored = new Int16Array(Uint8Array.from(file.subarray(-2 * width * height)).buffer);
    await expectAll(
      Float32Array.from(stored, (value) => value * slope + intercept),
      expected,
    );
  });
});

test("a JPEG of two or five channels is refused, and nothing is left", async () => {
  const empty = await mkdtemp(join(folder, "empty-"));
  const size = { width: 2, height: 2 };
  for (const count of [1, 4]) {
    const windows = new Array<WindowName>(count).fill("liver");
    const saved = saveJpg(join(empty, "slice.jpg"), new Int16Array(4), { ...size, windows });
    await expect(saved).rejects.toMatchObject({ code: "usage.argument" });
  }
  const narrow = { ...size, windows: [{ width: 1, level: 0 }], histogram: false };
  const saved = saveJpg(join(empty, "slice.jpg"), new Int16Array(4), narrow);
  await expect(saved).rejects.toMatchObject({ code: "usage.argument" });
  expect(await readdir(empty)).toEqual([]);
});

async function entryOf(archive: string, name: string): Promise<Buffer> {
  const zip = await openPromise(archive);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== name) continue;
      const chunks: Buffer[] = [];
      for await (const chunk of await zip.openReadStreamPromise(entry))
        chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    }
  } finally {
    zip.close();
  }
  throw new Error(`${archive} holds no ${name}`);
}
