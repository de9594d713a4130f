// The scan and the mask of the study's benchmark: a phantom with six lesions, as files.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePhantom } from "../dist/phantom/index.js";
import { writeNifti } from "../dist/volume/index.node.js";

/**
 * A patient of so many slices, and how fine: 512 × 512 × 450 of 0.72 × 0.72 × 0.8 mm, unless told.
 * Made once on a machine, for it takes longer than all that is measured on it.
 */
export async function caseFiles({ depth = 450, gzip = false }) {
  const patient = {
    seed: "study",
    dims: [512, 512, depth],
    spacing: [0.72, 0.72, 360 / depth],
    lesions: 6,
  };
  const key = createHash("sha256").update(`${JSON.stringify(patient)}${makePhantom}`);
  const folder = join(tmpdir(), "hepar-bench-study", key.digest("hex").slice(0, 12));
  const ending = gzip ? "nii.gz" : "nii";
  const files = { scan: join(folder, `scan.${ending}`), mask: join(folder, `mask.${ending}`) };
  // Each is written whole or not at all, the mask after the scan.
  if (existsSync(files.mask)) return files;
  await mkdir(folder, { recursive: true });
  const { scan, mask } = makePhantom(patient);
  await writeNifti(files.scan, scan);
  await writeNifti(files.mask, mask);
  return files;
}
