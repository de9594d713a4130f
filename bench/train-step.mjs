// One training step, ours and PyTorch's in turn: same weights, images and labels, equal losses.
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figuresOf, ours, peer, peersAreThere, requireEqual } from "./process.mjs";
import { timing, trainJob } from "./train-job.mjs";

const inputs = [
  {
    name: "2D, batch 4 of 128², widths 16–256",
    batch: 4,
    size: 128,
    widths: [16, 32, 64, 128, 256],
  },
  {
    name: "2D, batch 2 of 256², widths 32–512",
    batch: 2,
    size: 256,
    widths: [32, 64, 128, 256, 512],
  },
  {
    name: "3D, batch 2 of 64³, widths 16–256",
    batch: 2,
    size: 64,
    dimensions: 3,
    widths: [16, 32, 64, 128, 256],
  },
];

// glibc gives large blocks back at once and pays for it in page faults: raised, it keeps them.
const keepMemory = {
  GLIBC_TUNABLES: "glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=4294967296",
};

// Another allocator that keeps memory, where Debian's libjemalloc2 is installed.
const jemalloc = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
  .map((machine) => `/usr/lib/${machine}/libjemalloc.so.2`)
  .find(existsSync);

/** Every form of the peer, as installed first. */
const forms = {
  "pytorch eager, as installed": ["eager", {}],
  "pytorch channels_last": ["channels_last", {}],
  "pytorch, memory kept": ["eager", keepMemory],
  "pytorch channels_last, memory kept": ["channels_last", keepMemory],
  "pytorch torch.compile, memory kept": ["compile", keepMemory],
  ...(jemalloc && { "pytorch torch.compile, jemalloc": ["compile", { LD_PRELOAD: jemalloc }] }),
};

export async function measure({ rounds = 3, log }) {
  if (!peersAreThere()) {
    log("the peers are not installed (bench/peers/install.sh): ours alone is measured");
  }
  const results = [];
  for (const input of inputs) results.push(await compare(input, { rounds, log }));
  return results;
}

async function compare(input, { rounds, log }) {
  const { name } = input;
  const folder = await mkdtemp(join(tmpdir(), "hepar-bench-"));
  try {
    const job = await writeJob(folder, input);
    const runs = { ours: [] };
    for (let round = 0; round < rounds; round++) {
      runs.ours.push(await ours("train-step-ours.mjs", [JSON.stringify(input)]));
      log(`${name}: ours ${runs.ours.at(-1).seconds.toFixed(3)} s`);
      for (const [form, [how, env]] of Object.entries(peersAreThere() ? forms : {})) {
        const result = await peer("train_step.py", [job, how], env);
        requireEqual(form, result.losses, { expected: runs.ours[0].losses, tolerance: 2e-3 });
        runs[form] = [...(runs[form] ?? []), result];
        log(`${name}: ${form} ${result.seconds.toFixed(3)} s`);
      }
    }
    return { subject: "train-step", input: name, ...figuresOf(runs) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The job for the peers, who cannot make it themselves. */
async function writeJob(folder, input) {
  const { settings, imageShape, state, batch } = trainJob(input);
  const { rate, image, labels } = batch;
  const job = { widths: settings.widths, classes: settings.classes, imageShape, rate, ...timing };
  for (const [name, data] of Object.entries({ weights: state.weights, image, labels })) {
    job[name] = join(folder, name);
    await writeFile(job[name], new Uint8Array(data.buffer));
  }
  await writeFile(join(folder, "job.json"), JSON.stringify(job));
  return join(folder, "job.json");
}
