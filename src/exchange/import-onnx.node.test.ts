import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sha256OfFile } from "../files/index.node.ts";
import { readNetwork } from "../model/index.node.ts";
import { importOnnx } from "./import-onnx.node.ts";

const golden = resolve(import.meta.dirname, "../../test/golden/exchange");
let root = "";
const at = (...parts: string[]): string => join(root, ...parts);
let count = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hepar-import-"));
});
afterAll(() => rm(root, { recursive: true }));

const small = {
  format: "hepar-network/1",
  name: "small",
  input: { kind: "2d", patch: [8, 8], intensity: { scheme: "hu" } },
  output: {
    classes: ["background", "liver", "tumour"].map((name, label) => ({ name, label })),
  },
};

/** A file in a folder of its own. */
async function fileOf(name: string, bytes: Uint8Array | string): Promise<string> {
  const folder = at(`file-${count++}`);
  await mkdir(folder);
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}

const described = (description: unknown = small): Promise<string> =>
  fileOf("network.json", JSON.stringify(description));

/** Imports, and sees that a refusal leaves nothing. */
async function imported(file: string, description?: unknown) {
  const out = at(`out-${count++}`);
  try {
    return await importOnnx(file, { description: await described(description), out });
  } catch (thrown) {
    await expect(readdir(out)).rejects.toThrow("ENOENT");
    throw thrown;
  }
}

const refusal = async (file: string, description?: unknown) => {
  const error = await imported(file, description).then(
    () => undefined,
    (thrown: { code: string; message: string; hint: string; file: string }) => thrown,
  );
  expect(error?.hint).toMatch(/\w/);
  expect(error?.file).toMatch(/\w/);
  return error;
};

test.each(["unet-2d", "unet-3d"])("%s, exported from PyTorch, becomes a model", async (name) => {
  const out = at(name);
  const file = join(golden, `${name}.onnx`);
  const made = await importOnnx(file, { description: join(golden, `${name}.json`), out });
  expect((await readdir(out)).sort()).toEqual(["model.onnx", "network.json"]);
  const { spec, inference } = await readNetwork(out);
  expect(spec.input.name).toBe("image");
  expect(spec.output.name).toBe("logits");
  expect(spec.onnxSha256).toBe(await sha256OfFile(file));
  expect(Buffer.from(inference).equals(await readFile(file))).toBe(true);
  expect(made.operators).toContain("Conv");
  // Again in the same place, as after a correction of the description.
  await importOnnx(file, { description: join(golden, `${name}.json`), out });
});

test("numbers in a file beside the model come into it", async () => {
  const { folder } = await imported(join(golden, "beside.onnx"));
  expect(await readdir(folder)).toEqual(["model.onnx", "network.json"]);
  const inside = await readFile(join(folder, "model.onnx"));
  expect(inside.includes(await readFile(join(golden, "weights.bin")))).toBe(true);
  expect(inside.includes("weights.bin")).toBe(false);
});

test("numbers outside the model's folder are not read, whatever way leads there", async () => {
  const bytes = await readFile(join(golden, "beside.onnx"));
  const pointing = (way: string): Buffer =>
    Buffer.from(bytes.toString("latin1").replace("weights.bin", way), "latin1");
  for (const way of ["/etc/passwd", "../ghts.bin", "a/../../bin"]) {
    const error = await refusal(await fileOf("m.onnx", pointing(way)));
    expect(error).toMatchObject({
      code: "model.invalid",
      message: `weights has its numbers outside the model's folder: expected a file in it, got "${way}"`,
    });
  }
  const linked = await fileOf("m.onnx", bytes);
  await copyFile(join(golden, "weights.bin"), at("elsewhere.bin"));
  await symlink(at("elsewhere.bin"), join(linked, "../weights.bin"));
  expect((await refusal(linked))?.message).toContain("outside the model's folder");
});

test("numbers that are missing or cut short are told", async () => {
  const bytes = await readFile(join(golden, "beside.onnx"));
  const file = await fileOf("m.onnx", bytes);
  expect((await refusal(file))?.message).toBe(
    "there is no weights.bin, which holds the numbers of weights",
  );
  await writeFile(join(file, "../weights.bin"), Uint8Array.of(1, 2, 3, 4, 5));
  expect((await refusal(file))?.message).toBe(
    "weights.bin is cut short: weights lies at bytes 0 to 12, the file has 5",
  );
});

test("a file that is cut short is refused wherever it ends", async () => {
  const bytes = await readFile(join(golden, "unet-2d.onnx"));
  const { readOnnxFile } = await import("../onnx/index.ts");
  for (let end = 1; end < bytes.length; end += 97) {
    expect(() => readOnnxFile(bytes.subarray(0, end))).toThrow(
      expect.objectContaining({ code: "model.invalid" }),
    );
  }
  const error = await refusal(await fileOf("m.onnx", bytes.subarray(0, 9000)));
  expect(error?.message).toMatch(
    /^no ONNX model: it is cut short: expected at least \d+ bytes, got 9000$/,
  );
});

test.each([
  ["nothing", "", "expected bytes, got an empty file"],
  ["a zip", "PK\x03\x04\x14\0\0\0", "it is a zip archive, as torch.save writes"],
  ["a pickle", "\x80\x02}q\0.", "it is a Python pickle, as old torch.save writes"],
  ["HDF5", "\x89HDF\r\n\x1a\n", "it is HDF5, as Keras writes"],
  ["JSON", '{"format": 1}', "it is text, perhaps JSON"],
  ["words", "hello, this is no model", "at byte"],
  ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\n", "it is a Git LFS pointer"],
])("%s with the name of a model is refused", async (_what, text, message) => {
  const error = await refusal(await fileOf("m.onnx", Buffer.from(text, "latin1")));
  expect(error?.code).toBe("model.invalid");
  expect(error?.message).toContain(message);
});

test("a file that claims 2 GB, and one that has 3, are refused without being read", async () => {
  // Field 7, the graph, of 2³¹ − 1 bytes.
  const claims = await fileOf("m.onnx", Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x07, 1, 2));
  expect((await refusal(claims))?.message).toBe(
    "no ONNX model: it is cut short: expected at least 2147483653 bytes, got 8",
  );
  const holds = await fileOf("m.onnx", "x");
  await truncate(holds, 3e9); // sparse
  expect((await refusal(holds))?.message).toBe(
    "no ONNX model: expected at most 2147483647 bytes with its numbers, got 3000000000",
  );
});

/** Field `number`, of bytes. */
const field = (number: number, bytes: Uint8Array): Buffer => {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
    length.push((rest % 128) + (rest >= 128 ? 128 : 0));
    if (rest < 128) break;
  }
  return Buffer.concat([Uint8Array.of(number * 8 + 2, ...length), bytes]);
};

test("bytes that would become gigabytes of objects, or endless depth, are refused at once", async () => {
  const nodes = field(
    7,
    Buffer.alloc(6e6).map((_, i) => (i % 2 === 0 ? 10 : 0)),
  ); // empty nodes
  expect((await refusal(await fileOf("m.onnx", nodes)))?.message).toBe(
    "no ONNX model: it has more than 300000 parts",
  );
  const names = field(
    7,
    Buffer.alloc(3e6).map((_, i) => (i % 2 === 0 ? 18 : 0)),
  ); // empty names
  expect((await refusal(await fileOf("m.onnx", names)))?.message).toContain("1000000 fields");
  const tensor = field(5, field(7, Buffer.alloc(5e6))); // int64_data of zeros
  expect((await refusal(await fileOf("m.onnx", field(7, tensor))))?.message).toContain(
    "whole numbers take more than",
  );
  let graph: Uint8Array = new Uint8Array(0);
  for (let depth = 0; depth < 5000; depth++) graph = field(1, field(5, field(6, graph)));
  expect((await refusal(await fileOf("m.onnx", field(7, graph))))?.message).toContain("deep");
});

const with_ = (change: (spec: typeof small) => unknown) => change(structuredClone(small));

test.each([
  [
    "another input",
    with_((s) => ({ ...s, input: { ...s.input, name: "x" } })),
    "expected an input x, got image",
  ],
  [
    "another output",
    with_((s) => ({ ...s, output: { ...s.output, name: "y" } })),
    "expected an output y, got logits",
  ],
  [
    "another patch",
    with_((s) => ({ ...s, input: { ...s.input, patch: [16, 8] } })),
    "the input image: the description means [1, 1, 16, 8] (batch, channels, rows, columns), got [batch, 1, 8, 8]",
  ],
  [
    "more channels",
    with_((s) => ({ ...s, input: { ...s.input, kind: "2.5d", neighbours: 1 } })),
    "the input image: the description means [1, 3, 8, 8] (batch, channels, rows, columns), got [batch, 1, 8, 8]",
  ],
  [
    "another rank",
    with_((s) => ({ ...s, input: { ...s.input, kind: "3d", patch: [8, 8, 8] } })),
    "[1, 1, 8, 8, 8] (batch, channels, slices, rows, columns), got [batch, 1, 8, 8]",
  ],
  [
    "fewer classes",
    with_((s) => ({ ...s, output: { classes: s.output.classes.slice(0, 2) } })),
    "the output logits: the description means [1, 2, 8, 8] (batch, channels, rows, columns), got [1, 3, 8, 8]",
  ],
])("a network with %s than described is refused", async (_what, description, message) => {
  const error = await refusal(join(golden, "beside.onnx"), description);
  expect(error?.code).toBe("model.invalid");
  expect(error?.message).toContain(message);
});

test.each([
  ["own-operator", "it needs operators that ONNX Runtime does not have: my.own.Magic"],
  ["no-operator", "ONNX Runtime refuses the model"],
  ["argmax", "the output logits: expected FLOAT (float32), got INT64"],
  ["bytes", "the input image: expected FLOAT (float32), got UINT8"],
  ["nan", "the network makes NaN of zeros"],
])("%s.onnx is refused", async (name, message) => {
  const error = await refusal(join(golden, `${name}.onnx`));
  expect(error?.code).toBe("model.invalid");
  expect(error?.message).toContain(message);
  expect(error?.file).toBe(join(golden, `${name}.onnx`));
});

test("a description that cannot be understood, is missing, or is none is refused", async () => {
  const model = join(golden, "beside.onnx");
  const broken = await fileOf("d.json", "{");
  const out = at("never");
  await expect(importOnnx(model, { description: broken, out })).rejects.toMatchObject({
    code: "model.invalid",
    message: "the description cannot be understood: it is not JSON",
    file: broken,
  });
  expect((await refusal(model, { ...small, name: 3 }))?.message).toContain("name:");
  await expect(importOnnx(model, { out })).rejects.toMatchObject({ code: "usage.missing" });
  await expect(importOnnx(model, { description: at("none"), out })).rejects.toMatchObject({
    code: "input.missing",
  });
  await expect(importOnnx(at("none.onnx"), { out })).rejects.toMatchObject({
    code: "input.missing",
  });
  await expect(readdir(out)).rejects.toThrow("ENOENT");
});

test("somebody else's folder stays as it is", async () => {
  const out = at("theirs");
  await mkdir(out);
  await writeFile(join(out, "thesis.txt"), "work");
  const description = await described();
  await expect(importOnnx(join(golden, "beside.onnx"), { description, out })).rejects.toMatchObject(
    { code: "usage.argument" },
  );
  expect(await readdir(out)).toEqual(["thesis.txt"]);
});

test("bytes changed at random end in an error of hepar's or in a file that reads, never otherwise", async () => {
  const { readOnnxFile } = await import("../onnx/index.ts");
  const { randomFrom } = await import("../core/index.ts");
  const bytes = await readFile(join(golden, "unet-2d.onnx"));
  const random = randomFrom(7);
  let refused = 0;
  for (let round = 0; round < 400; round++) {
    const changed = Uint8Array.from(bytes);
    for (let n = 0; n < 3; n++) {
      changed[random.below(bytes.length)] = random.below(256);
    }
    try {
      readOnnxFile(changed);
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: "model.invalid" });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(50);
});
