import { HeparError } from "../core/index.ts";
import type { Triple } from "./affine.ts";
import type { VoxelBox } from "./crop.ts";
import { type Grid, voxelCount } from "./volume.ts";

/** Voxels of any kind on a grid, i fastest. */
export type VoxelGrid = Pick<Grid, "dims"> & { readonly voxels: ArrayLike<number> };

/** Which values belong to a mask. The answer must depend on the value alone. */
export type Inside = (value: number) => boolean;

/** The stretches of a mask along its rows (the first axis): all that components need to know of it. */
export interface Runs {
  readonly box: VoxelBox;
  /** Runs `first[row]` to before `first[row + 1]` lie in a row; rows of the box, j fastest. */
  readonly first: Int32Array;
  /** Index i of each run's first voxel. */
  readonly from: Uint16Array | Int32Array;
  /** Index i after each run's last voxel. */
  readonly to: Uint16Array | Int32Array;
}

export const wholeBox = ({ dims }: Pick<Grid, "dims">): VoxelBox => ({
  low: [0, 0, 0],
  high: dims,
});

/** Voxels of a box along i, j and k. */
export const sizeOf = ({ low, high }: VoxelBox): Triple => [
  high[0] - low[0],
  high[1] - low[1],
  high[2] - low[2],
];

/**
 * The runs of voxels that `inside` accepts, in storage order; none: `from` and `to` are empty. Four
 * bytes a run (rows of more than 65,535 voxels: eight), whatever the size of the scan.
 *
 * @throws `usage.argument` when the voxels do not fill the grid, or the box reaches beyond it
 */
export function findRuns(mask: VoxelGrid, inside: Inside, box: VoxelBox = wholeBox(mask)): Runs {
  requireVoxels(mask);
  requireWithin(mask, box);
  const [width, height] = mask.dims;
  const [i0, j0, k0] = box.low;
  const [i1, j1, k1] = box.high;
  const readRow = rowReader(mask.voxels, inside);
  const most = Math.ceil((i1 - i0) / 2);
  const first = new Int32Array((j1 - j0) * (k1 - k0) + 1);
  const Indices = width > 0xffff ? Int32Array : Uint16Array;
  let [from, to] = [new Indices(most), new Indices(most)];
  let row = 0;
  for (let k = k0; k < k1; k++) {
    for (let j = j0; j < j1; j++) {
      const count = first[row];
      if (count + most > from.length) {
        [from, to] = [from, to].map((old) => {
          const grown = new Indices(2 * old.length + most);
          grown.set(old);
          return grown;
        });
      }
      const start = width * (j + height * k);
      first[++row] = readRow({ start, i0, i1, from, to, count });
    }
  }
  const count = first[row];
  return { box, first, from: from.subarray(0, count), to: to.subarray(0, count) };
}

/** The smallest box with all runs in it; undefined without any. */
export function boundsOfRuns({ box, first, from, to }: Runs): VoxelBox | undefined {
  const rows = box.high[1] - box.low[1];
  const low: [number, number, number] = [box.high[0], box.high[1], 0];
  const high: [number, number, number] = [0, 0, 0];
  for (let row = 0; row + 1 < first.length; row++) {
    if (first[row] === first[row + 1]) continue;
    const [j, k] = [box.low[1] + (row % rows), box.low[2] + Math.floor(row / rows)];
    if (high[2] === 0) low[2] = k;
    high[2] = k + 1;
    low[0] = Math.min(low[0], from[first[row]]);
    high[0] = Math.max(high[0], to[first[row + 1] - 1]);
    low[1] = Math.min(low[1], j);
    high[1] = Math.max(high[1], j + 1);
  }
  return high[2] === 0 ? undefined : { low, high };
}

/**
 * The smallest box around the voxels of `box` that are in no run; undefined when all are.
 *
 * @param box - within the runs' own
 */
export function boundsOfGaps(runs: Runs, box: VoxelBox): VoxelBox | undefined {
  const low: [number, number, number] = [box.high[0], box.high[1], box.high[2]];
  const high: [number, number, number] = [0, 0, 0];
  const [, rows] = sizeOf(runs.box);
  for (let k = box.low[2]; k < box.high[2]; k++) {
    for (let j = box.low[1]; j < box.high[1]; j++) {
      const row = j - runs.box.low[1] + rows * (k - runs.box.low[2]);
      const [from, to] = gapBounds(runs, row, box);
      if (from >= to) continue;
      low[0] = Math.min(low[0], from);
      high[0] = Math.max(high[0], to);
      low[1] = Math.min(low[1], j);
      high[1] = Math.max(high[1], j + 1);
      low[2] = Math.min(low[2], k);
      high[2] = k + 1;
    }
  }
  return high[2] === 0 ? undefined : { low, high };
}

/** First i of a row of the box that is in no run, and the one after the last; equal: there is none. */
function gapBounds({ first, from, to }: Runs, row: number, box: VoxelBox): [number, number] {
  let low = box.low[0];
  let high = box.high[0];
  let run = first[row];
  while (run < first[row + 1] && to[run] <= low) run++;
  if (run < first[row + 1] && from[run] <= low) low = to[run];
  run = first[row + 1] - 1;
  while (run >= first[row] && from[run] >= high) run--;
  if (run >= first[row] && to[run] >= high) high = from[run];
  return [low, high];
}

interface Row {
  /** Index of the row's voxel i = 0. */
  readonly start: number;
  readonly i0: number;
  readonly i1: number;
  readonly from: Uint16Array | Int32Array;
  readonly to: Uint16Array | Int32Array;
  /** Runs already there. */
  readonly count: number;
}

/** Appends a row's runs and returns how many there are now. */
type RowReader = (row: Row) => number;

function rowReader(voxels: ArrayLike<number>, inside: Inside): RowReader {
  if (voxels instanceof Uint8Array && voxels.byteOffset % 4 === 0)
    return byteReader(voxels, inside);
  // A mask has few values: the last one accepted and the last one refused need not be asked again.
  let [yes, no] = [Number.NaN, Number.NaN];
  const accepts = (value: number): boolean => {
    if (value === yes) return true;
    if (value === no) return false;
    const accepted = inside(value);
    if (accepted) yes = value;
    else no = value;
    return accepted;
  };
  return ({ start, i0, i1, from, to, count }) => {
    let n = count;
    let isInside = false;
    for (let i = i0; i < i1; i++) {
      if (accepts(voxels[start + i]) === isInside) continue;
      isInside = !isInside;
      if (isInside) from[n] = i;
      else to[n++] = i;
    }
    if (isInside) to[n++] = i1;
    return n;
  };
}

/**
 * The same for bytes: four at a time where they are equal, for most of a mask is background, and
 * elsewhere without branches, which in a noisy mask would cost more than all the rest.
 */
function byteReader(voxels: Uint8Array, inside: Inside): RowReader {
  const words = new Int32Array(voxels.buffer, voxels.byteOffset, voxels.length >> 2);
  const accepts = Uint8Array.from({ length: 256 }, (_, value) => (inside(value) ? 1 : 0));
  // Where the row goes in and out, by turns; one place more for what is written and not kept.
  let edges = new Int32Array(1024);
  return ({ start, i0, i1, from, to, count }) => {
    if (i1 + 2 > edges.length) edges = new Int32Array(i1 + 2);
    const end = start + i1;
    const lastWord = end >> 2;
    let n = 0;
    let state = 0;
    // Four times the last voxel's value.
    let same = -1;
    let at = start + i0;
    while (at < end) {
      let stop = at + 1;
      if ((at & 3) === 0) {
        let word = at >> 2;
        while (word < lastWord && words[word] === same) word++;
        at = word << 2;
        stop = Math.min(at + 4, end);
      }
      for (; at < stop; at++) {
        const next = accepts[voxels[at]];
        edges[n] = at - start;
        n += next ^ state;
        state = next;
      }
      same = Math.imul(voxels[at - 1], 0x01010101);
    }
    edges[n] = i1;
    n += state;
    for (let edge = 0, run = count; edge < n; edge += 2, run++) {
      from[run] = edges[edge];
      to[run] = edges[edge + 1];
    }
    return count + (n >> 1);
  };
}

function requireVoxels(mask: VoxelGrid): void {
  if (mask.voxels.length === voxelCount(mask)) return;
  throw new HeparError(
    "usage.argument",
    `${mask.voxels.length} voxels do not fill a grid of ${mask.dims.join(" × ")}: expected ${voxelCount(mask)}`,
    { hint: "give the voxels together with the dims they were stored with" },
  );
}

/** @throws `usage.argument` for a box that is not of whole voxels of the grid */
export function requireWithin({ dims }: Pick<Grid, "dims">, { low, high }: VoxelBox): void {
  const fits = [0, 1, 2].every(
    (axis) =>
      Number.isInteger(low[axis]) &&
      Number.isInteger(high[axis]) &&
      0 <= low[axis] &&
      low[axis] <= high[axis] &&
      high[axis] <= dims[axis],
  );
  if (fits) return;
  throw new HeparError(
    "usage.argument",
    `no box of a grid of ${dims.join(" × ")}: from ${low.join(", ")} to ${high.join(", ")}`,
    { hint: "give whole numbers from 0 to the grid's dims, the upper ones not smaller" },
  );
}
