import {
  type Affine,
  boundsOfRuns,
  type Grid,
  type Runs,
  spacingOf,
  type Triple,
} from "../../../volume/index.ts";

/** How full of a body each block of voxels is, with empty blocks all around. */
export interface Field {
  /** Blocks along i, j and k. */
  readonly dims: Triple;
  /** [i, j, k], i fastest, 0 to 1. */
  readonly values: Float32Array;
  /** Block index → RAS mm of its centre. */
  readonly affine: Affine;
}

/** Empty blocks on each side, so that a smoothed surface closes inside the field. */
const margin = 3;

/** Along one axis: slices may be far apart, where blocks in them are small. */
const mostPasses = 16;

/**
 * The share of each block that a body fills; undefined without any voxel.
 *
 * @param runs - the body's, on the grid
 * @param options.stepMm - about how long the edges of a block are: whole voxels, at least one
 */
export function fieldOf(
  grid: Grid,
  runs: Runs,
  { stepMm }: { readonly stepMm: number },
): Field | undefined {
  const bounds = boundsOfRuns(runs);
  if (bounds === undefined) return undefined;
  const { low, high } = bounds;
  const factor = spacingOf(grid.affine).map((spacing) =>
    Math.max(1, Math.round(stepMm / spacing)),
  ) as unknown as Triple;
  const [width, height, depth] = factor.map(
    (voxels, axis) => Math.ceil((high[axis] - low[axis]) / voxels) + 2 * margin,
  );
  const values = new Float32Array(width * height * depth);
  const share = 1 / (factor[0] * factor[1] * factor[2]);
  const rows = runs.box.high[1] - runs.box.low[1];
  for (let row = 0; row + 1 < runs.first.length; row++) {
    if (runs.first[row] === runs.first[row + 1]) continue;
    const j = Math.floor((runs.box.low[1] + (row % rows) - low[1]) / factor[1]) + margin;
    const k = Math.floor((runs.box.low[2] + Math.floor(row / rows) - low[2]) / factor[2]) + margin;
    const start = margin + width * (j + height * k);
    for (let run = runs.first[row]; run < runs.first[row + 1]; run++) {
      for (let at = runs.from[run] - low[0]; at < runs.to[run] - low[0]; ) {
        const block = Math.floor(at / factor[0]);
        const end = Math.min(runs.to[run] - low[0], (block + 1) * factor[0]);
        values[start + block] += share * (end - at);
        at = end;
      }
    }
  }
  return {
    dims: [width, height, depth],
    values,
    affine: blockAffine(grid.affine, { low, factor }),
  };
}

/** Block b holds the voxels low + f · (b − margin) to low + f · (b − margin + 1) − 1. */
function blockAffine(
  affine: Affine,
  { low, factor }: { readonly low: Triple; readonly factor: Triple },
): Affine {
  const origin = factor.map((voxels, axis) => low[axis] - voxels * margin + (voxels - 1) / 2);
  return affine.map((value, cell) => {
    const row = cell - (cell % 4);
    if (cell >= 12) return value;
    if (cell % 4 < 3) return value * factor[cell % 4];
    return value + origin.reduce((sum, at, axis) => sum + affine[row + axis] * at, 0);
  });
}

/** The same field in blocks of a third of the length: 27 equal ones for each. */
export function refined({ dims: [width, height, depth], values, affine }: Field): Field {
  const dims: Triple = [3 * width, 3 * height, 3 * depth];
  const fine = new Float32Array(27 * values.length);
  for (let at = 0; at < fine.length; at++) {
    const row = Math.floor(at / dims[0]);
    const [i, j, k] = [at % dims[0], row % dims[1], Math.floor(row / dims[1])].map((index) =>
      Math.floor(index / 3),
    );
    fine[at] = values[i + width * (j + height * k)];
  }
  // Fine block 1 lies in the middle of block 0.
  const finer = affine.map((value, cell) => {
    const row = cell - (cell % 4);
    if (cell >= 12) return value;
    if (cell % 4 < 3) return value / 3;
    return value - (affine[row] + affine[row + 1] + affine[row + 2]) / 3;
  });
  return { dims, values: fine, affine: finer };
}

/**
 * The field as a Gaussian of so many mm sees it: passes of ¼ ½ ¼ along each axis, each of which has a
 * variance of ½ block.
 */
export function smoothed(field: Field, sigmaMm: number): Field {
  const { dims, affine } = field;
  const strides = [1, dims[0], dims[0] * dims[1]];
  let values = field.values;
  spacingOf(affine).forEach((edge, axis) => {
    const passes = Math.min(mostPasses, Math.round(2 * (sigmaMm / edge) ** 2));
    const stride = strides[axis];
    for (let pass = 0; pass < passes; pass++) {
      const next = new Float32Array(values.length);
      // The margin is empty, so that what wraps around an edge is 0.
      for (let at = stride; at < values.length - stride; at++) {
        next[at] = values[at] / 2 + (values[at - stride] + values[at + stride]) / 4;
      }
      values = next;
    }
  });
  return { ...field, values };
}
