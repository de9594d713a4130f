import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readCt } from "../volume/index.node.ts";
import { reorient } from "../volume/index.ts";
import {
  axialSlice,
  channelsOf,
  frequencyHistogramBins,
  histScaled,
  resizeBytes,
  resizeLogits,
  windowed,
  windows,
} from "./index.ts";

interface Expected {
  readonly height: number;
  readonly width: number;
  /** Numbers, or float32 as base64. */
  readonly hu: readonly number[] | string;
  readonly bins: string;
  readonly bins7: string;
  readonly bins1000: string;
  readonly windowed_liver: string;
  readonly windowed_odd: string;
  readonly hist_scaled: string;
  readonly hist_scaled_given: string;
  readonly bytes: string;
  readonly bytes_given: string;
}

interface Oracle {
  readonly windows: Readonly<Record<string, readonly [number, number]>>;
  readonly whole: Readonly<Record<string, Expected>>;
  readonly fractions: Readonly<Record<string, Expected>>;
  readonly interpolated: {
    readonly logits: string;
    readonly shape: readonly [number, number, number];
    readonly bilinear: readonly { toHeight: number; toWidth: number; values: readonly number[] }[];
    readonly bytes: readonly number[];
    readonly bytes_shape: readonly [number, number, number];
    readonly area: readonly { toHeight: number; toWidth: number; values: readonly number[] }[];
  };
  readonly real: {
    readonly file: string;
    readonly shape: readonly number[];
    readonly slices: readonly {
      readonly slice: number;
      readonly sums: readonly number[];
      readonly sha256: string;
      readonly bins: number;
      readonly bins_sum: number;
    }[];
  };
}

const root = resolve(import.meta.dirname, "../..");
const oracle: Oracle = JSON.parse(
  readFileSync(resolve(root, "test/oracle/slices/fastai.json"), "utf8"),
);
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, "base64"));
const floatsOf = (base64: string): Float32Array => new Float32Array(bytesOf(base64).buffer);
const huOf = ({ hu }: Expected): Float32Array =>
  typeof hu === "string" ? floatsOf(hu) : Float32Array.from(hu);
const given = [-100, 0, 37.5, 60, 200];

test("the windows are fastai's, and the notebooks' custom one", () => {
  const { custom, ...presets } = windows;
  expect(
    Object.fromEntries(Object.entries(presets).map(([name, w]) => [name, [w.width, w.level]])),
  ).toEqual(oracle.windows);
  expect(custom).toEqual({ width: 200, level: 60 });
});

describe.each([...Object.entries(oracle.whole), ...Object.entries(oracle.fractions)])(
  "as fastai: %s",
  (name, expected) => {
    const hu = huOf(expected);
    const slices: [string, Int16Array | Float32Array][] = [["float32", hu]];
    if (name in oracle.whole) slices.push(["int16", Int16Array.from(hu)]);

    test.each(slices)("%s: floats equal, bit for bit", (_type, slice) => {
      expect(windowed(slice, windows.liver)).toEqual(floatsOf(expected.windowed_liver));
      expect(windowed(slice, windows.brain_soft)).toEqual(floatsOf(expected.windowed_odd));
      expect(frequencyHistogramBins(slice)).toEqual(floatsOf(expected.bins));
      expect(frequencyHistogramBins(slice, { bins: 7 })).toEqual(floatsOf(expected.bins7));
      expect(frequencyHistogramBins(slice, { bins: 1000 })).toEqual(floatsOf(expected.bins1000));
      expect(histScaled(slice)).toEqual(floatsOf(expected.hist_scaled));
      expect(histScaled(slice, given)).toEqual(floatsOf(expected.hist_scaled_given));
    });

    test.each(slices)("%s: bytes equal", (_type, slice) => {
      expect(channelsOf(slice)).toEqual(bytesOf(expected.bytes));
      expect(channelsOf(slice, { bins: given })).toEqual(bytesOf(expected.bytes_given));
    });
  },
);

const realCt = resolve(root, "../shared/data", oracle.real.file);

test.skipIf(!existsSync(realCt))("a real CT's slices are fastai's, byte for byte", async () => {
  const scan = reorient((await readCt(realCt)).scan, "LPS");
  expect(scan.dims).toEqual(oracle.real.shape);
  for (const expected of oracle.real.slices) {
    const slice = axialSlice<Int16Array | Float32Array>(scan, expected.slice);
    const bins = frequencyHistogramBins(slice);
    expect(bins.length).toBe(expected.bins);
    expect(bins.reduce((sum, value) => sum + value, 0)).toBe(expected.bins_sum);
    const channels = channelsOf(slice);
    const sum = (c: number): number =>
      channels
        .subarray(c * slice.length, (c + 1) * slice.length)
        .reduce((total, byte) => total + byte, 0);
    expect([sum(0), sum(1), sum(2)]).toEqual(expected.sums);
    expect(createHash("sha256").update(channels).digest("hex")).toBe(expected.sha256);
  }
});

test("logits are enlarged and reduced as by torch's bilinear interpolation", () => {
  const { logits, shape, bilinear } = oracle.interpolated;
  for (const { toHeight, toWidth, values } of bilinear) {
    const resized = resizeLogits(floatsOf(logits), {
      width: shape[2],
      height: shape[1],
      toWidth,
      toHeight,
    });
    expect(resized.length).toBe(values.length);
    // torch finds its source positions in float32, ours are exact.
    values.forEach((value, i) => {
      expect(Math.abs(resized[i] - value)).toBeLessThan(1e-5);
    });
  }
});

test("bytes are reduced as by torch's area interpolation, rounded", () => {
  const { bytes, bytes_shape, area } = oracle.interpolated;
  for (const { toHeight, toWidth, values } of area) {
    const resized = resizeBytes(Uint8Array.from(bytes), {
      width: bytes_shape[2],
      height: bytes_shape[1],
      toWidth,
      toHeight,
    });
    expect(resized.length).toBe(values.length);
    values.forEach((value, i) => {
      expect(Math.abs(resized[i] - value)).toBeLessThanOrEqual(0.5001);
    });
  }
});
