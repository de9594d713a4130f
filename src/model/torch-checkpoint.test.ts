import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HeparError } from "../core/index.ts";
import { readTorchCheckpoint } from "./torch-checkpoint.node.ts";
import { torchTensors } from "./torch-checkpoint.ts";

interface Expected {
  readonly file: string;
  readonly tensors: Record<string, { shape: number[]; data: string[] }>;
}

const oracle = JSON.parse(
  await readFile(new URL("../../test/oracle/resnet/checkpoints.json", import.meta.url), "utf8"),
) as { loadable: Record<string, Expected>; refused: Record<string, string> };

const bytesOf = (file: string): Buffer => inflateSync(Buffer.from(file, "base64"));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-torch-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(bytes: Uint8Array): ReturnType<typeof readTorchCheckpoint> {
  const path = join(folder, "weights.pth");
  await writeFile(path, bytes);
  return readTorchCheckpoint(path);
}

test.each(Object.entries(oracle.loadable))(
  "%s: names, shapes and numbers are torch's",
  async (_, { file, tensors }) => {
    const got = await read(bytesOf(file));
    expect(Object.keys(got)).toEqual(Object.keys(tensors));
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      const numbers = data.map((text) =>
        text.endsWith("inf") ? text.replace("inf", "Infinity") : text,
      );
      expect(got[name].shape, name).toEqual(shape);
      expect([...got[name].data], name).toEqual(numbers.map((text) => Math.fround(Number(text))));
    }
  },
);

test.each([
  ["legacy", "format of PyTorch before 1.6"],
  ["whole model", "asks for torch.nn.modules.batchnorm.BatchNorm2d"],
  ["own class", "asks for __main__.Norm"],
  ["evil", "asks for posix.system"],
])("%s is refused: %s", async (name, message) => {
  await expect(read(bytesOf(oracle.refused[name]))).rejects.toMatchObject({
    code: "model.invalid",
    message: expect.stringContaining(message),
    file: join(folder, "weights.pth"),
    hint: expect.stringContaining("torch.save("),
  });
});

test.each([
  ["compressed", "data.pkl is compressed"],
  ["big-endian", "the highest byte first"],
  ["no pickle", "no data.pkl"],
  ["two pickles", "more than one data.pkl"],
  ["overlapping", "its entries overlap"],
])("an archive that is %s is refused: %s", async (name, message) => {
  await expect(read(bytesOf(oracle.refused[name]))).rejects.toThrow(message);
});

test("a missing file, and one that is something else", async () => {
  await expect(readTorchCheckpoint(join(folder, "none"))).rejects.toMatchObject({
    code: "input.missing",
  });
  await expect(read(Buffer.from("not a zip"))).rejects.toThrow("no zip archive");
  await expect(read(new Uint8Array())).rejects.toThrow("no zip archive");
});

const whole = bytesOf(oracle.loadable["in model"].file);

test("a file that is cut off anywhere is refused", async () => {
  for (let length = 4; length < whole.length; length += 97) {
    await expect(read(whole.subarray(0, length))).rejects.toMatchObject({ code: "model.invalid" });
  }
});

test("one wrong byte in a number or in the pickle is found", async () => {
  const number = whole.indexOf(Buffer.from(Float32Array.of(0.5, -1.25).buffer));
  for (const at of [number, whole.indexOf("running_mean")]) {
    const damaged = Buffer.from(whole);
    damaged[at] ^= 1;
    await expect(read(damaged)).rejects.toThrow("is damaged");
  }
});

/** A text as a pickle holds it. */
const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`;

/** A pickle of one tensor "w" of the float storage "0", by hand. Counts are single bytes. */
function pickleOf({
  offset = 0,
  shape = [2, 3],
  strides = [3, 1],
  make = "_rebuild_tensor_v2",
} = {}) {
  const tuple = (counts: number[]): string =>
    `(${counts.map((count) => `K${String.fromCharCode(count)}`).join("")}t`;
  const storage = `(${text("storage")}ctorch\nFloatStorage\n${text("0")}${text("cpu")}K\x06tQ`;
  const given = `(${storage}K${String.fromCharCode(offset)}${tuple(shape)}${tuple(strides)}\x89}t`;
  return Buffer.from(`\x80\x02}${text("w")}ctorch._utils\n${make}\n${given}Rs.`, "latin1");
}

const six = Buffer.from(Float32Array.of(0, 1, 2, 3, 4, 5).buffer);
const readOne = (pickle: Uint8Array, storage: Uint8Array = six) =>
  torchTensors({ pickle, storages: new Map([["0", storage]]) });

test("a tensor is a view of its storage: offset, sizes, strides, in numbers", () => {
  expect(readOne(pickleOf())).toEqual({
    w: { shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) },
  });
  const columns = pickleOf({ offset: 1, shape: [2, 2], strides: [1, 3] });
  expect(readOne(columns).w.data).toEqual(Float32Array.of(1, 4, 2, 5));
  // Stride 0 repeats, as torch's expand does.
  const repeated = pickleOf({ offset: 5, shape: [3], strides: [0] });
  expect(readOne(repeated).w.data).toEqual(Float32Array.of(5, 5, 5));
  expect(readOne(pickleOf({ shape: [], strides: [] })).w).toEqual({
    shape: [],
    data: Float32Array.of(0),
  });
  expect(readOne(pickleOf({ offset: 6, shape: [0, 3] })).w.data).toEqual(new Float32Array());
});

test("tensors that reach outside their storage, or would fill the memory, are refused", () => {
  expect(() => readOne(pickleOf({ offset: 1 }))).toThrow("w ends at byte 28 of its storage");
  expect(() => readOne(pickleOf({ strides: [4, 1] }))).toThrow("ends at byte 28");
  expect(() => readOne(pickleOf(), six.subarray(0, 23))).toThrow("which has 23");
  expect(() => torchTensors({ pickle: pickleOf(), storages: new Map() })).toThrow(
    "more than its 0",
  );
  const bomb = pickleOf({ shape: Array(20).fill(255), strides: Array(20).fill(0) });
  expect(() => readOne(bomb)).toThrow("more than its 24 bytes");
  const overflown = pickleOf({ shape: [...Array(60).fill(255), 0], strides: Array(61).fill(0) });
  expect(readOne(overflown).w.data.length).toBe(0);
  expect(() => readOne(pickleOf({ shape: [6] }))).toThrow("no storage, offset, sizes and strides");
});

test("only known names are taken, and nothing but tensors", () => {
  expect(() => readOne(pickleOf({ make: "__reduce__" }))).toThrow(
    "asks for torch._utils.__reduce__, which hepar does not load",
  );
  expect(() => readOne(pickleOf({ make: "constructor" }))).toThrow("asks for torch._utils.constr");
  const one = (pickle: string): unknown => readOne(Buffer.from(pickle, "latin1"));
  expect(() => one(`}${text("epoch")}K\x03s.`)).toThrow("its entry epoch is no tensor");
  expect(() => one("}K\x03K\x03s.")).toThrow("whose name is no text");
  expect(() => one("K\x03.")).toThrow("no dict");
  expect(() => one("ctorch\nFloatStorage\n)R.")).toThrow("calls what is no function");
  expect(one("}.")).toEqual({});
});

test("whatever a byte is changed to, a pickle is read or refused", () => {
  const pickle = pickleOf();
  let refused = 0;
  for (let at = 0; at < pickle.length; at++) {
    for (let byte = 0; byte < 256; byte += 3) {
      const changed = pickle.with(at, byte);
      try {
        readOne(changed);
      } catch (thrown) {
        if (!(thrown instanceof HeparError) || thrown.code !== "model.invalid") throw thrown;
        refused++;
      }
    }
  }
  expect(refused).toBeGreaterThan(0.2 * 256 * pickle.length);
});
