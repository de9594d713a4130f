// 3D to 2D: a scan of 512 × 512 × 200 and its mask to JPEG and PNG, ours in turn with fastai and with
// numpy + PIL; a packed and a long scan; with --curve, slices a second by threads and by scans.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeScan } from "./convert-job.mjs";
import { figuresOf, ours, peer, peersAreThere } from "./process.mjs";

const processes = 2;
const fastai = "nibabel, fastai (to_nchan, save_jpg), PIL, on one slice in eight, × 8";
const careful = `nibabel, numpy, PIL with care, ${processes} processes`;

/** The slices of the LiTS training scans. */
const lits = 58_638;

export async function measure({ rounds = 3, curve = false, log }) {
  const out = await mkdtemp(join(tmpdir(), "hepar-bench-convert-out-"));
  try {
    return curve ? await curveOf(out, log) : await compareAll(out, { rounds, log });
  } finally {
    await rm(out, { recursive: true });
  }
}

async function compareAll(out, options) {
  const scan = await writeScan();
  const packed = await writeScan({ gzip: true });
  const long = await writeScan({ depth: 1000 });
  const size = "512 × 512 × 200, 2 threads";
  return [
    await compare(`${size}, .nii`, sides(scan, { out, all: true }), options),
    await compare(`${size}, .nii.gz`, sides(packed, { out }), options),
    await compare("512 × 512 × 1000, 2 threads, .nii", sides(long, { out }), options),
    await compare(
      "512 × 512 × 1000, 4 threads",
      { ours: mine(long, { out, threads: 4 }) },
      options,
    ),
  ];
}

const mine = (files, { out, threads = processes, cases = 1 }) => {
  return () =>
    fresh(out, () => ours("convert-ours.mjs", [JSON.stringify({ files, threads, cases, out })]));
};

function sides(files, { out, all = false }) {
  const python = (script, venv, more) => () =>
    fresh(out, () => peer(script, [JSON.stringify({ ...files, out, ...more })], { venv }));
  const both = { ours: mine(files, { out }) };
  if (peersAreThere()) both[careful] = python("convert_numpy.py", ".venv", { processes });
  if (all && peersAreThere(".venv-fastai")) {
    both[fastai] = eight(python("convert_fastai.py", ".venv-fastai", { slices: 25 }));
  }
  return both;
}

/** fastai needs a quarter of a second a slice, each as long as the next. */
const eight = (side) => async () => {
  const run = await side();
  return { ...run, seconds: 8 * run.seconds };
};

/** Runs a side in an empty folder. */
async function fresh(out, side) {
  await rm(out, { recursive: true, force: true });
  return side();
}

async function compare(input, all, { rounds, log }) {
  const runs = {};
  for (let round = 0; round < rounds; round++) {
    for (const [who, side] of Object.entries(all)) {
      const run = await side();
      runs[who] = [...(runs[who] ?? []), run];
      log(`${input}: ${who} ${run.seconds.toFixed(2)} s`);
    }
  }
  return { subject: "convert", input, ...figuresOf(runs) };
}

/** Slices a second; the memory should stay the same and the time a slice too. */
async function curveOf(out, log) {
  const files = await writeScan({ depth: 100 });
  const results = [];
  const points = [
    ...[1, 2, 4].map((threads) => ({ threads, cases: 4 })),
    ...[1, 10, 40].map((cases) => ({ threads: 2, cases })),
  ];
  log("threads  scans  slices  slices/s  MB  LiTS (58,638 slices)");
  for (const point of points) {
    const { seconds, peakMb, slices } = await mine(files, { out, ...point })();
    const rate = slices / seconds;
    const cells = [point.threads, point.cases, slices, rate.toFixed(0), peakMb.toFixed(0)];
    log(`${cells.join("  ")}  ${(lits / rate / 60).toFixed(1)} min`);
    const input = `${point.cases} scans of 512 × 512 × 100, ${point.threads} threads: ${rate.toFixed(0)} slices/s, LiTS in ${(lits / rate / 60).toFixed(1)} min`;
    results.push({ subject: "convert", input, ours: { seconds, peakMb }, peers: {}, ratio: null });
  }
  return results;
}
