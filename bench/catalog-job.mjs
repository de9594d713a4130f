// The files of the catalogue's benchmark: scans whose voxels take no room on the disk, and gzipped masks.
import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { encodeNifti } from "../dist/volume/index.js";

const affine = [-0.75, 0, 0, 190, 0, 0.75, 0, -190, 0, 0, 2.5, -400, 0, 0, 0, 1];
const depths = Array.from({ length: 60 }, (_, n) => 40 + n);

/** Writes `pairs` scans of 512 × 512 × 40 … 99 and their masks, in the layout of LiTS. */
export async function writeHeaders(folder, pairs) {
  const masks = depths.map(packMask);
  await mkdir(join(folder, "segmentations"), { recursive: true });
  for (let n = 0; n < pairs; n++) {
    const part = join(folder, `volume_pt${1 + Math.floor(n / 2000)}`);
    if (n % 2000 === 0) await mkdir(part);
    await writeSparse(join(part, `volume-${n}.nii`), depths[n % depths.length]);
    const mask = masks[n % depths.length];
    await writeFile(join(folder, "segmentations", `segmentation-${n}.nii.gz`), mask);
  }
}

/** Only the header is written; the rest of the file is a hole. */
async function writeSparse(path, depth) {
  const header = headerOf("ct", { voxels: new Int16Array(1), depth });
  const file = await open(path, "w");
  await file.write(header);
  await file.truncate(header.length + 512 * 512 * depth * 2);
  await file.close();
}

function packMask(depth) {
  const voxels = Buffer.alloc(512 * 512 * depth);
  voxels.fill(1, voxels.length / 2, voxels.length / 2 + 5000);
  const header = headerOf("labels", { voxels: new Uint8Array(1), depth });
  return gzipSync(Buffer.concat([header, voxels]));
}

function headerOf(kind, { voxels, depth }) {
  const volume = { kind, dims: [1, 1, 1], voxels, affine, affineFrom: "sform" };
  const [header] = encodeNifti(volume);
  const view = new DataView(header.buffer, header.byteOffset);
  for (const [axis, size] of [512, 512, depth].entries()) view.setInt16(42 + 2 * axis, size, true);
  return header;
}
