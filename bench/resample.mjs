// A scan of 512 × 512 × 450 and its mask onto 1 × 1 × 1.5 mm: ours, SimpleITK and scipy in turn.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figuresOf, ours, peer, peersAreThere } from "./process.mjs";
import { dims, spacing, to, writeInputs } from "./resample-job.mjs";

const ways = [
  { name: "linear", kind: "ct", interpolation: "linear" },
  { name: "cubic B-spline", kind: "ct", interpolation: "cubic" },
  { name: "labels", kind: "labels", interpolation: "nearest" },
];

/** Ours runs on one thread. scipy has one; SimpleITK takes what it is given. */
const peers = {
  "SimpleITK, 2 threads": ["SimpleITK", 2],
  "SimpleITK, 1 thread": ["SimpleITK", 1],
  "scipy.ndimage.zoom": ["scipy", 1],
};

export async function measure({ rounds = 3, log }) {
  if (!peersAreThere()) {
    log("the peers are not installed (bench/peers/install.sh): ours alone is measured");
  }
  const folder = await mkdtemp(join(tmpdir(), "hepar-bench-"));
  try {
    const files = await writeInputs(folder);
    const results = [];
    for (const way of ways)
      results.push(await compare(way, { file: files[way.kind], rounds, log }));
    return results;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function compare({ name, ...way }, { file, rounds, log }) {
  const job = JSON.stringify({ ...way, file, dims, spacing, to, sampleStep: 9973 });
  const runs = { ours: [] };
  for (let round = 0; round < rounds; round++) {
    runs.ours.push(await ours("resample-ours.mjs", [job]));
    log(`${name}: ours ${runs.ours.at(-1).seconds.toFixed(3)} s`);
    for (const [who, [library, threads]] of Object.entries(peersAreThere() ? peers : {})) {
      const result = await peer("resample.py", [job, library, String(threads)]);
      // scipy's zoom stretches the grid to whole faces: other places, so other values.
      if (library === "SimpleITK") requireSame(who, result.samples, runs.ours[0].samples);
      runs[who] = [...(runs[who] ?? []), result];
      log(`${name}: ${who} ${result.seconds.toFixed(3)} s`);
    }
  }
  const input = `${name}, ${dims.join(" × ")}, ${spacing.join(" × ")} → ${to.join(" × ")} mm`;
  return { subject: "resample", input, ...figuresOf(runs) };
}

/** To 1 HU: ITK cuts fractions off where we round. */
function requireSame(who, found, expected) {
  const worst = Math.max(...expected.map((value, n) => Math.abs(value - found[n])));
  if (found.length !== expected.length || !(worst <= 1)) {
    throw new Error(`${who} made other voxels: up to ${worst} apart`);
  }
}
