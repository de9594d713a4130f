// The masks that components and distances are measured on, in files that every side reads.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePhantom } from "../dist/phantom/index.js";

export const dims = [512, 512, 450];
export const spacing = [0.7, 0.7, 1];

const [width, height, depth] = dims;
const makers = { phantom, blobs, noise };

/** The file of a mask, one byte a voxel; made once on a machine. */
export async function maskFile(name) {
  const folder = join(tmpdir(), "hepar-bench-voxels");
  const key = createHash("sha256").update(`${makers[name]}${dims}`).digest("hex").slice(0, 12);
  const file = join(folder, `${name}-${key}.raw`);
  if (existsSync(file)) return file;
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.part`, makers[name]());
  await rename(`${file}.part`, file);
  return file;
}

/** A phantom's liver (1) with 30 tumours (2), each of its voxels 2 × 2 × 5 of ours. */
function phantom() {
  const { mask } = makePhantom({
    seed: 7,
    dims: [256, 256, 90],
    spacing: [1.4, 1.4, 5],
    lesions: 30,
  });
  const made = new Uint8Array(width * height * depth);
  let at = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const row = 256 * ((j >> 1) + 256 * Math.floor(k / 5));
      for (let i = 0; i < width; i++) made[at++] = mask.voxels[row + (i >> 1)];
    }
  }
  return made;
}

/** About 16 % of the grid in thousands of blobs of some 10 voxels: random heights at every 8th voxel, between them linear. */
function blobs() {
  const random = uniform(3);
  const [nx, ny, nz] = dims.map((size) => Math.ceil(size / 8) + 2);
  const heights = Float32Array.from({ length: nx * ny * nz }, random);
  const made = new Uint8Array(width * height * depth);
  const row = new Float32Array(nx);
  let at = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const [v, w] = [(j % 8) / 8, (k % 8) / 8];
      const corner = nx * ((j >> 3) + ny * (k >> 3));
      for (let x = 0; x < nx; x++) {
        const near = heights[corner + x] * (1 - v) + heights[corner + x + nx] * v;
        const far = corner + x + nx * ny;
        row[x] = near * (1 - w) + (heights[far] * (1 - v) + heights[far + nx] * v) * w;
      }
      for (let i = 0; i < width; i++) {
        const u = (i % 8) / 8;
        made[at++] = row[i >> 3] * (1 - u) + row[(i >> 3) + 1] * u > 0.67 ? 1 : 0;
      }
    }
  }
  return made;
}

/** Three voxels of ten, each by itself. */
function noise() {
  const random = uniform(5);
  const made = new Uint8Array(width * height * depth);
  for (let at = 0; at < made.length; at++) made[at] = random() < 0.3 ? 1 : 0;
  return made;
}

/** Numbers from 0 to 1, the same for the same seed (xorshift). */
function uniform(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
