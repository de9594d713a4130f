import type { Triple } from "../volume/index.ts";
import type { SurfacePoints } from "./surface-points.ts";

/** Rows that are looked through, nearest first, before the points are looked through by blocks. */
const nearRows = 48;

/**
 * Distance in mm from each point to the nearest of the others, exact in float64. Surfaces that are
 * close are found in the rows around a point; far ones by blocks of points.
 *
 * @param to - on the same lattice, at least one point
 */
export function nearestDistances(
  from: SurfacePoints,
  to: SurfacePoints,
  spacing: Triple,
): Float64Array {
  const search = new Search(to, spacing);
  const distances = new Float64Array(from.i.length);
  for (let n = 0; n < distances.length; n++) {
    distances[n] = Math.sqrt(search.squared(from.i[n], from.j[n], from.k[n]));
  }
  return distances;
}

class Search {
  readonly #to: SurfacePoints;
  readonly #spacing: Triple;
  /** Points of row j + height · k are those at `first[row]` to before `first[row + 1]`. */
  readonly #first: Int32Array;
  readonly #near: NearRows;
  #blocks: Blocks | undefined;
  #best = Number.POSITIVE_INFINITY;
  /** The last answer: neighbours in the list are neighbours in space, so it bounds the next one. */
  #nearest = 0;

  constructor(to: SurfacePoints, spacing: Triple) {
    this.#to = to;
    this.#spacing = spacing;
    const [, height, depth] = to.size;
    this.#first = new Int32Array(height * depth + 1);
    for (let n = 0; n < to.i.length; n++) this.#first[to.j[n] + height * to.k[n] + 1]++;
    for (let row = 0; row < height * depth; row++) this.#first[row + 1] += this.#first[row];
    this.#near = rowsAround(spacing);
  }

  squared(i: number, j: number, k: number): number {
    const [, height, depth] = this.#to.size;
    this.#best = Number.POSITIVE_INFINITY;
    this.#look(this.#nearest, i, j, k);
    const { dj, dk, squared } = this.#near;
    for (let n = 0; n < squared.length; n++) {
      if (squared[n] >= this.#best) return this.#best;
      const y = j + dj[n];
      const z = k + dk[n];
      if (y >= 0 && y < height && z >= 0 && z < depth) this.#row(y + height * z, i, j, k);
    }
    this.#far(i, j, k);
    return this.#best;
  }

  #look(point: number, i: number, j: number, k: number): void {
    const { i: x, j: y, k: z } = this.#to;
    const dx = this.#spacing[0] * (x[point] - i);
    const dy = this.#spacing[1] * (y[point] - j);
    const dz = this.#spacing[2] * (z[point] - k);
    const squared = dx * dx + dy * dy + dz * dz;
    if (squared >= this.#best) return;
    this.#best = squared;
    this.#nearest = point;
  }

  #row(row: number, i: number, j: number, k: number): void {
    const { i: x } = this.#to;
    let low = this.#first[row];
    const end = this.#first[row + 1];
    if (low === end) return;
    const start = low;
    let high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (x[middle] < i) low = middle + 1;
      else high = middle;
    }
    if (low < end) this.#look(low, i, j, k);
    if (low > start) this.#look(low - 1, i, j, k);
  }

  #far(i: number, j: number, k: number): void {
    this.#blocks ??= blocksOf(this.#to);
    const { points, first, box } = this.#blocks;
    const [sx, sy, sz] = this.#spacing;
    // The last answer bounds this one closely, so that few blocks are looked into.
    for (let block = 0, at = 0; block + 1 < first.length; block++, at += 6) {
      const dz = sz * Math.max(box[at + 2] - k, k - box[at + 5], 0);
      const dy = sy * Math.max(box[at + 1] - j, j - box[at + 4], 0);
      const dx = sx * Math.max(box[at] - i, i - box[at + 3], 0);
      if (dx * dx + dy * dy + dz * dz >= this.#best) continue;
      for (let n = first[block]; n < first[block + 1]; n++) this.#look(points[n], i, j, k);
    }
  }
}

/** The rows nearest to a point's own, in order of their distance, mm². */
function rowsAround([, sy, sz]: Triple): NearRows {
  const reach = Math.sqrt(nearRows);
  const unit = Math.sqrt(sy * sz);
  const [tall, deep] = [Math.ceil((reach * unit) / sy), Math.ceil((reach * unit) / sz)];
  const rows: { dj: number; dk: number; squared: number }[] = [];
  for (let dk = -deep; dk <= deep; dk++) {
    for (let dj = -tall; dj <= tall; dj++) {
      rows.push({ dj, dk, squared: (sy * dj) ** 2 + (sz * dk) ** 2 });
    }
  }
  // Beyond the nearer edge of this rectangle rows are missing.
  const whole = Math.min(sy * (tall + 1), sz * (deep + 1)) ** 2;
  const near = rows.filter(({ squared }) => squared < whole).sort((a, b) => a.squared - b.squared);
  return {
    dj: Int32Array.from(near, (row) => row.dj),
    dk: Int32Array.from(near, (row) => row.dk),
    squared: Float64Array.from(near, (row) => row.squared),
  };
}

interface NearRows {
  readonly dj: Int32Array;
  readonly dk: Int32Array;
  readonly squared: Float64Array;
}

interface Blocks {
  /** Numbers of the points, those of a block together. */
  readonly points: Int32Array;
  readonly first: Int32Array;
  /** Lowest and highest i, j, k of each block. */
  readonly box: Int32Array;
}

/** Points by cubes of 16 × 16 × 4 cells, for slices are thicker than pixels. */
function blocksOf({ size, i, j, k }: SurfacePoints): Blocks {
  const [wide, tall] = [(size[0] >> 4) + 1, (size[1] >> 4) + 1];
  const cells = new Map<number, number[]>();
  for (let n = 0; n < i.length; n++) {
    const cell = (i[n] >> 4) + wide * ((j[n] >> 4) + tall * (k[n] >> 2));
    const list = cells.get(cell);
    if (list === undefined) cells.set(cell, [n]);
    else list.push(n);
  }
  const points = new Int32Array(i.length);
  const first = new Int32Array(cells.size + 1);
  const box = new Int32Array(6 * cells.size);
  let block = 0;
  for (const list of cells.values()) {
    points.set(list, first[block]);
    first[block + 1] = first[block] + list.length;
    [i, j, k].forEach((values, axis) => {
      box[6 * block + axis] = list.reduce((low, n) => Math.min(low, values[n]), Infinity);
      box[6 * block + axis + 3] = list.reduce((high, n) => Math.max(high, values[n]), 0);
    });
    block++;
  }
  return { points, first, box };
}
