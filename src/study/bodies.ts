import {
  applyAffine,
  type ComponentRuns,
  forEachRun,
  type Grid,
  type LabelVolume,
  type Triple,
} from "../volume/index.ts";

/** One connected part of a mask, cut out of it. */
export interface Body extends LabelVolume {
  /** 1 in the body, 0 elsewhere; the outermost voxels of the box are all 0. */
  readonly voxels: Uint8Array;
  /** Index in the mask of the box's first voxel: −1 and more. */
  readonly corner: Triple;
  /** How many voxels it has. */
  readonly count: number;
  /** Mean index of its voxels, in the box. */
  readonly middle: Triple;
}

/** The runs of a mask's components, sorted by component. */
export interface ComponentList {
  /** Runs of component c are those at `first[c - 1]` to before `first[c]`. */
  readonly first: Int32Array;
  /** Index in the mask of each run's first voxel. */
  readonly start: Int32Array;
  readonly length: Int32Array;
}

/** The runs, those of a component together and in storage order. */
export function listComponents(grid: Pick<Grid, "dims">, runs: ComponentRuns): ComponentList {
  const first = new Int32Array(runs.sizes.length + 1);
  for (const component of runs.component) first[component]++;
  for (let component = 1; component < first.length; component++) {
    first[component] += first[component - 1];
  }
  const next = first.slice();
  const start = new Int32Array(runs.component.length);
  const length = new Int32Array(runs.component.length);
  forEachRun(runs, grid, (run, from, to) => {
    const place = next[runs.component[run] - 1]++;
    start[place] = from;
    length[place] = to - from;
  });
  return { first, start, length };
}

interface Run {
  readonly i: number;
  readonly j: number;
  readonly k: number;
  readonly length: number;
}

function* runsOf(
  { dims: [width, height] }: Pick<LabelVolume, "dims">,
  { first, start, length }: ComponentList,
  component: number,
): Generator<Run> {
  for (let run = first[component - 1]; run < first[component]; run++) {
    const row = Math.floor(start[run] / width);
    const [i, j, k] = [start[run] % width, row % height, Math.floor(row / height)];
    yield { i, j, k, length: length[run] };
  }
}

/** A component in a box of its own, one voxel wider than it is on every side. */
export function bodyOf(mask: Grid, list: ComponentList, component: number): Body {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-1, -1, -1];
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (const { i, j, k, length } of runsOf(mask, list, component)) {
    [i, j, k].forEach((index, axis) => {
      low[axis] = Math.min(low[axis], index);
      high[axis] = Math.max(high[axis], axis === 0 ? index + length - 1 : index);
      sum[axis] += length * (axis === 0 ? index + (length - 1) / 2 : index);
    });
    count += length;
  }
  const corner: Triple = [low[0] - 1, low[1] - 1, low[2] - 1];
  const dims: Triple = [high[0] - low[0] + 3, high[1] - low[1] + 3, high[2] - low[2] + 3];
  const voxels = new Uint8Array(dims[0] * dims[1] * dims[2]);
  for (const { i, j, k, length } of runsOf(mask, list, component)) {
    const at = i - corner[0] + dims[0] * (j - corner[1] + dims[1] * (k - corner[2]));
    voxels.fill(1, at, at + length);
  }
  const origin = applyAffine(mask.affine, corner);
  const affine = mask.affine.map((value, cell) =>
    cell < 12 && cell % 4 === 3 ? origin[(cell - 3) / 4] : value,
  );
  const [x, y, z] = sum.map((total, axis) => total / count - corner[axis]);
  const grid = { kind: "labels", dims, affine, affineFrom: mask.affineFrom } as const;
  return { ...grid, voxels, corner, count, middle: [x, y, z] };
}
