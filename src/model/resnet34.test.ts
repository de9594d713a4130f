import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openSession } from "../onnx/index.node.ts";
import { encodeModel, input, type Shape, sizeOf, type Value } from "../onnx/index.ts";
import { type Built, build } from "./build.ts";
import type { Builder, NamedShape } from "./parameters.ts";
import { resnet34 } from "./resnet34.ts";

type Seen = readonly [projection: number, norm: number];

interface EncoderCase {
  readonly imageShape: number[];
  readonly eval: readonly { shape: number[]; seen: Seen }[];
  readonly train: EncoderCase["eval"];
  readonly statistics: Record<string, Seen>;
}

const oracle = JSON.parse(
  readFileSync(new URL("../../test/oracle/resnet/resnet34.json", import.meta.url), "utf8"),
) as { encoders: Record<string, EncoderCase> };

// The formulas of resnet34.py.
function noise(count: number, seed: number): Float64Array {
  const numbers = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    const x = Math.sin(n * 12.9898 + (seed % 1000) * 78.233) * 43758.5453;
    numbers[n] = 2 * (x - Math.floor(x)) - 1;
  }
  return numbers;
}

function startOf({ name, shape }: NamedShape, seed: number): Float32Array {
  const isScale = /(bn\d|downsample\.1)\.weight$/.test(name);
  const centre = isScale || name.endsWith("running_var") ? 1 : 0;
  const isKernel = shape.length === 4;
  const spread = isKernel ? Math.sqrt(6 / sizeOf(shape.slice(1))) : isScale ? 0.2 : 0.1;
  const scale = name.endsWith("running_var") ? 0.5 : spread;
  return new Float32Array(noise(sizeOf(shape), seed).map((value) => centre + scale * value));
}

const seenIn = (data: ArrayLike<number>): Seen => {
  const signs = noise(data.length, 0);
  const numbers = Array.from(data);
  return [
    numbers.reduce((sum, value, n) => sum + value * signs[n], 0),
    Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0)),
  ];
};

/** Within 1e-5 of a tensor's norm. */
function close(data: ArrayLike<number>, [projection, norm]: Seen, name: string): void {
  const [gotProjection, gotNorm] = seenIn(data);
  expect(Math.abs(gotProjection - projection), name).toBeLessThan(1e-5 * norm);
  expect(Math.abs(gotNorm - norm), name).toBeLessThan(1e-5 * norm);
}

interface Encoder extends Built {
  readonly features: readonly Value[];
}

function encoderOf(imageShape: Shape, mode: Builder["mode"], width: number): Encoder {
  let features: readonly Value[] = [];
  const built = build(
    (x, builder) => {
      features = resnet34(x, builder, { name: "encoder", width });
      return [features[4]];
    },
    input("image", imageShape),
    { mode },
  );
  return { ...built, features };
}

test.each(Object.entries(oracle.encoders))(
  "width %s: features and running statistics are torchvision's, in both modes",
  async (width, { imageShape, statistics, ...expected }) => {
    const { inventory } = encoderOf(imageShape, "train", Number(width));
    const weights = Object.fromEntries([
      ...inventory.parameters.map((each, n) => [each.name, startOf(each, n)]),
      ...inventory.statistics.map((each, n) => [each.name, startOf(each, 500 + n)]),
    ]);
    const image = new Float32Array(noise(sizeOf(imageShape), 999));
    for (const mode of ["eval", "train"] as const) {
      const { features, updates } = encoderOf(imageShape, mode, Number(width));
      const outputs = [...features.map((value, n) => [`${n}`, value] as const), ...updates];
      const nexts = outputs.map(([name, value]) => [`next ${name}`, value]);
      const session = await openSession(encodeModel(Object.fromEntries(nexts), { weights }), {
        threads: 1,
      });
      const results = await session.run({ image });
      await session.release();
      expected[mode].forEach(({ shape, seen }, n) => {
        expect(features[n].shape).toEqual(shape);
        close(results[`next ${n}`], seen, `${mode}, feature ${n}`);
      });
      expect(updates.size).toBe(mode === "train" ? 72 : 0);
      for (const name of updates.keys()) close(results[`next ${name}`], statistics[name], name);
    }
  },
);
