import {
  boundsOfRuns,
  type ComponentRuns,
  findRuns,
  type LabelVolume,
  type Runs,
  type VoxelBox,
} from "../volume/index.ts";

/** Runs with their places, so that those of one component can be taken alone. */
export interface RunList {
  /** First voxel's index i, and the one after the last. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly j: Int32Array;
  readonly k: Int32Array;
}

/** The runs as a list, in storage order. */
export function listRuns({ first, from, to, box }: Runs): RunList {
  const rows = box.high[1] - box.low[1];
  const j = new Int32Array(from.length);
  const k = new Int32Array(from.length);
  for (let row = 0; row + 1 < first.length; row++) {
    j.fill(box.low[1] + (row % rows), first[row], first[row + 1]);
    k.fill(box.low[2] + Math.floor(row / rows), first[row], first[row + 1]);
  }
  return { from: Int32Array.from(from), to: Int32Array.from(to), j, k };
}

/** Gives the runs of some components, counted from 0; all runs are gone through only once. */
export function componentLists(runs: ComponentRuns): (components: readonly number[]) => RunList {
  const all = listRuns(runs);
  const numbers: number[][] = runs.sizes.map(() => []);
  runs.component.forEach((component, run) => {
    numbers[component - 1].push(run);
  });
  return (components) => {
    const chosen = components.flatMap((component) => numbers[component]);
    const pick = (values: Int32Array): Int32Array => Int32Array.from(chosen, (run) => values[run]);
    return { from: pick(all.from), to: pick(all.to), j: pick(all.j), k: pick(all.k) };
  };
}

/** Voxels in all runs. */
export function sizeOfRuns({ from, to }: Pick<Runs, "from" | "to">): number {
  let size = 0;
  for (let run = 0; run < from.length; run++) size += to[run] - from[run];
  return size;
}

/** Calls `each` for every two runs, one of each mask, that share voxels. Both of the same box. */
export function forEachOverlap(
  a: Runs,
  b: Runs,
  each: (runOfA: number, runOfB: number, voxels: number) => void,
): void {
  for (let row = 0; row + 1 < a.first.length; row++) {
    let [mine, other] = [a.first[row], b.first[row]];
    while (mine < a.first[row + 1] && other < b.first[row + 1]) {
      const shared = Math.min(a.to[mine], b.to[other]) - Math.max(a.from[mine], b.from[other]);
      if (shared > 0) each(mine, other, shared);
      if (a.to[mine] < b.to[other]) mine++;
      else other++;
    }
  }
}

/** The smallest box around lists of runs, not all of them empty. */
export function boxAround(lists: readonly RunList[]): VoxelBox {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [0, 0, 0];
  for (const { from, to, j, k } of lists) {
    for (let run = 0; run < from.length; run++) {
      low[0] = Math.min(low[0], from[run]);
      high[0] = Math.max(high[0], to[run]);
      low[1] = Math.min(low[1], j[run]);
      high[1] = Math.max(high[1], j[run] + 1);
      low[2] = Math.min(low[2], k[run]);
      high[2] = Math.max(high[2], k[run] + 1);
    }
  }
  return { low, high };
}

/** The smallest box around all labels of two masks; an empty one when there are none. */
export function boxOfLabels(masks: readonly LabelVolume[]): VoxelBox {
  const boxes = masks.flatMap((mask) => boundsOfRuns(findRuns(mask, (label) => label !== 0)) ?? []);
  if (boxes.length === 0) return { low: [0, 0, 0], high: [0, 0, 0] };
  const ends = (end: "low" | "high", of: (...values: number[]) => number): VoxelBox["low"] => [
    of(...boxes.map((box) => box[end][0])),
    of(...boxes.map((box) => box[end][1])),
    of(...boxes.map((box) => box[end][2])),
  ];
  return { low: ends("low", Math.min), high: ends("high", Math.max) };
}
