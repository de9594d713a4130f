/** Lengths along slices, rows and columns. */
export type Lengths = readonly [number, number, number];

/**
 * Where patches begin along an axis: a step of ⌊patch · (1 − overlap)⌋, at least 1, and the last one
 * moved back so that it ends with the axis. An axis shorter than its patch is one patch, at 0.
 *
 * @see monai.inferers.utils `_get_scan_interval` and monai.data.utils `dense_patch_slices`, of which
 *   these are the numbers
 */
export function patchStarts(
  length: number,
  { patch, overlap }: { readonly patch: number; readonly overlap: number },
): number[] {
  if (length <= patch) return [0];
  const step = Math.max(1, Math.floor(patch * (1 - overlap)));
  const count = Math.ceil((length - patch) / step) + 1;
  return Array.from({ length: count }, (_, n) => Math.min(n * step, length - patch));
}

/** How many voxels of nothing come before an axis that is shorter than its patch: half, rounded down. */
export const paddingBefore = (length: number, patch: number): number =>
  Math.max(0, (patch - length) >> 1);

/**
 * What a patch's voxels weigh, [slices, rows, columns]. `gaussian`: exp(−Σ x² / 2σ²), x from the
 * patch's middle, σ = length / 8 along each axis, and nowhere less than 0.001 or its smallest value,
 * whichever is more; `constant`: 1.
 *
 * @see monai.data.utils `compute_importance_map`, sigma_scale 0.125; nnU-Net's
 *   `compute_gaussian` has the same σ
 */
export function patchWeights(
  [slices, rows, columns]: Lengths,
  weights: "gaussian" | "constant",
): Float32Array {
  const map = new Float32Array(slices * rows * columns);
  if (weights === "constant") return map.fill(1);
  const [z, y, x] = [slices, rows, columns].map(bell);
  let at = 0;
  let least = 1;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++, at++) {
        map[at] = Math.fround(z[k] * y[j]) * x[i];
        if (map[at] < least) least = map[at];
      }
    }
  }
  const floor = Math.max(least, 1e-3);
  return map.map((value) => Math.max(value, floor));
}

function bell(length: number): Float32Array {
  const sigma = length / 8;
  return Float32Array.from({ length }, (_, n) => {
    const x = n - (length - 1) / 2;
    return Math.exp((x * x) / (-2 * sigma * sigma));
  });
}
