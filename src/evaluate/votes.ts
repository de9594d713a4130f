import { HeparError } from "../core/index.ts";
import {
  boundsOfRuns,
  findRuns,
  forEachRun,
  type LabelVolume,
  type VoxelBox,
  voxelCount,
} from "../volume/index.ts";

/** Most readers whose votes are told apart: every voxel holds one bit of each. */
const mostReaders = 16;

/** What readers said of each voxel. */
export interface Votes {
  readonly readers: number;
  /** [i, j, k]: bit r is set where reader r has the structure. */
  readonly voxels: Uint16Array;
  /** How many voxels of the whole grid have each pattern of bits. */
  readonly counts: ReadonlyMap<number, number>;
  /** The smallest box around what any reader has; undefined when none has anything. */
  readonly box: VoxelBox | undefined;
}

/**
 * Votes for a structure, of masks of one shape.
 *
 * @throws `usage.argument` for fewer than two masks, or more than 16
 */
export function votesFor(masks: readonly LabelVolume[], inside: (label: number) => boolean): Votes {
  if (masks.length < 2 || masks.length > mostReaders) {
    throw new HeparError(
      "usage.argument",
      `expected 2 to ${mostReaders} masks of one scan, got ${masks.length}`,
    );
  }
  const voxels = new Uint16Array(voxelCount(masks[0]));
  masks.forEach((mask, reader) => {
    forEachRun(findRuns(mask, inside), mask, (_, from, to) => {
      for (let at = from; at < to; at++) voxels[at] |= 1 << reader;
    });
  });
  const counted = new Float64Array(2 ** masks.length);
  for (let at = 0; at < voxels.length; at++) counted[voxels[at]]++;
  const counts = new Map([...counted].flatMap((n, pattern) => (n > 0 ? [[pattern, n]] : [])));
  const all = findRuns({ dims: masks[0].dims, voxels }, (pattern) => pattern !== 0);
  return { readers: masks.length, voxels, counts, box: boundsOfRuns(all) };
}

/** The counts within the box around the structure: what lies beyond, nobody disputes. */
export function countsInBox({ counts, box }: Votes): ReadonlyMap<number, number> {
  const size =
    box === undefined ? 0 : [0, 1, 2].reduce((n, a) => n * (box.high[a] - box.low[a]), 1);
  const voted = [...counts].filter(([pattern]) => pattern !== 0);
  return new Map([[0, size - voted.reduce((sum, [, n]) => sum + n, 0)], ...voted]);
}

export const hasBit = (pattern: number, reader: number): boolean => ((pattern >> reader) & 1) === 1;

/** Readers that have the structure there. */
export function votesIn(pattern: number): number {
  let votes = 0;
  for (let rest = pattern; rest > 0; rest >>= 1) votes += rest & 1;
  return votes;
}
