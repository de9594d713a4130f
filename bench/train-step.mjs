// One training step, ours and PyTorch's in turn: same weights, images and labels, equal losses.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomFrom } from "../dist/core/index.js";
import { initialVectors, inventoryOf, unet } from "../dist/model/index.js";
import { median, ours, peer, peersAreThere } from "./process.mjs";

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
];

// glibc gives large blocks back at once and pays for it in page faults: raised, it keeps them.
const keepMemory = {
  GLIBC_TUNABLES: "glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=4294967296",
};

/** Every form of the peer, as installed first. */
const forms = {
  "pytorch eager, as installed": ["eager", {}],
  "pytorch channels_last": ["channels_last", {}],
  "pytorch, memory kept": ["eager", keepMemory],
  "pytorch channels_last, memory kept": ["channels_last", keepMemory],
  "pytorch torch.compile, memory kept": ["compile", keepMemory],
};

export async function measure({ rounds = 3, log }) {
  const results = [];
  for (const input of inputs) results.push(await compare(input, { rounds, log }));
  return results;
}

async function compare({ name, batch, size, widths }, { rounds, log }) {
  const folder = await mkdtemp(join(tmpdir(), "hepar-bench-"));
  try {
    const job = await writeJob(folder, { batch, size, widths });
    const runs = { ours: [] };
    for (let round = 0; round < rounds; round++) {
      runs.ours.push(await ours("train-step-ours.mjs", [job]));
      log(`${name}: ours ${runs.ours.at(-1).seconds.toFixed(3)} s`);
      for (const [form, [how, env]] of Object.entries(peersAreThere() ? forms : {})) {
        const result = await peer("train_step.py", [job, how], env);
        requireEqual(result.losses, runs.ours[0].losses, form);
        runs[form] = [...(runs[form] ?? []), result];
        log(`${name}: ${form} ${result.seconds.toFixed(3)} s`);
      }
    }
    const figures = Object.fromEntries(
      Object.entries(runs).map(([who, all]) => [
        who,
        { seconds: median(all.map((r) => r.seconds)), peakMb: median(all.map((r) => r.peakMb)) },
      ]),
    );
    const { ours: own, ...peers } = figures;
    const fastest = Math.min(...Object.values(peers).map(({ seconds }) => seconds));
    const ratio = Number.isFinite(fastest) ? fastest / own.seconds : null;
    return { subject: "train-step", input: name, ours: own, peers, ratio };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writeJob(folder, { batch, size, widths }) {
  const settings = { architecture: "unet", channels: 3, classes: 3, widths, convolutions: 2 };
  const imageShape = [batch, 3, size, size];
  const random = randomFrom(1);
  const inventory = inventoryOf(unet(settings), imageShape);
  const { weights } = initialVectors(inventory, random.fork("weights"));
  const image = Float32Array.from({ length: batch * 3 * size * size }, () => random.normal());
  // A disc of liver with a disc of tumour, each slice a little elsewhere.
  const labels = Uint8Array.from({ length: batch * size * size }, (_, at) => {
    const n = Math.floor(at / (size * size));
    const [y, x] = [Math.floor(at / size) % size, at % size];
    const distance = Math.hypot(x - size * (0.4 + 0.05 * n), y - size / 2) / size;
    return distance < 0.08 ? 2 : distance < 0.3 ? 1 : 0;
  });
  const job = {
    settings,
    widths,
    classes: 3,
    imageShape,
    threads: 2,
    rate: 1e-3,
    warmUp: 3,
    steps: 9,
  };
  for (const [name, data] of Object.entries({ weights, image, labels })) {
    job[name] = join(folder, name);
    await writeFile(job[name], new Uint8Array(data.buffer));
  }
  await writeFile(join(folder, "job.json"), JSON.stringify(job));
  return join(folder, "job.json");
}

function requireEqual(losses, expected, form) {
  // The first steps: later ones drift apart by rounding, which training amplifies.
  for (let step = 0; step < 5; step++) {
    if (Math.abs(losses[step] - expected[step]) > 2e-3 * expected[step]) {
      throw new Error(`${form}: loss ${losses[step]} at step ${step + 1}, ours ${expected[step]}`);
    }
  }
}
