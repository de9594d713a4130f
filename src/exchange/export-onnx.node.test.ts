import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sha256OfFile } from "../files/index.node.ts";
import { readDescription, readNetwork, writeModel } from "../model/index.node.ts";
import {
  inventoryOf,
  lengthOf,
  networkSpecSchema,
  type UnetSettings,
  unet,
} from "../model/index.ts";
import { openSession } from "../onnx/index.node.ts";
import { readOnnxFile } from "../onnx/index.ts";
import { exportOnnx } from "./export-onnx.node.ts";
import { importOnnx } from "./import-onnx.node.ts";

let root = "";
const at = (...parts: string[]): string => join(root, ...parts);

const architecture = {
  architecture: "unet",
  channels: 3,
  classes: 3,
  widths: [2, 2],
  convolutions: 1,
} as const satisfies UnetSettings;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hepar-export-onnx-"));
  const network = unet(architecture);
  const { parameters } = inventoryOf(network, [1, 3, 16, 16]);
  await writeModel(at("own"), {
    vectors: {
      weights: Float32Array.from({ length: lengthOf(parameters) }, (_, n) => Math.sin(n)),
      statistics: new Float32Array(0),
    },
    description: {
      architecture,
      imageSize: 16,
      neighbours: 0,
      prediction: { mirrors: true, smallestTumour: 5, tumourThreshold: 0.3 },
      inputChannels: ["liver", "custom", "histogram"],
      classes: ["background", "liver", "tumour"],
      training: {
        ...{ recipe: "demo", epochs: 1, steps: 1, seed: 1, fold: 0, seconds: 1, runtime: "r" },
        trainCases: ["mrs-smith"],
        heldOutCases: ["mr-jones"],
      },
    },
  });
});
afterAll(() => rm(root, { recursive: true }));

const exported = (model: string) =>
  exportOnnx(model, { out: at("m.onnx"), name: "liver-net", version: "1.2.3" });

test("one file says how to run the network, by whom it was written, and nobody's name", async () => {
  const made = await exported(at("own"));
  expect(made.sha256).toBe(await sha256OfFile(at("m.onnx")));
  const bytes = await readFile(at("m.onnx"));
  const { metadata, inputs, outputs, external } = readOnnxFile(bytes);
  expect(external).toEqual([]);
  expect(inputs).toEqual([{ name: "image", type: "FLOAT", shape: [1, 3, 16, 16] }]);
  expect(outputs).toEqual([{ name: "logits", type: "FLOAT", shape: [1, 3, 16, 16] }]);
  const { weightsSha256 } = await readDescription(at("own"));
  expect(metadata["hepar.weightsSha256"]).toBe(weightsSha256);
  expect(metadata["hepar.version"]).toBe("1.2.3");
  expect(metadata["hepar.notice"]).toMatch(/^For research\. Not a medical device\./);
  const spec = networkSpecSchema.parse(JSON.parse(metadata["hepar.network"] ?? ""));
  expect(spec).toMatchObject({
    name: "liver-net",
    input: {
      ...{ name: "image", kind: "2d", patch: [16, 16], cover: "stretch", orientation: "LPS" },
      intensity: {
        scheme: "windows",
        windows: [
          { width: 150, level: 30 },
          { width: 200, level: 60 },
        ],
        histogram: true,
      },
    },
    output: { name: "logits", values: "logits", activation: "softmax" },
    prediction: {
      ...{ mirrors: ["columns", "rows"], tumourThreshold: 0.3, smallestTumourVoxels: 5 },
    },
  });
  expect(spec.onnxSha256).toBeUndefined();
  expect(metadata["hepar.steps"]?.split("\n")).toHaveLength(7);
  for (const name of ["mrs-smith", "mr-jones"]) expect(bytes.includes(name)).toBe(false);
});

test("what was exported is imported as the same network, without a description", async () => {
  await exported(at("own"));
  const { folder } = await importOnnx(at("m.onnx"), { out: at("again") });
  const [before, after] = [await readNetwork(at("own")), await readNetwork(folder)];
  const { onnxSha256: _one, name: _own, ...wanted } = before.spec;
  const { onnxSha256: _other, name, ...got } = after.spec;
  expect(got).toEqual(wanted);
  expect(name).toBe("liver-net");
  const image = Float32Array.from({ length: 3 * 16 * 16 }, (_, n) => Math.cos(n / 3));
  const logits = await Promise.all(
    [before, after].map(async ({ inference }) => {
      const session = await openSession(inference, { threads: 1 });
      const outputs = await session.run({ image });
      await session.release();
      return outputs.logits;
    }),
  );
  expect(logits[1]).toEqual(logits[0]);
});

test("a network from elsewhere goes out as it came in", async () => {
  const golden = resolve(import.meta.dirname, "../../test/golden/exchange");
  await importOnnx(join(golden, "unet-3d.onnx"), {
    ...{ description: join(golden, "unet-3d.json"), out: at("foreign") },
  });
  const { spec, weightsSha256 } = await exported(at("foreign"));
  expect(weightsSha256).toBe(await sha256OfFile(join(golden, "unet-3d.onnx")));
  expect(spec.input).toMatchObject({ kind: "3d", patch: [8, 16, 16], spacingMm: [5, 4, 4] });
  const { metadata } = readOnnxFile(await readFile(at("m.onnx")));
  expect(metadata["hepar.notice"]).toContain("CC0-1.0");
  expect(metadata["hepar.steps"]).toContain("Resample to 5 × 4 × 4 mm.");
});

test("a folder without a model is refused and nothing written", async () => {
  const out = at("none.onnx");
  await expect(exportOnnx(at("nowhere"), { out, name: "x", version: "1" })).rejects.toMatchObject({
    code: "model.missing",
  });
  await expect(readFile(out)).rejects.toThrow("ENOENT");
});
