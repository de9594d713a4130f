import { createHash } from "node:crypto";
import type { LabelVolume } from "../volume/index.ts";
import { forEachLabelRun } from "./label-runs.ts";

/** Numbers that are hashed at once: two a run of equal labels. */
const chunkLength = 1 << 16;

/**
 * SHA-256, in hex, of a mask's size and labels, however its file is packed and whatever type its
 * labels are stored in. What is hashed is each run of equal labels, as label and length: masks are
 * long runs, so there is little to hash.
 */
export function sha256OfLabels({ dims, voxels }: Pick<LabelVolume, "dims" | "voxels">): string {
  const hash = createHash("sha256").update(JSON.stringify(dims));
  const runs = new Int32Array(chunkLength);
  let filled = 0;
  forEachLabelRun(voxels, (label, length) => {
    runs[filled++] = label;
    runs[filled++] = length;
    if (filled < chunkLength) return;
    hash.update(runs);
    filled = 0;
  });
  return hash.update(runs.subarray(0, filled)).digest("hex");
}
