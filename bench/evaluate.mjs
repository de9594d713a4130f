// All scores of a real pair of masks: ours beside the official LiTS scorer's way (MedPy) and DeepMind's
// surface-distance, in turn, each in a process of its own; reading is not timed.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { figuresOf, ours, peer, peersAreThere } from "./process.mjs";

const venv = ".venv-evaluate";
const folder = fileURLToPath(new URL("../../shared/data/nifti/lits-official/", import.meta.url));

export async function measure({ rounds = 3, log }) {
  if (!existsSync(folder)) throw new Error(`the real pairs are not there: ${folder}`);
  if (!peersAreThere(venv)) log("the peers are not installed (bench/peers/install.sh)");
  const results = [];
  for (const [mode, theirs] of [
    ["lits", "the LiTS scorer's way: MedPy, scipy"],
    ["usual", "surface-distance"],
  ]) {
    const job = JSON.stringify({
      reference: `${folder}reference-segmentation-1.nii.gz`,
      prediction: `${folder}submission-segmentation-1.nii.gz`,
      mode,
    });
    const runs = { ours: [] };
    for (let round = 0; round < rounds; round++) {
      runs.ours.push(await ours("evaluate-ours.mjs", [job]));
      log(`${mode}: ours ${runs.ours.at(-1).seconds.toFixed(3)} s`);
      if (!peersAreThere(venv)) continue;
      runs[theirs] = [...(runs[theirs] ?? []), await peer("evaluate.py", [job], { venv })];
      log(`${mode}: ${theirs} ${runs[theirs].at(-1).seconds.toFixed(3)} s`);
    }
    if (runs[theirs]) requireSame(runs.ours[0].numbers, runs[theirs][0].numbers, mode);
    const input = `${mode}: liver and tumour of LiTS case 1, 512 × 512 × 123`;
    results.push({ subject: "evaluate", input, ...figuresOf(runs) });
  }
  return results;
}

/** The same numbers, or the comparison is worth nothing. */
function requireSame(mine, other, what) {
  for (const [name, value] of Object.entries(other)) {
    if (typeof value === "object") requireSame(mine[name], value, `${what} ${name}`);
    else if (!(Math.abs(mine[name] - value) <= 1e-6 * Math.max(1, Math.abs(value)))) {
      throw new Error(`${what} ${name}: ours ${mine[name]}, theirs ${value}`);
    }
  }
}
