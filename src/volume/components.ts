import { type Grid, voxelCount } from "./volume.ts";

/** Connected parts of a mask. */
export interface Components {
  /** [i, j, k]: 0 outside, else the component's number, 1 … count, in order of first voxel. */
  readonly labels: Int32Array;
  /** Voxels of each component; `sizes[0]` is component 1. */
  readonly sizes: readonly number[];
}

/** The 13 neighbours of a 26-neighbourhood that come before a voxel in storage order. */
const earlier: readonly (readonly [number, number, number])[] = [
  ...[-1, 0, 1].flatMap((dj) => [-1, 0, 1].map((di) => [di, dj, -1] as const)),
  ...[-1, 0, 1].map((di) => [di, -1, 0] as const),
  [-1, 0, 0],
];

/**
 * 26-connected components of the voxels that `inside` accepts. None: an empty list of sizes.
 *
 * @param inside - asked once for each voxel's value
 */
export function connectedComponents(
  grid: Pick<Grid, "dims"> & { readonly voxels: ArrayLike<number> },
  inside: (value: number) => boolean,
): Components {
  const { dims, voxels } = grid;
  const [width, height, depth] = dims;
  const labels = new Int32Array(voxelCount(grid));
  const parent: number[] = [0];
  const root = (label: number): number => {
    let top = label;
    while (parent[top] !== top) top = parent[top];
    // Path compression: later look-ups are short.
    for (let at = label; parent[at] !== top; ) [at, parent[at]] = [parent[at], top];
    return top;
  };

  let at = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++, at++) {
        if (!inside(voxels[at])) continue;
        let mine = 0;
        for (const [di, dj, dk] of earlier) {
          const x = i + di;
          const y = j + dj;
          if (x < 0 || x >= width || y < 0 || y >= height || k + dk < 0) continue;
          const other = labels[at + di + width * (dj + height * dk)];
          if (other === 0 || other === mine) continue;
          const top = root(other);
          if (mine === 0) mine = top;
          else if (top < mine) mine = parent[mine] = top;
          else parent[top] = mine;
        }
        if (mine === 0) {
          mine = parent.length;
          parent.push(mine);
        }
        labels[at] = mine;
      }
    }
  }

  const number = new Int32Array(parent.length);
  const sizes: number[] = [];
  for (let n = 0; n < labels.length; n++) {
    if (labels[n] === 0) continue;
    const top = root(labels[n]);
    if (number[top] === 0) {
      sizes.push(0);
      number[top] = sizes.length;
    }
    labels[n] = number[top];
    sizes[number[top] - 1]++;
  }
  return { labels, sizes };
}
