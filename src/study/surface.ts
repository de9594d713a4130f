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
  const beside = new NeighbouringRows(liver);
  for (let k = low[2]; k < high[2]; k++) {
    for (let j = low[1]; j < high[1]; j++) {
      const row = j - low[1] + rows * (k - low[2]);
      if (liver.first[row] === liver.first[row + 1]) continue;
      beside.clear();
      if (j > 0) beside.add(j > low[1] ? row - 1 : -1);
      if (j + 1 < height) beside.add(j + 1 < high[1] ? row + 1 : -1);
      if (k > 0) beside.add(k > low[2] ? row - rows : -1);
      if (k + 1 < depth) beside.add(k + 1 < high[2] ? row + rows : -1);
      beside.addGaps(row, { width, start: width * (j + height * k), surface });
    }
  }
  return surface.runs();
}

/** The rows that share faces with one of a liver's. */
class NeighbouringRows {
  readonly #liver: Runs;
  readonly #next = new Int32Array(4);
  readonly #last = new Int32Array(4);
  #count = 0;

  constructor(liver: Runs) {
    this.#liver = liver;
  }

  clear(): void {
    this.#count = 0;
  }

  /** @param row - one of the liver's box; −1 for one beyond it, which is empty */
  add(row: number): void {
    this.#next[this.#count] = row < 0 ? 0 : this.#liver.first[row];
    this.#last[this.#count++] = row < 0 ? 0 : this.#liver.first[row + 1];
  }

  /** Adds the stretches of a row's runs that lack a neighbour, in the row itself or in one of these. */
  addGaps(
    row: number,
    options: { readonly width: number; readonly start: number; readonly surface: RowRuns },
  ): void {
    const { width, start, surface } = options;
    const { first, from, to } = this.#liver;
    for (let run = first[row]; run < first[row + 1]; run++) {
      const end = to[run] === width ? width : to[run] - 1;
      let gap = from[run]; // what came before is settled
      for (let at = from[run] === 0 ? 0 : from[run] + 1; at < end; ) {
        const [covered, stop] = this.#coverAt(at, end);
        if (covered === at) {
          if (gap < at) surface.add(start + gap, start + at);
          gap = stop;
        }
        at = covered === at ? stop : covered;
      }
      if (gap < to[run]) surface.add(start + gap, start + to[run]);
    }
  }

  /** From where on, from `at`, all neighbours may be there, and until where they are if that is `at`. */
  #coverAt(at: number, end: number): readonly [from: number, to: number] {
    const { from, to } = this.#liver;
    let [covered, stop] = [at, end];
    for (let n = 0; n < this.#count; n++) {
      let run = this.#next[n];
      const last = this.#last[n];
      while (run < last && to[run] <= at) run++;
      this.#next[n] = run;
      if (run === last) return [end, end];
      if (from[run] > covered) covered = from[run];
      if (to[run] < stop) stop = to[run];
    }
    return [covered, stop];
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
  const search = new NearestRow(body, weights);
  const { low, high } = surface.box;
  // From the body's middle outwards: what is near shortens the search.
  const rows = [...outwards(body, { axis: 1, low: low[1], high: high[1] })];
  for (const slice of outwards(body, { axis: 2, low: low[2], high: high[2] })) {
    const k = slice - body.corner[2];
    if (!search.couldBeNearer(0, k)) break;
    for (const row of rows) {
      const j = row - body.corner[1];
      if (!search.couldBeNearer(search.gap(1, j), k)) break;
      const at = row - low[1] + (high[1] - low[1]) * (slice - low[2]);
      const run = surface.first[at];
      const end = surface.first[at + 1];
      if (run < end) search.visit(surface, { run, end, j, k });
    }
  }
  return search.squared === Infinity ? null : search.steps;
}

/** Indices of a range, from the middle of a body's box to both sides. */
function* outwards(
  { corner, dims }: Body,
  { axis, low, high }: { readonly axis: 1 | 2; readonly low: number; readonly high: number },
): Generator<number> {
  const middle = corner[axis] + (dims[axis] >> 1);
  const most = 2 * Math.max(middle - low, high - middle);
  for (let n = 0; n <= most; n++) {
    const index = middle + (n % 2 === 0 ? n / 2 : -(n + 1) / 2);
    if (index >= low && index < high) yield index;
  }
}

/** A row elsewhere, as seen from a body's box: its runs, and its place. */
interface OtherRow {
  readonly run: number;
  readonly end: number;
  readonly j: number;
  readonly k: number;
}

/** What of a body is nearest to rows elsewhere. */
class NearestRow {
  /** Of the nearest so far: mm², and voxels along each axis. */
  squared = Infinity;
  steps: Triple = [0, 0, 0];
  readonly #body: Body;
  readonly #rows: Runs;
  readonly #weights: Triple;
  /** Of each slice the body's lowest and highest i, lowest and highest j. */
  readonly #bounds: Int32Array;

  constructor(body: Body, weights: Triple) {
    this.#body = body;
    this.#weights = weights;
    this.#rows = findRuns(body, (value) => value === 1);
    this.#bounds = boundsOfSlices(this.#rows);
  }

  /** Voxels along an axis from the body's own in its box to an index. */
  gap(axis: 1 | 2, index: number): number {
    return Math.max(0, 1 - index, index - this.#body.dims[axis] + 2);
  }

  /** Whether what is so far from the body's box may be nearer than the nearest so far. */
  couldBeNearer(dj: number, k: number): boolean {
    const dk = this.gap(2, k);
    return this.#weights[1] * dj * dj + this.#weights[2] * dk * dk < this.squared;
  }

  visit(other: Runs, row: OtherRow): void {
    const [wi, wj, wk] = this.#weights;
    const bounds = this.#bounds;
    const depth = this.#body.dims[2];
    for (let k = 1; k < depth - 1; k++) {
      const across = wk * (k - row.k) * (k - row.k);
      if (across >= this.squared) continue;
      const front = bounds[4 * k + 2];
      const back = bounds[4 * k + 3];
      const dj = Math.max(0, front - row.j, row.j - back);
      if (across + wj * dj * dj >= this.squared) continue;
      const di = this.#stepsTo(bounds[4 * k], bounds[4 * k + 1], { other, row });
      if (across + wj * dj * dj + wi * di * di >= this.squared) continue;
      this.#visitSlice(k, { other, row, front, back });
    }
  }

  #visitSlice(
    k: number,
    section: {
      readonly other: Runs;
      readonly row: OtherRow;
      readonly front: number;
      readonly back: number;
    },
  ): void {
    const { other, row, front, back } = section;
    const [wi, wj, wk] = this.#weights;
    const across = wk * (k - row.k) * (k - row.k);
    const { first, from, to } = this.#rows;
    for (let j = front; j <= back; j++) {
      const apart = across + wj * (j - row.j) * (j - row.j);
      if (apart >= this.squared) continue;
      const at = j + this.#body.dims[1] * k;
      for (let run = first[at]; run < first[at + 1]; run++) {
        const di = this.#stepsTo(from[run], to[run] - 1, { other, row });
        const squared = apart + wi * di * di;
        if (squared >= this.squared) continue;
        this.squared = squared;
        this.steps = [di, Math.abs(j - row.j), Math.abs(k - row.k)];
      }
    }
  }

  /** Voxels along i from those of the body's box, `left` to `right`, to the row's nearest. */
  #stepsTo(
    left: number,
    right: number,
    { other: { from, to }, row }: { readonly other: Runs; readonly row: OtherRow },
  ): number {
    const shift = this.#body.corner[0];
    let fewest = Infinity;
    for (let run = row.run; run < row.end; run++) {
      const apart = Math.max(0, from[run] - right - shift, left + shift - to[run] + 1);
      if (apart < fewest) fewest = apart;
    }
    return fewest;
  }
}

function boundsOfSlices({ box: { high }, first, from, to }: Runs): Int32Array {
  const bounds = new Int32Array(4 * high[2]);
  for (let k = 0; k < high[2]; k++) {
    let [left, right, front, back] = [Infinity, -1, Infinity, -1];
    for (let j = 0; j < high[1]; j++) {
      const row = j + high[1] * k;
      if (first[row] === first[row + 1]) continue;
      left = Math.min(left, from[first[row]]);
      right = Math.max(right, to[first[row + 1] - 1] - 1);
      front = Math.min(front, j);
      back = j;
    }
    bounds.set([left, right, front, back], 4 * k);
  }
  return bounds;
}
