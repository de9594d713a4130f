// The catalogue, ours and nibabel's in turn: 10,000 files by headers alone; real scans; large phantoms.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writePhantomCohort } from "../dist/phantom/index.node.js";
import { writeHeaders } from "./catalog-job.mjs";
import { figuresOf, ours, peer, peersAreThere } from "./process.mjs";

const lits = fileURLToPath(new URL("../../shared/data/lits-slices-256", import.meta.url));

const inputs = [
  {
    name: "headers of 10,000 files: 5,000 scans (.nii), 5,000 masks (.nii.gz)",
    headersOnly: true,
    make: (folder) => writeHeaders(folder, 5000),
  },
  { name: "whole: 19 scans and masks of LiTS, 256², .nii.gz", data: lits, headersOnly: false },
  {
    name: "whole: 8 phantoms of 512 × 512 × 256, .nii",
    headersOnly: false,
    make: (folder) => writePhantomCohort(folder, { cases: 8, seed: 1, width: 512, depth: 256 }),
  },
];

export async function measure({ rounds = 3, log }) {
  if (!peersAreThere()) {
    log("the peers are not installed (bench/peers/install.sh): ours alone is measured");
  }
  const results = [];
  for (const input of inputs) {
    if (input.data !== undefined && !existsSync(input.data))
      log(`left out, not there: ${input.name}`);
    else results.push(await compare(input, { rounds, log }));
  }
  return results;
}

async function compare({ name, headersOnly, data, make }, { rounds, log }) {
  const folder = data ?? (await mkdtemp(join(tmpdir(), "hepar-bench-")));
  try {
    await make?.(folder);
    const processes = availableParallelism();
    const job = JSON.stringify({ data: folder, headersOnly, processes });
    const theirs = `nibabel, ${processes} processes`;
    const runs = { ours: [] };
    for (let round = 0; round < rounds; round++) {
      runs.ours.push(await ours("catalog-ours.mjs", [job]));
      log(`${name}: ours ${runs.ours.at(-1).seconds.toFixed(2)} s`);
      if (!peersAreThere()) continue;
      runs[theirs] = [...(runs[theirs] ?? []), await peer("catalog.py", [job])];
      log(`${name}: ${theirs} ${runs[theirs].at(-1).seconds.toFixed(2)} s`);
    }
    requireSame(runs);
    return { subject: "catalog", input: name, ...figuresOf(runs) };
  } finally {
    if (data === undefined) await rm(folder, { recursive: true });
  }
}

/** Both sides have seen the same: so many cases, slices, and masks with a tumour. */
function requireSame(runs) {
  const seen = Object.values(runs)
    .flat()
    .map(({ cases, slices, tumour }) => JSON.stringify({ cases, slices, tumour }));
  if (new Set(seen).size > 1) throw new Error(`the sides differ: ${[...new Set(seen)].join(", ")}`);
}
