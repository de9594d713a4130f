// The scans of the conversion's benchmark: phantoms with masks, as files, written slice by slice.
import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePhantom } from "../dist/phantom/index.js";
import { writeNifti, writeNiftiSlices } from "../dist/volume/index.node.js";

/** 512 × 512 × 200, int16, and its mask; made once and kept in the temporary folder. */
export async function writeScan({ depth = 200, gzip = false } = {}) {
  const folder = join(tmpdir(), "hepar-bench-convert");
  await mkdir(folder, { recursive: true });
  const ending = gzip ? "nii.gz" : "nii";
  const files = {
    scan: join(folder, `scan-${depth}.${ending}`),
    mask: join(folder, `mask-${depth}.${ending}`),
  };
  if (existsSync(files.mask)) return files;
  const { scan, mask } = makePhantom({
    seed: "convert",
    dims: [512, 512, 200],
    spacing: [0.72, 0.72, 1.8],
    lesions: 6,
  });
  for (const [kind, volume] of Object.entries({ scan, mask })) {
    const draft = join(folder, `.tmp-${kind}.${ending}`);
    await writeLong(draft, volume, depth);
    await rename(draft, files[kind]);
  }
  return files;
}

/** The volume's slices, again from the start when there are too few. */
async function writeLong(path, volume, depth) {
  const [width, height, own] = volume.dims;
  if (depth === own) return writeNifti(path, volume);
  const pixels = width * height;
  const { voxels, kind, affine, affineFrom } = volume;
  const slices = (function* () {
    for (let k = 0; k < depth; k++) {
      const from = (k % own) * pixels;
      yield voxels.subarray(from, from + pixels);
    }
  })();
  const long = { dims: [width, height, depth], affine, affineFrom };
  return writeNiftiSlices(path, slices, { grid: long, type: kind === "ct" ? "int16" : "uint8" });
}
