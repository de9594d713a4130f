import { type CtVolume, type LabelVolume, type Triple, voxelCount } from "../../volume/index.ts";

/** Columns and rows that are enough to see whether an outline lies on an organ's edge. */
const columns = 128;

/** What is air and what is bone is all one for the outline of a liver. */
const darkest = -100;
const brightest = 200;

/** A scan or mask, in its own order, made small along the first two axes. */
export interface Preview {
  readonly dims: Triple;
  readonly voxels: Float32Array | Uint8Array;
  /** Columns, and rows, of the original that became one. */
  readonly step: number;
}

/** How many columns and rows become one; the same for both axes, so that quarter turns still fit. */
const stepOf = ([width, height]: Triple): number => Math.ceil(Math.max(width, height) / columns);

/** The mean of each block of columns and rows, cut to soft tissue; noise goes down with it. */
export function previewScan({ dims, voxels }: Pick<CtVolume, "dims" | "voxels">): Preview {
  const step = stepOf(dims);
  const small = smaller(dims, step);
  const means = new Float32Array(voxelCount({ dims: small }));
  forEachBlock(dims, step, (block, at) => {
    let sum = 0;
    for (let j = 0; j < step; j++) {
      for (let i = 0; i < step; i++) {
        sum += Math.min(Math.max(voxels[at + i + j * dims[0]], darkest), brightest);
      }
    }
    means[block] = sum / (step * step);
  });
  return { dims: small, voxels: means, step };
}

/** Whether liver or tumour lies at the middle of each block: 1 or 0. */
export function previewMask({ dims, voxels }: Pick<LabelVolume, "dims" | "voxels">): Preview {
  const step = stepOf(dims);
  const small = smaller(dims, step);
  const inside = new Uint8Array(voxelCount({ dims: small }));
  const middle = Math.floor(step / 2) * (1 + dims[0]);
  forEachBlock(dims, step, (block, at) => {
    const label = voxels[at + middle];
    inside[block] = label === 1 || label === 2 ? 1 : 0;
  });
  return { dims: small, voxels: inside, step };
}

const smaller = ([width, height, depth]: Triple, step: number): Triple => [
  Math.floor(width / step),
  Math.floor(height / step),
  depth,
];

/** Calls `each` with a block's number and the index of its first voxel. */
function forEachBlock(dims: Triple, step: number, each: (block: number, at: number) => void): void {
  const [width, height, depth] = smaller(dims, step);
  let block = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++) {
        each(block++, i * step + dims[0] * (j * step + dims[1] * k));
      }
    }
  }
}
