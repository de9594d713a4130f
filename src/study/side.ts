import { type Affine, forEachRun, type Grid, type Runs } from "../volume/index.ts";

/** The share of the liver's volume that its right half has: segments V to VIII. */
const rightShare = 0.65;

/**
 * Where the liver's right and left halves are taken to meet: the sagittal plane, as x in RAS mm, that
 * leaves 65 % of the mask's liver (tumours included) on the patient's right. null without a liver.
 *
 * It is a stand-in. The halves really meet in Cantlie's plane, from the gallbladder to the vena cava,
 * which no mask of liver and tumour shows; within some centimetres of the divide the side is a guess,
 * the more so after surgery or with a large tumour in one half. The distance to it is told for that
 * reason.
 *
 * @param liver - runs of the liver, tumours included, within `grid`
 * @see Abdalla et al. 2004, doi:10.1016/j.surg.2003.08.024: right 65 ± 7 %, left 33 ± 7 %, caudate 2 %
 */
export function liverDivideMm(grid: Grid, liver: Runs): number | null {
  const { affine } = grid;
  const [lowest, highest] = rangeOfX(grid);
  const counts = new Uint32Array(Math.ceil((highest - lowest) / binMm) + 2);
  let voxels = 0;
  const [width, height] = grid.dims;
  forEachRun(liver, grid, (_run, from, to) => {
    const row = Math.floor(from / width);
    const x = xOf(affine, [from % width, row % height, Math.floor(row / height)]);
    for (let n = 0; n < to - from; n++) {
      counts[((x + n * affine[0] - lowest) / binMm + 0.5) | 0]++;
    }
    voxels += to - from;
  });
  if (voxels === 0) return null;
  let right = 0; // counted from the patient's right, where x is largest
  for (let bin = counts.length - 1; bin >= 0; bin--) {
    right += counts[bin];
    if (right >= rightShare * voxels) return lowest + bin * binMm;
  }
  return lowest;
}

const binMm = 0.25;

const xOf = (affine: Affine, [i, j, k]: readonly number[]): number =>
  affine[0] * i + affine[1] * j + affine[2] * k + affine[3];

/** Smallest and largest x of a grid's voxels. */
function rangeOfX({ dims, affine }: Grid): readonly [number, number] {
  const spans = [0, 1, 2].map((axis) => affine[axis] * (dims[axis] - 1));
  const low = spans.reduce((sum, span) => sum + Math.min(0, span), affine[3]);
  const high = spans.reduce((sum, span) => sum + Math.max(0, span), affine[3]);
  return [low, high];
}
