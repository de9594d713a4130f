// The scan and the mask that the resampling benchmark works on, in files that every side reads.
import { open } from "node:fs/promises";
import { join } from "node:path";

export const dims = [512, 512, 450];
export const spacing = [0.7, 0.7, 1];
export const to = [1, 1, 1.5];

/** An affine of a spacing and nothing else. */
export const shortAffine = ([x, y, z]) => [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1];

/**
 * A ball of 60 HU with noise in air, and its mask: 0 outside, 1 in it, 2 in its middle. Written slice
 * by slice: a child's peak memory begins at its parent's.
 */
export async function writeInputs(folder) {
  const files = { ct: join(folder, "scan.raw"), labels: join(folder, "mask.raw") };
  const [scanFile, maskFile] = await Promise.all(
    Object.values(files).map((path) => open(path, "w")),
  );
  const [width, height, depth] = dims;
  const scan = new Int16Array(width * height);
  const mask = new Uint8Array(width * height);
  let seed = 1;
  for (let k = 0; k < depth; k++) {
    for (let n = 0; n < scan.length; n++) {
      const [i, j] = [n % width, Math.floor(n / width)];
      const radius = Math.hypot(i / width - 0.5, j / height - 0.5, k / depth - 0.5);
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
      scan[n] = (radius < 0.4 ? 60 : -1000) + (seed >> 26);
      mask[n] = radius < 0.1 ? 2 : radius < 0.4 ? 1 : 0;
    }
    await scanFile.write(new Uint8Array(scan.buffer));
    await maskFile.write(mask);
  }
  await Promise.all([scanFile.close(), maskFile.close()]);
  return files;
}
