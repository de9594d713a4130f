import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { errorCodes, HeparError, type Random, randomFrom } from "../../src/core/index.ts";
import { readCt, readLabels } from "../../src/volume/index.node.ts";
import { file, nifti2Header, niftiHeader, soundVoxels } from "./nifti-file.ts";

/** More of them: HEPAR_FUZZ=200000 HEPAR_FUZZ_SEED=5 npx vitest run test/bad-inputs */
const mutations = Number(process.env.HEPAR_FUZZ ?? 2000);
const seed = process.env.HEPAR_FUZZ_SEED ?? "hepar";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-fuzz-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sources = [
  { header: niftiHeader(), ending: ".nii" },
  { header: niftiHeader({ littleEndian: false }), ending: ".nii" },
  { header: niftiHeader({ sformCode: 0, qformCode: 1 }), ending: ".nii.gz" },
  { header: nifti2Header(), ending: ".nii" },
];

/** Numbers at which readers break. */
const corners = [0, 1, -1, 127, 128, 255, 256, 32767, -32768, 2 ** 31 - 1, -(2 ** 31), 2 ** 24];
const floats = [0, -0, Number.NaN, Infinity, -Infinity, 1e-45, 3.4e38, -1, 352, 353, 1e9, 2 ** 31];

/** Places of the fields that decide what is read; elsewhere chance hits too seldom. */
const fields = [0, 4, 8, 12, 14, 16, 24, 40, 42, 44, 46, 48, 70, 72, 76, 80, 84, 88, 104, 108];
const moreFields = [112, 116, 120, 123, 168, 176, 252, 254, 256, 268, 280, 296, 312, 344, 348, 500];
const places = [...fields, ...moreFields];

function mutate(bytes: Uint8Array, random: Random): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)];
  const little = random.next() < 0.5;
  const at =
    random.next() < 0.5 ? Math.min(pick(places), bytes.length - 8) : random.below(bytes.length - 8);
  const ways = [
    () => view.setUint8(at, random.below(256)),
    () => view.setUint8(at, bytes[at] ^ (1 << random.below(8))),
    () => view.setInt16(at, pick(corners), little),
    () => view.setInt32(at, pick(corners), little),
    () => view.setFloat32(at, pick(floats), little),
    () => view.setFloat64(at, pick(floats), little),
    () => bytes.copyWithin(at, random.below(bytes.length), random.below(bytes.length)),
  ];
  pick(ways)();
}

/** One broken file, and how: whole or cut, plain or gzipped, sometimes broken after packing. */
function broken(random: Random): { bytes: Uint8Array; ending: string } {
  const { header, ending } = sources[random.below(sources.length)];
  const bytes = Buffer.from(file(header, soundVoxels));
  for (let count = 1 + random.below(3); count > 0; count--) mutate(bytes, random);
  const cut = random.next() < 0.1 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
  if (ending === ".nii") return { bytes: cut, ending };
  const packed = gzipSync(cut);
  if (random.next() < 0.3) packed[random.below(packed.length)] ^= 1 << random.below(8);
  return { bytes: packed, ending };
}

/** What reading may never do; none when it was read, or refused as it should be. */
function violations(outcome: unknown, path: string): string[] {
  if (outcome === "read") return [];
  if (!(outcome instanceof HeparError)) return [`threw ${outcome}`];
  const { code, message, file: named } = outcome;
  return [
    ...(errorCodes.includes(code) ? [] : [`unknown code ${code}`]),
    ...(code === "defect" || code === "input.unreadable" ? [`${code}: ${message}`] : []),
    ...(named === path ? [] : ["the file is not named"]),
    ...(/\w/.test(message) ? [] : ["no message"]),
  ];
}

test(`${mutations} broken headers: read, or refused as they should be (seed ${seed})`, async () => {
  const root = randomFrom(seed);
  const counts = new Map<string, number>();
  const found: string[] = [];
  for (let n = 0; n < mutations; n++) {
    const { bytes, ending } = broken(root.fork(n));
    const path = join(folder, `broken${ending}`);
    await writeFile(path, bytes);
    const memory = process.memoryUsage().arrayBuffers;
    const start = performance.now();
    const outcome: unknown = await (n % 2 === 0 ? readCt : readLabels)(path).then(
      () => "read",
      (error: unknown) => error,
    );
    const seconds = (performance.now() - start) / 1000;
    // No file here holds more than 48 bytes of voxels, nor a gzip of it 1032 times its size.
    const mebibytes = (process.memoryUsage().arrayBuffers - memory) / 2 ** 20;
    const wrong = [
      ...violations(outcome, path),
      ...(seconds < 5 ? [] : [`took ${seconds} s`]),
      ...(mebibytes < 16 ? [] : [`asked for ${mebibytes} MiB`]),
    ];
    const content = Buffer.from(bytes).toString("base64");
    found.push(...wrong.map((what) => `mutation ${n} of seed ${seed} ${what}: ${content}`));
    const kind = outcome instanceof HeparError ? outcome.code : "read";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  expect(found).toEqual([]);
  // The mutations reach every kind of refusal that a header can cause, and some are harmless.
  if (mutations >= 2000) {
    expect([...counts.keys()].sort()).toEqual(
      expect.arrayContaining([
        "geometry.singular",
        "nifti.dimensions",
        "nifti.gzip",
        "nifti.header",
        "nifti.too-large",
        "nifti.truncated",
        "nifti.type",
        "read",
      ]),
    );
  }
}, 600_000);
