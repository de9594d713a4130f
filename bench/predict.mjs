// A scan of 512 × 512 × 200 through a sliding window: ours, and MONAI's sliding_window_inference in
// PyTorch with the same weights, patches, overlap and Gaussian. Labels of both are compared voxel by voxel.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { figuresOf, ours, peer, peersAreThere } from "./process.mjs";

const dims = [512, 512, 200];
const venv = ".venv-monai";

const jobs = [
  {
    name: "2D U-Net 8–64, patches 320², overlap 0.25",
    ...{ rank: 2, patch: [320, 320], widths: [8, 16, 32, 64], batches: { eager: 4, compile: 4 } },
  },
  {
    name: "3D U-Net 8–64, patches 96³, overlap 0.25",
    ...{ rank: 3, patch: [96, 96, 96], widths: [8, 16, 32, 64], batches: { eager: 1, compile: 1 } },
  },
];

// glibc gives large blocks back at once and pays for it in page faults: raised, it keeps them.
const keepMemory = {
  GLIBC_TUNABLES: "glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=4294967296",
};

const forms = {
  "MONAI, PyTorch as installed": ["eager", {}],
  "MONAI, memory kept": ["eager", keepMemory],
  "MONAI, channels_last, torch.compile, memory kept": ["compile", keepMemory],
};

export async function measure({ rounds = 1, log }) {
  if (!peersAreThere(venv)) {
    log("MONAI is not installed (bench/peers/install.sh): ours alone is measured");
  }
  const results = [];
  for (const job of jobs) results.push(await compare(job, { rounds, log }));
  return results;
}

async function compare({ name, ...job }, { rounds, log }) {
  const folder = await mkdtemp(join(tmpdir(), "hepar-bench-"));
  try {
    // Apart, so that this process, whose memory its children begin with, stays small.
    const script = fileURLToPath(new URL("predict-job.mjs", import.meta.url));
    const given = { ...job, dims, overlap: 0.25, threads: 2, folder };
    await promisify(execFile)(process.execPath, [script, JSON.stringify(given)]);
    const runs = { ours: [] };
    for (let round = 0; round < rounds; round++) {
      runs.ours.push(await ours("predict-ours.mjs", [JSON.stringify(given)]));
      log(`${name}: ours ${told(runs.ours.at(-1))}`);
      for (const [who, [form, env]] of Object.entries(peersAreThere(venv) ? forms : {})) {
        const result = await peer("predict.py", [JSON.stringify(given), form], { venv, ...env });
        const share = await agreement(join(folder, "ours.raw"), join(folder, "peer.raw"));
        runs[who] = [...(runs[who] ?? []), result];
        log(`${name}: ${who} ${told(result)}; labels equal on ${(share * 100).toFixed(4)} %`);
        if (share < 0.999) throw new Error(`${who} made other labels: ${share} are equal`);
      }
    }
    return { subject: "predict", input: `${name}, ${dims.join(" × ")}`, ...figuresOf(runs) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const told = ({ seconds, peakMb, cpuSeconds }) =>
  `${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of processor time), ${peakMb.toFixed(0)} MB`;

async function agreement(one, other) {
  const [a, b] = await Promise.all([readFile(one), readFile(other)]);
  if (a.length !== b.length) throw new Error(`${a.length} labels and ${b.length}`);
  let same = 0;
  for (let n = 0; n < a.length; n++) if (a[n] === b[n]) same++;
  return same / a.length;
}
