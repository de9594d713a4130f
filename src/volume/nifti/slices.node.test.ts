import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  readCt,
  readCtSlices,
  readLabelSlices,
  readLabels,
  readNiftiHeader,
  type SliceReader,
  writeNifti,
  writeNiftiSlices,
} from "../index.node.ts";
import type { CtVolume, Grid, LabelArray } from "../index.ts";

const shared = resolve(import.meta.dirname, "../../../../shared/data");
const absent = !existsSync(shared);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-slices-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const grid: Grid = {
  dims: [3, 2, 4],
  affine: [0.75, -0.5, 0, 10, 0.5, 0.75, 0.25, -20, -0.125, 0, 5, 30.5, 0, 0, 0, 1],
  affineFrom: "sform",
};

async function collect<Voxels>({ slices }: SliceReader<Voxels>): Promise<Voxels[]> {
  const all: Voxels[] = [];
  for await (const { k, voxels } of slices) {
    expect(k).toBe(all.length);
    all.push(voxels);
  }
  return all;
}

describe.each([".nii", ".nii.gz"])("slices of a %s", (ending) => {
  test("are the scan's, each in the narrowest type, with the header first", async () => {
    const path = join(folder, `ct${ending}`);
    // Slice 2 alone holds a fraction.
    const voxels = Float32Array.from({ length: 24 }, (_, n) => n - 1000 + (n === 13 ? 0.5 : 0));
    await writeNifti(path, { ...grid, kind: "ct", voxels });
    const reader = await readCtSlices(path);
    expect(reader.header).toEqual(await readNiftiHeader(path));
    const slices = await collect(reader);
    expect(slices).toEqual([
      Int16Array.of(-1000, -999, -998, -997, -996, -995),
      Int16Array.of(-994, -993, -992, -991, -990, -989),
      Float32Array.of(-988, -986.5, -986, -985, -984, -983),
      Int16Array.of(-982, -981, -980, -979, -978, -977),
    ]);
    expect(await collect(reader)).toEqual(slices); // once more, from the file
    expect((await readCt(path)).scan.voxels).toEqual(voxels);
  });

  test("that pass are the same slices, in memory that is used again", async () => {
    const path = join(folder, `passing${ending}`);
    const dims = [64, 64, 9] as const;
    const voxels = Int16Array.from({ length: 64 * 64 * 9 }, (_, n) => (n * 7919) % 3000);
    await writeNifti(path, { ...grid, dims, kind: "ct", voxels });
    const labels = join(folder, `passing-mask${ending}`);
    const marked = Uint8Array.from(voxels, (value) => value % 3);
    await writeNifti(labels, { ...grid, dims, kind: "labels", voxels: marked });
    for (const [{ passing }, expected] of [
      [await readCtSlices(path), voxels],
      [await readLabelSlices(labels), marked],
    ] as const) {
      const rooms: ArrayBufferLike[] = [];
      for await (const slice of passing) {
        const own = expected.slice(64 * 64 * slice.k, 64 * 64 * (slice.k + 1));
        expect(slice).toEqual({ k: rooms.length, voxels: own });
        rooms.push(slice.voxels.buffer);
      }
      expect(rooms).toHaveLength(9);
      // Of a plain file two slices are held in turn; of a gzip file they lie in zlib's own buffer.
      expect(new Set(rooms).size).toBe(ending === ".nii" ? 2 : 1);
      if (ending === ".nii") expect(rooms[2]).toBe(rooms[0]);
    }
  });

  test("are the mask's", async () => {
    const path = join(folder, `mask${ending}`);
    const voxels = Int16Array.from({ length: 24 }, (_, n) => (n === 20 ? 300 : n % 3));
    await writeNifti(path, { ...grid, kind: "labels", voxels });
    const slices: LabelArray[] = await collect(await readLabelSlices(path));
    expect(slices.slice(0, 3)).toEqual(Array(3).fill(Uint8Array.of(0, 1, 2, 0, 1, 2)));
    expect(slices[3]).toEqual(Int16Array.of(0, 1, 300, 0, 1, 2));
  });

  test("that cannot be used are refused where they come, the file named", async () => {
    const path = join(folder, `nan${ending}`);
    const voxels = new Float32Array(24).fill(0.5).fill(Number.NaN, 19, 21);
    await writeNifti(path, { ...grid, kind: "ct", voxels });
    const { slices } = await readCtSlices(path);
    let read = 0;
    const all = async (): Promise<void> => {
      for await (const { k } of slices) read = k + 1;
    };
    await expect(all()).rejects.toMatchObject({
      code: "nifti.value",
      file: path,
      message:
        "2 of 6 voxels are NaN or infinite, the first at (1, 0, 3): expected Hounsfield units",
    });
    expect(read).toBe(3);
    await expect(collect(await readLabelSlices(path))).rejects.toMatchObject({
      code: "labels.value",
      file: path,
      message: "a mask holds whole numbers, but voxel (0, 0, 0) is 0.5",
    });
  });

  test("may be left early, without leaving the file open", async () => {
    const path = join(folder, `long${ending}`);
    const dims = [64, 64, 300] as const;
    const voxels = Int16Array.from({ length: 64 * 64 * 300 }, (_, n) => (n * 7919) % 3000);
    await writeNifti(path, { ...grid, dims, kind: "ct", voxels });
    const openFiles = async () => (await readdir("/proc/self/fd").catch(() => [])).length;
    const before = await openFiles();
    for (let n = 0; n < 10; n++) {
      const { slices } = await readCtSlices(path);
      for await (const { k } of slices) if (k === 2) break;
    }
    expect(await openFiles()).toBe(before);
  });

  test("of a file that is cut off are read up to there", async () => {
    const path = join(folder, `cut${ending}`);
    const voxels = Int16Array.from({ length: 24 }, (_, n) => n);
    await writeNifti(join(folder, "whole.nii"), { ...grid, kind: "ct", voxels });
    const bytes = (await readFile(join(folder, "whole.nii"))).subarray(0, 352 + 30);
    await writeFile(path, ending === ".nii" ? bytes : gzipSync(bytes));
    await expect(collect(await readCtSlices(path))).rejects.toMatchObject({
      code: "nifti.truncated",
      file: path,
      message:
        "the voxels are cut off: 3 × 2 × 4 int16 needs 48 bytes after byte 352, the file holds at most 30",
    });
  });
});

test("a gzip checksum that is wrong is found at the end, when slices were read", async () => {
  const path = join(folder, "crc.nii.gz");
  const dims = [64, 64, 200] as const;
  const voxels = Int16Array.from({ length: 64 * 64 * 200 }, (_, n) => (n * n * 31) >> 7);
  await writeNifti(path, { ...grid, dims, kind: "ct", voxels });
  const bytes = await readFile(path);
  bytes[bytes.length - 6] ^= 1;
  await writeFile(path, bytes);
  let read = 0;
  const all = async (): Promise<void> => {
    for await (const { k } of (await readCtSlices(path)).slices) read = k + 1;
  };
  await expect(all()).rejects.toMatchObject({
    code: "nifti.gzip",
    file: path,
    message: "the gzip data are damaged (incorrect data check)",
  });
  expect(read).toBeGreaterThan(0);
});

describe.skipIf(absent)("slices of real files", () => {
  test.each([
    "nifti/totalseg/example_ct.nii.gz",
    "nifti/nibabel/anatomical.nii", // big-endian, scaled
    "nifti/nifti-reader-js/air2.hdr.gz",
    "lits-slices-256/volume-0.nii.gz",
  ])("are, one after the other, the volume: %s", async (name) => {
    const path = join(shared, name);
    const { scan } = await readCt(path);
    const [whole, parts] = [createHash("sha256"), createHash("sha256")];
    whole.update(Float32Array.from(scan.voxels));
    for (const voxels of await collect(await readCtSlices(path))) {
      parts.update(Float32Array.from(voxels));
    }
    expect(parts.digest("hex")).toBe(whole.digest("hex"));
  });
});

describe("writeNiftiSlices", () => {
  const six = (first: number) => Int16Array.from({ length: 6 }, (_, n) => first + n);
  const four = [six(-1024), six(0), six(6), six(300)];
  const scan: CtVolume = {
    ...grid,
    kind: "ct",
    voxels: Int16Array.from(four.flatMap((slice) => [...slice])),
  };

  test.each([".nii", ".nii.gz"])("writes the very bytes that writeNifti does: %s", async (end) => {
    const [sliced, whole] = [join(folder, `sliced${end}`), join(folder, `whole${end}`)];
    await writeNiftiSlices(sliced, four, { grid, type: "int16" });
    await writeNifti(whole, scan);
    expect(await readFile(sliced)).toEqual(await readFile(whole));
  });

  test("from a reader: a copy in the memory of a slice, affine and all", async () => {
    const [from, to] = [join(folder, "from.nii.gz"), join(folder, "to.nii")];
    await writeNifti(from, scan);
    const { header, slices } = await readCtSlices(from);
    const voxels = async function* () {
      for await (const slice of slices) yield slice.voxels;
    };
    const { geometry } = header;
    await writeNiftiSlices(to, voxels(), { grid: header, geometry, type: "float32" });
    const copy = await readCt(to);
    expect(copy.scan).toEqual(scan);
    expect(copy.header.geometry).toEqual(geometry);
    expect(copy.header.type).toBe("float32");
  });

  test("takes slices of another type if nothing is lost by it", async () => {
    const path = join(folder, "narrow.nii");
    const small = [six(0), Float32Array.from(six(9)), Uint8Array.from(six(3)), six(250)];
    await writeNiftiSlices(path, small, { grid, type: "uint8" });
    expect((await readLabels(path)).voxels).toEqual(
      Uint8Array.from(small.flatMap((slice) => [...slice])),
    );
  });

  test.each<[string, (Int16Array | Float32Array)[], string]>([
    ["too few", four.slice(0, 3), "3 slices were given: expected 4"],
    ["too many", [...four, six(0)], "slice 4 has 6 voxels: expected 4 slices of 6 voxels"],
    ["too small", [six(0).subarray(1)], "slice 0 has 5 voxels: expected 4 slices of 6 voxels"],
    [
      "a fraction",
      [Float32Array.of(0, 0.5, 0, 0, 0, 0)],
      "slice 0 holds 0.5, which int16 does not",
    ],
  ])("refuses %s, and leaves no file", async (_, slices, message) => {
    const path = join(folder, "never/never.nii.gz");
    const writing = writeNiftiSlices(path, slices, { grid, type: "int16" });
    await expect(writing).rejects.toMatchObject({ code: "defect", message });
    expect(await readdir(join(folder, "never"))).toEqual([]);
  });

  test("leaves no file when the slices' own source breaks", async () => {
    const path = join(folder, "broken/broken.nii.gz");
    const slices = function* () {
      yield six(0);
      throw new Error("the network fell over");
    };
    const writing = writeNiftiSlices(path, slices(), { grid, type: "int16" });
    await expect(writing).rejects.toThrow("the network fell over");
    expect(await readdir(join(folder, "broken"))).toEqual([]);
  });
});

test.each([".nii", ".nii.gz"])("some slices of a %s are those of all", async (ending) => {
  const path = join(folder, `some${ending}`);
  const voxels = Int16Array.from({ length: 24 }, (_, n) => n * n);
  await writeNifti(path, { ...grid, kind: "ct", voxels });
  const reader = await readCtSlices(path);
  for (const [from, to] of [
    [0, 4],
    [1, 3],
    [3, 4],
    [0, 1],
    [2, 2],
  ]) {
    const some = [];
    for await (const slice of reader.between({ from, to })) some.push(slice);
    expect(some).toEqual(
      Array.from({ length: to - from }, (_, n) => ({
        k: from + n,
        voxels: voxels.slice(6 * (from + n), 6 * (from + n + 1)),
      })),
    );
  }
});
