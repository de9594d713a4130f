import { applyAffine, type LabelVolume, type Triple } from "../volume/index.ts";

/**
 * The smallest box that holds every voxel of a label, in its place in the patient; undefined when
 * no voxel has it.
 */
export function cropTo(mask: LabelVolume, label: number): LabelVolume | undefined {
  const bounds = boundsOf(mask, label);
  if (bounds === undefined) return undefined;
  const { low, high } = bounds;
  const dims: Triple = [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1];
  const [width, height] = mask.dims;
  const Labels = mask.voxels.constructor as Uint8ArrayConstructor;
  const box = new Labels(dims[0] * dims[1] * dims[2]);
  for (let k = 0; k < dims[2]; k++) {
    for (let j = 0; j < dims[1]; j++) {
      const from = low[0] + width * (low[1] + j + height * (low[2] + k));
      box.set(mask.voxels.subarray(from, from + dims[0]), dims[0] * (j + dims[1] * k));
    }
  }
  const origin = applyAffine(mask.affine, low);
  const affine = mask.affine.map((value, cell) =>
    cell < 12 && cell % 4 === 3 ? origin[(cell - 3) / 4] : value,
  );
  return { ...mask, dims, affine, voxels: box };
}

/** Lowest and highest index of a label along each axis. */
function boundsOf(
  { dims: [width, height, depth], voxels }: LabelVolume,
  label: number,
): { low: Triple; high: Triple } | undefined {
  const low: [number, number, number] = [width, height, depth];
  const high: [number, number, number] = [-1, -1, -1];
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const start = width * (j + height * k);
      const row = voxels.subarray(start, start + width);
      const first = row.indexOf(label);
      if (first < 0) continue;
      low[0] = Math.min(low[0], first);
      high[0] = Math.max(high[0], row.lastIndexOf(label));
      low[1] = Math.min(low[1], j);
      high[1] = Math.max(high[1], j);
      low[2] = Math.min(low[2], k);
      high[2] = k;
    }
  }
  return high[0] < 0 ? undefined : { low, high };
}
