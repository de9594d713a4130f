import { HeparError } from "../core/index.ts";
import type { VoxelBox } from "./crop.ts";
import { findRuns, type Inside, type Runs, type VoxelGrid } from "./runs.ts";
import { voxelCount } from "./volume.ts";

/** Voxels that count as neighbours: those that share a face (6), also an edge (18), also a corner (26). */
export type Connectivity = 6 | 18 | 26;

/** Numbers of components, no wider than their count needs. */
export type ComponentNumbers = Uint8Array | Uint16Array | Int32Array;

/** Connected parts of a mask. */
export interface Components {
  /** [i, j, k]: 0 outside, else the component's number, 1 … count, in order of first voxel. */
  readonly labels: ComponentNumbers;
  /** Voxels of each component; `sizes[0]` is component 1. */
  readonly sizes: readonly number[];
}

/** Connected parts of a mask, run by run: much smaller than a number for each voxel. */
export interface ComponentRuns extends Runs {
  /** Component of each run, 1 … count, in order of first voxel. */
  readonly component: Int32Array;
  /** Voxels of each component; `sizes[0]` is component 1. */
  readonly sizes: readonly number[];
}

/**
 * Connected components of the voxels that `inside` accepts, numbered from 1 in the order of their
 * first voxels in storage (i fastest, then j, then k). None: no sizes, and labels of 0.
 *
 * @param options - `connectivity`: 26 unless told
 * @returns labels as Uint8 up to 255 components, Uint16 up to 65,535, else Int32
 * @throws `usage.argument` for another connectivity, or voxels that do not fill the grid
 */
export function connectedComponents(
  mask: VoxelGrid,
  inside: Inside,
  options: { readonly connectivity?: Connectivity } = {},
): Components {
  const runs = componentRuns(mask, inside, options);
  const Numbers =
    runs.sizes.length <= 0xff ? Uint8Array : runs.sizes.length <= 0xffff ? Uint16Array : Int32Array;
  const labels = new Numbers(voxelCount(mask));
  forEachRun(runs, mask, (run, from, to) => {
    const number = runs.component[run];
    if (to - from > 16) labels.fill(number, from, to);
    else for (let at = from; at < to; at++) labels[at] = number;
  });
  return { labels, sizes: runs.sizes };
}

/**
 * Connected components as runs along the first axis: eight bytes a run, and nothing for background.
 *
 * @param options - `connectivity`: 26 unless told; `box`: the part of the grid to look at, else all
 * @throws `usage.argument` for another connectivity, a box that reaches beyond the grid, or voxels
 * that do not fill it
 */
export function componentRuns(
  mask: VoxelGrid,
  inside: Inside,
  {
    connectivity = 26,
    box,
  }: { readonly connectivity?: Connectivity; readonly box?: VoxelBox } = {},
): ComponentRuns {
  if (![6, 18, 26].includes(connectivity)) {
    throw new HeparError("usage.argument", `connectivity is 6, 18 or 26, not ${connectivity}`, {
      hint: "6: voxels that share a face, 18: also an edge, 26: also a corner",
    });
  }
  const runs = findRuns(mask, inside, box);
  return { ...runs, ...componentsOfRuns(runs, connectivity) };
}

/** Component of each run and sizes, as of `ComponentRuns`; 4: voxels that share a face in a slice. */
export function componentsOfRuns(
  runs: Runs,
  connectivity: Connectivity | 4,
): Pick<ComponentRuns, "component" | "sizes"> {
  const component = uniteRuns(runs, neighbouringRows[connectivity]);
  // A component's first run is its parent's end, so numbers are given in order of first voxel.
  const sizes: number[] = [];
  for (let run = 0; run < component.length; run++) {
    if (component[run] === run) component[run] = sizes.push(0);
    else component[run] = component[component[run]];
    sizes[component[run] - 1] += runs.to[run] - runs.from[run];
  }
  return { component, sizes };
}

/** Calls `each` with a run's number and its voxels' indices, `from` to before `to`, in storage order. */
export function forEachRun(
  { box, first, from, to }: Runs,
  { dims: [width, height] }: Pick<VoxelGrid, "dims">,
  each: (run: number, from: number, to: number) => void,
): void {
  const rows = box.high[1] - box.low[1];
  for (let row = 0; row + 1 < first.length; row++) {
    if (first[row] === first[row + 1]) continue;
    const [j, k] = [box.low[1] + (row % rows), box.low[2] + Math.floor(row / rows)];
    const start = width * (j + height * k);
    for (let run = first[row]; run < first[row + 1]; run++) {
      each(run, start + from[run], start + to[run]);
    }
  }
}

interface NeighbouringRow {
  readonly dj: number;
  readonly dk: number;
  /** How far along i a voxel sees in that row: 0, its own i; 1, one to each side. */
  readonly reach: 0 | 1;
}

/** The rows with neighbours that come earlier in storage. */
const neighbouringRows: { readonly [C in Connectivity | 4]: readonly NeighbouringRow[] } = {
  4: [{ dj: -1, dk: 0, reach: 0 }],
  6: [
    { dj: 0, dk: -1, reach: 0 },
    { dj: -1, dk: 0, reach: 0 },
  ],
  18: [
    { dj: -1, dk: -1, reach: 0 },
    { dj: 0, dk: -1, reach: 1 },
    { dj: 1, dk: -1, reach: 0 },
    { dj: -1, dk: 0, reach: 1 },
  ],
  26: [
    { dj: -1, dk: -1, reach: 1 },
    { dj: 0, dk: -1, reach: 1 },
    { dj: 1, dk: -1, reach: 1 },
    { dj: -1, dk: 0, reach: 1 },
  ],
};

/** For each run one of its component that comes no later; the component's first run has itself. */
function uniteRuns(runs: Runs, neighbours: readonly NeighbouringRow[]): Int32Array {
  const { box, first, from, to } = runs;
  const parent = new Int32Array(from.length);
  for (let run = 0; run < parent.length; run++) parent[run] = run;
  const rows = box.high[1] - box.low[1];
  const slices = box.high[2] - box.low[2];
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const row = j + rows * k;
      if (first[row] === first[row + 1]) continue;
      for (const { dj, dk, reach } of neighbours) {
        if (k + dk < 0 || j + dj < 0 || j + dj >= rows) continue;
        const other = row + dj + rows * dk;
        let [mine, near] = [first[row], first[other]];
        const [end, nearEnd] = [first[row + 1], first[other + 1]];
        while (mine < end && near < nearEnd) {
          // Without branches: both differences are negative when the runs touch.
          const touch = (from[near] - to[mine] - reach) & (from[mine] - to[near] - reach);
          if (touch < 0 && parent[mine] !== parent[near]) unite(parent, mine, near);
          // The run that ends first touches no other: −1 when it is mine, else 0.
          const step = (to[mine] - to[near]) >> 31;
          mine -= step;
          near += 1 + step;
        }
      }
    }
  }
  return parent;
}

/** Joins two sets under the earlier of their first runs. */
function unite(parent: Int32Array, a: number, b: number): void {
  const [first, second] = [rootOf(parent, a), rootOf(parent, b)];
  if (first < second) parent[second] = first;
  else parent[first] = second;
}

function rootOf(parent: Int32Array, run: number): number {
  let at = run;
  while (parent[at] !== at) {
    // Each look halves the path for the next.
    parent[at] = parent[parent[at]];
    at = parent[at];
  }
  return at;
}
