import { findRuns, type Grid, type Runs, spacingOf, type Triple } from "../volume/index.ts";
import type { Body } from "./bodies.ts";
import { RowRuns } from "./row-runs.ts";

/**
 * The liver's voxels that have a face in common with something that is neither liver nor tumour.
 *
 * Holes in the mask, such as a vessel that was left out, have a surface too; the edge of the scan has
 * none, for nobody knows what is beyond it.
 *
 * @param liver - its runs, tumours included
 */
export function surfaceOf(liver: Runs, { dims }: Pick<Grid, "dims">): Runs {
  const surface = new RowRuns(dims);
  const [width, height, depth] = dims;
  const { low, high } = liver.box;
  const rows = high[1] - low[1];
  const rowAt = (j: number, k: number): number =>
    j < low[1] || j >= high[1] || k < low[2] || k >= high[2]
      ? -1
      : j - low[1] + rows * (k - low[2]);
  for (let k = low[2]; k < high[2]; k++) {
    for (let j = low[1]; j < high[1]; j++) {
      const neighbours: number[] = [];
      if (j > 0) neighbours.push(rowAt(j - 1, k));
      if (j + 1 < height) neighbours.push(rowAt(j + 1, k));
      if (k > 0) neighbours.push(rowAt(j, k - 1));
      if (k + 1 < depth) neighbours.push(rowAt(j, k + 1));
      const start = width * (j + height * k);
      forEachGap(liver, { row: rowAt(j, k), neighbours, width }, (from, to) => {
        surface.add(start + from, start + to);
      });
    }
  }
  return surface.runs();
}

/** Stretches of a row's runs that lack a neighbour: in the row itself, or in one of `neighbours`. */
function forEachGap(
  { first, from, to }: Runs,
  row: { readonly row: number; readonly neighbours: readonly number[]; readonly width: number },
  each: (from: number, to: number) => void,
): void {
  const next = row.neighbours.map((other) => (other < 0 ? 0 : first[other]));
  const last = row.neighbours.map((other) => (other < 0 ? 0 : first[other + 1]));
  for (let run = first[row.row]; run < first[row.row + 1]; run++) {
    const end = to[run] === row.width ? to[run] : to[run] - 1;
    let gap = from[run]; // what came before is settled
    for (let at = from[run] === 0 ? 0 : from[run] + 1; at < end; ) {
      // From where on, and how far, all neighbours are there.
      let [start, stop] = [at, end];
      for (let n = 0; n < next.length; n++) {
        while (next[n] < last[n] && to[next[n]] <= at) next[n]++;
        start = Math.max(start, next[n] < last[n] ? from[next[n]] : end);
        if (next[n] < last[n]) stop = Math.min(stop, to[next[n]]);
      }
      if (start === at) {
        if (gap < at) each(gap, at);
        gap = stop;
        at = stop;
      } else at = start;
    }
    if (gap < to[run]) each(gap, to[run]);
  }
}

/**
 * From a lesion to the liver's surface in mm: between the centres of its nearest voxel and of the
 * surface's nearest voxel; 0 when the lesion itself has such a voxel. null without a surface.
 *
 * Axes are taken to be at right angles. Rounded to float32, as distances are.
 *
 * @param surface - see `surfaceOf`
 */
export function distanceToSurfaceMm(
  body: Body,
  { surface, grid }: { readonly surface: Runs; readonly grid: Grid },
): number | null {
  const steps = nearestSteps(body, { surface, weights: weightsOf(grid) });
  if (steps === null) return null;
  // d² = Σ (spacing · steps)², axis by axis in float32 as the distance transform has it.
  const squared = weightsOf(grid).reduce(
    (sum, weight, axis) => Math.fround(sum + weight * steps[axis] * steps[axis]),
    0,
  );
  return Math.fround(Math.sqrt(squared));
}

const weightsOf = ({ affine }: Grid): Triple => {
  const [x, y, z] = spacingOf(affine);
  return [x * x, y * y, z * z];
};

/** Voxels along each axis from the body to the nearest of the surface; null without one. */
function nearestSteps(
  body: Body,
  { surface, weights }: { readonly surface: Runs; readonly weights: Triple },
): Triple | null {
  const rows = findRuns(body, (value) => value === 1);
  const { box } = surface;
  const height = box.high[1] - box.low[1];
  // The body's own voxels in its box, which is one wider on every side.
  const gap = (axis: 1 | 2, index: number): number =>
    Math.max(0, 1 - index, index - body.dims[axis] + 2);
  let best = { squared: Infinity, steps: [0, 0, 0] as Triple };
  for (const slice of outwards(box, body)) {
    const k = slice - body.corner[2];
    const across = weights[2] * gap(2, k) ** 2;
    if (across >= best.squared) continue;
    for (let row = 0; row < height; row++) {
      const at = row + height * (slice - box.low[2]);
      const j = box.low[1] + row - body.corner[1];
      const apart = across + weights[1] * gap(1, j) ** 2;
      if (apart >= best.squared) continue;
      if (apart + weights[0] * stepsToBox(body, { surface, row: at }) ** 2 >= best.squared)
        continue;
      const found = nearestToRow(rows, { body, surface, at, j, k, weights, within: best.squared });
      if (found !== null) best = found;
      if (best.squared === 0) return best.steps;
    }
  }
  return best.squared === Infinity ? null : best.steps;
}

/** The surface's slices, from the body's middle outwards: what is near shortens the search. */
function outwards({ low, high }: Runs["box"], body: Body): number[] {
  const middle = body.corner[2] + body.middle[2];
  const slices = Array.from({ length: high[2] - low[2] }, (_, n) => low[2] + n);
  return slices.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
}

/** What of the body is nearest to one row of the surface, when it is nearer than `within` (mm²). */
function nearestToRow(
  rows: Runs,
  options: {
    readonly body: Body;
    readonly surface: Runs;
    /** The row, and where it lies in the body's box. */
    readonly at: number;
    readonly j: number;
    readonly k: number;
    readonly weights: Triple;
    readonly within: number;
  },
): { readonly squared: number; readonly steps: Triple } | null {
  const { body, surface, at, j, k, weights, within } = options;
  const [, height, depth] = body.dims;
  let squared = within;
  let steps: Triple | null = null;
  for (let kk = 1; kk < depth - 1; kk++) {
    const dk = weights[2] * (kk - k) ** 2;
    if (dk >= squared) continue;
    const reach = Math.sqrt((squared - dk) / weights[1]);
    const last = Math.min(height - 2, Math.floor(j + reach));
    for (let jj = Math.max(1, Math.ceil(j - reach)); jj <= last; jj++) {
      const row = jj + height * kk;
      if (rows.first[row] === rows.first[row + 1]) continue;
      const di = stepsBetween(rows, row, { other: surface, at, shift: body.corner[0] });
      const sum = dk + weights[1] * (jj - j) ** 2 + weights[0] * di * di;
      if (sum >= squared) continue;
      squared = sum;
      steps = [di, Math.abs(jj - j), Math.abs(kk - k)];
    }
  }
  return steps === null ? null : { squared, steps };
}

/** Voxels along i from the body's box to the nearest run of a row; Infinity without a run. */
function stepsToBox(
  { corner, dims }: Body,
  { surface: { first, from, to }, row }: { readonly surface: Runs; readonly row: number },
): number {
  const [low, high] = [corner[0] + 1, corner[0] + dims[0] - 2]; // its first and last voxel
  let fewest = Infinity;
  for (let run = first[row]; run < first[row + 1]; run++) {
    fewest = Math.min(fewest, Math.max(0, from[run] - high, low - to[run] + 1));
  }
  return fewest;
}

/** Voxels along i from a row's nearest run to the other's; 0 where they overlap. */
function stepsBetween(
  runs: Runs,
  row: number,
  { other, at, shift }: { readonly other: Runs; readonly at: number; readonly shift: number },
): number {
  let [mine, near] = [runs.first[row], other.first[at]];
  const [end, nearEnd] = [runs.first[row + 1], other.first[at + 1]];
  let fewest = Infinity;
  while (mine < end && near < nearEnd) {
    const [from, to] = [runs.from[mine] + shift, runs.to[mine] + shift];
    const apart = Math.max(0, from - other.to[near] + 1, other.from[near] - to + 1);
    if (apart < fewest) fewest = apart;
    if (to < other.to[near]) mine++;
    else near++;
  }
  return fewest;
}
