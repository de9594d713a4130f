import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { errorCodes, HeparError, randomFrom } from "../../src/core/index.ts";
import { readCt, readCtSlices, readLabels, readNiftiHeader } from "../../src/volume/index.node.ts";
import { brokenFiles } from "./nifti-mutations.ts";

/** More of them: npm run fuzz -- nifti --inputs 100000 --seed 1 */
const inputs = Number(process.env.HEPAR_FUZZ_INPUTS ?? 2000);
const seed = process.env.HEPAR_FUZZ_SEED ?? "hepar";
const reportPath = process.env.HEPAR_FUZZ_REPORT;

/** No input holds more than some hundred bytes, nor can its gzip hold 1032 times as much. */
const mostMebibytes = 16;
const mostSeconds = 5;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-fuzz-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const readers: readonly ((path: string) => Promise<unknown>)[] = [
  readCt,
  readLabels,
  readNiftiHeader,
  async (path) => {
    for await (const { voxels } of (await readCtSlices(path)).slices) voxels.at(0);
  },
];

/** What reading may never do; none when it was read, or refused as it should be. */
function violations(outcome: unknown, stem: string): string[] {
  if (outcome === "read") return [];
  if (!(outcome instanceof HeparError)) return [`ended in ${outcome}`];
  const { code, message, hint, file: named } = outcome;
  return [
    ...(errorCodes.includes(code) ? [] : [`unknown code ${code}`]),
    ...(code === "defect" || code === "input.unreadable" ? [`${code}: ${message}`] : []),
    ...(named?.startsWith(stem) ? [] : ["the file is not named"]),
    ...(/\w/.test(message) && /\w/.test(hint ?? "") ? [] : ["no message, or no hint"]),
  ];
}

/** What came of one read, how long it took, and what memory it asked for. */
async function attempt(read: (path: string) => Promise<unknown>, path: string) {
  const memory = process.memoryUsage().arrayBuffers;
  const start = performance.now();
  const stop = new AbortController();
  const outcome: unknown = await Promise.race([
    read(path).then(
      () => "read",
      (error: unknown) => error,
    ),
    setTimeout(mostSeconds * 1000, "no end", { signal: stop.signal }).catch(() => {}),
  ]);
  stop.abort();
  const seconds = (performance.now() - start) / 1000;
  const mebibytes = (process.memoryUsage().arrayBuffers - memory) / 2 ** 20;
  return { outcome, seconds, mebibytes };
}

test(
  `${inputs} broken files: read, or refused as they should be (seed ${seed})`,
  async () => {
    const root = randomFrom(seed);
    const counts: Record<string, number> = {};
    const found: string[] = [];
    const worst = { seconds: 0, mebibytes: 0 };
    for (let n = 0; n < inputs; n++) {
      const files = brokenFiles(root.fork(n));
      const stem = join(folder, `broken-${n % 64}`);
      for (const [ending, bytes] of files) await writeFile(stem + ending, bytes);
      const path = stem + files[0][0];
      const read = readers[n % readers.length];
      const first = await attempt(read, path);
      // A machine that was held up is no hang: what hangs does so twice.
      const again = first.seconds >= mostSeconds;
      const { outcome, seconds, mebibytes } = again ? await attempt(read, path) : first;
      for (const [ending] of files) await rm(stem + ending);
      const wrong = [
        ...violations(outcome, stem),
        ...(seconds < mostSeconds ? [] : [`took ${seconds} s`]),
        ...(mebibytes < mostMebibytes ? [] : [`asked for ${mebibytes} MiB`]),
      ];
      const content = files.map(([, bytes]) => Buffer.from(bytes).toString("base64")).join(" and ");
      found.push(...wrong.map((what) => `input ${n} of seed ${seed} ${what}: ${content}`));
      const kind = outcome instanceof HeparError ? outcome.code : String(outcome);
      counts[kind] = (counts[kind] ?? 0) + 1;
      worst.seconds = Math.max(worst.seconds, seconds);
      worst.mebibytes = Math.max(worst.mebibytes, mebibytes);
    }
    if (reportPath !== undefined) {
      await writeFile(reportPath, JSON.stringify({ inputs, seed, counts, worst, found }, null, 2));
    }
    expect(found).toEqual([]);
    // They reach every kind of refusal that a header or a gzip stream can cause; some are harmless.
    if (inputs >= 2000) {
      expect(Object.keys(counts)).toEqual(
        expect.arrayContaining([
          "geometry.singular",
          "input.missing",
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
  },
  4 * 3_600_000,
);
