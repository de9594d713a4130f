// The integrity report: 10,000 files by headers alone, and real scans with their masks. No peer does it.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeHeaders } from "./catalog-job.mjs";
import { figuresOf, ours } from "./process.mjs";

const lits = fileURLToPath(new URL("../../shared/data/lits-slices-256", import.meta.url));

const inputs = [
  {
    name: "headers of 10,000 files: 5,000 scans (.nii), 5,000 masks (.nii.gz)",
    headersOnly: true,
    make: (folder) => writeHeaders(folder, 5000),
  },
  { name: "whole: 19 scans and masks of LiTS, 256², .nii.gz", data: lits, headersOnly: false },
];

export async function measure({ rounds = 3, log }) {
  const results = [];
  for (const { name, headersOnly, data, make } of inputs) {
    if (data !== undefined && !existsSync(data)) {
      log(`left out, not there: ${name}`);
      continue;
    }
    const folder = data ?? (await mkdtemp(join(tmpdir(), "hepar-bench-check-")));
    try {
      await make?.(folder);
      const runs = { ours: [] };
      for (let round = 0; round < rounds; round++) {
        runs.ours.push(await ours("check-ours.mjs", [JSON.stringify({ folder, headersOnly })]));
        log(`${name}: ${runs.ours.at(-1).seconds.toFixed(2)} s`);
      }
      results.push({ subject: "check", input: name, ...figuresOf(runs) });
    } finally {
      if (data === undefined) await rm(folder, { recursive: true });
    }
  }
  return results;
}
