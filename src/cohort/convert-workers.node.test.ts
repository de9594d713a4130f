import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePhantom } from "../phantom/index.ts";
import { convertCase } from "../slices/index.node.ts";
import { convertSettings } from "../slices/index.ts";
import { writeNifti } from "../volume/index.node.ts";
import { openCasePool } from "./case-pool.node.ts";
import { convertOn } from "./convert-workers.node.ts";

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hepar-workers-"));
  // Three parts of 16 slices, the last not full.
  const { scan, mask } = makePhantom({ seed: 5, dims: [48, 40, 37], spacing: [6, 6, 6] });
  for (const ending of ["nii", "nii.gz"]) {
    await writeNifti(join(root, `scan.${ending}`), scan);
    await writeNifti(join(root, `mask.${ending}`), mask);
  }
});
afterAll(() => rm(root, { recursive: true }));

/** The files of a conversion on so many threads, each by the hash of its bytes, and its rows. */
async function convertedOn(threads: number, ending: string, neighbours: number) {
  const cohort = await mkdtemp(join(root, "cohort-"));
  const pool = openCasePool({ threads });
  const row = {
    case: "volume-0",
    scan_source: join(root, `scan.${ending}`),
    mask_source: join(root, `mask.${ending}`),
  };
  // Three slices of one channel each are the three channels of a JPEG.
  const settings = convertSettings(
    neighbours === 0 ? {} : { neighbours, channels: { windows: ["liver"], histogram: false } },
  );
  const rows = await convertCase(row, { cohort, settings, workers: convertOn(pool) });
  await pool.close();
  const names = await readdir(cohort, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    names
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const bytes = await readFile(join(parentPath, name));
        return [name, createHash("sha256").update(bytes).digest("hex")] as const;
      }),
  );
  return { rows, files: files.sort() };
}

describe.each(["nii", "nii.gz"])("a conversion of .%s", (ending) => {
  test.each([0, 1])(
    "gives the same bytes and rows on 1, 2 and 4 threads, %i neighbours",
    async (n) => {
      const alone = await convertedOn(1, ending, n);
      expect(alone.rows.map(({ slice }) => slice)).toEqual(Array.from({ length: 37 }, (_, k) => k));
      expect(alone.files).toHaveLength(2 * 37);
      for (const threads of [2, 4]) expect(await convertedOn(threads, ending, n)).toEqual(alone);
    },
  );
});
