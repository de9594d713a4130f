// Reading a CT of 512 × 512 × 450: ours and nibabel in turn, plain and gzipped, whole and slice by
// slice; a gzipped one also beside inflating alone, which no reader that uses zlib can beat by much.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { makePhantom } from "../dist/phantom/index.js";
import { encodeNifti } from "../dist/volume/index.js";
import { figuresOf, ours, peer, peersAreThere } from "./process.mjs";

const dims = [512, 512, 450];

/** Every way to read with nibabel, what must be installed for it beside. */
const peers = {
  nii: ["nibabel, mapped", "nibabel, read"],
  "nii.gz": ["nibabel, gzip", "nibabel, indexed_gzip", "nibabel, isal", "nibabel, isal threaded"],
};
const inflating = ["zlib alone, in one piece", "zlib alone, streamed"];

export async function measure({ rounds = 3, log }) {
  if (!peersAreThere()) {
    log("the peers are not installed (bench/peers/install.sh): nibabel is left out");
  }
  const folder = await mkdtemp(join(tmpdir(), "hepar-bench-"));
  try {
    const files = await writeScan(folder);
    const theirs = (ending) =>
      Object.fromEntries(
        (peersAreThere() ? peers[ending] : []).map((how) => [
          how,
          () => peer("read.py", [files[ending], how]),
        ]),
      );
    const alone = Object.fromEntries(
      inflating.map((how) => [how, () => ours("read-inflate.mjs", [files["nii.gz"], how])]),
    );
    const read = (ending, how) => () => ours("read-ours.mjs", [files[ending], how]);
    const options = { rounds, log };
    return [
      await compare(".nii", { ours: read("nii", "whole"), ...theirs("nii") }, options),
      await compare(".nii.gz", { ours: read("nii.gz", "whole"), ...theirs("nii.gz") }, options),
      await compare(
        ".nii.gz, beside inflating alone",
        { ours: read("nii.gz", "whole"), ...alone },
        options,
      ),
      await compare(
        ".nii.gz, slice by slice, beside inflating alone",
        { ours: read("nii.gz", "slices"), ...alone },
        options,
      ),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A phantom as .nii and as .nii.gz, the latter as gzip packs unless told otherwise. */
async function writeScan(folder) {
  const { scan } = makePhantom({ seed: "read", dims, spacing: [0.72, 0.72, 0.8], lesions: 3 });
  const bytes = Buffer.concat(encodeNifti(scan));
  const files = { nii: join(folder, "scan.nii"), "nii.gz": join(folder, "scan.nii.gz") };
  await writeFile(files.nii, bytes);
  await writeFile(files["nii.gz"], gzipSync(bytes));
  return files;
}

async function compare(name, sides, { rounds, log }) {
  const input = `${dims.join(" × ")} int16, ${name}`;
  const runs = {};
  for (let round = 0; round < rounds; round++) {
    for (const [who, side] of Object.entries(sides)) {
      const result = await side();
      runs[who] = [...(runs[who] ?? []), result];
      if (result.sum !== runs.ours[0].sum) throw new Error(`${who} read other voxels`);
      log(`${input}: ${who} ${result.seconds.toFixed(3)} s`);
    }
  }
  return { subject: "read", input, ...figuresOf(runs) };
}
