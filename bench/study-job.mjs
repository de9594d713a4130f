// The scan and the mask of the study's benchmark: a phantom with six lesions, as files.
import { join } from "node:path";
import { makePhantom } from "../dist/phantom/index.js";
import { writeNifti } from "../dist/volume/index.node.js";

/** A patient of so many slices, and how fine: 512 × 512 × 450 of 0.72 × 0.72 × 0.8 mm, unless told. */
export async function writeCase(folder, { depth = 450, gzip = false }) {
  const { scan, mask } = makePhantom({
    seed: "study",
    dims: [512, 512, depth],
    spacing: [0.72, 0.72, 360 / depth],
    lesions: 6,
  });
  const ending = gzip ? "nii.gz" : "nii";
  const files = {
    scan: join(folder, `scan-${depth}.${ending}`),
    mask: join(folder, `mask-${depth}.${ending}`),
  };
  await writeNifti(files.scan, scan);
  await writeNifti(files.mask, mask);
  return files;
}
