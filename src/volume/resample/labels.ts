import type { Affine, Triple } from "../affine.ts";
import type { LabelArray, LabelVolume } from "../volume.ts";
import {
  alignedAxes,
  insideBox,
  insideRange,
  type Line,
  lineAlong,
  nearestVoxel,
  positionAt,
  type Range,
  rowLines,
} from "./lines.ts";

/** Fills `into` with the labels of target slices k … k + depth − 1. */
export type LabelBlockMaker = (
  into: LabelArray,
  block: { readonly k: number; readonly depth: number },
) => void;

interface LabelJob {
  /** Voxel indices of the target → positions in the source. */
  readonly positions: Affine;
  /** Of the target. */
  readonly dims: Triple;
  /** Label of voxels outside the source. */
  readonly outside: number;
}

/** Every target voxel takes the label of the source voxel it lies in (`nearestVoxel`). */
export function labelBlocks(source: LabelVolume, job: LabelJob): LabelBlockMaker {
  const axes = alignedAxes(job.positions, job.dims);
  return axes === undefined ? obliqueLabels(source, job) : alignedLabels(source, job, axes);
}

/** What each index along a target axis adds to the place in the source's memory. */
interface Offsets {
  readonly offsets: Int32Array;
  readonly inside: Range;
}

function alignedLabels(source: LabelVolume, job: LabelJob, axes: Triple): LabelBlockMaker {
  const [x, y, z] = [0, 1, 2].map((axis) => offsetsAlong(source, job, { axis, axes }));
  const [width, height] = job.dims;
  const { voxels } = source;
  return (into, { k, depth }) => {
    into.fill(job.outside);
    for (
      let slice = Math.max(k, z.inside.from);
      slice < Math.min(k + depth, z.inside.to);
      slice++
    ) {
      for (let j = y.inside.from; j < y.inside.to; j++) {
        const from = z.offsets[slice] + y.offsets[j];
        const at = width * (j + height * (slice - k));
        for (let i = x.inside.from; i < x.inside.to; i++) {
          into[at + i] = voxels[from + x.offsets[i]];
        }
      }
    }
  };
}

function offsetsAlong(
  { dims: [width, height, depth] }: LabelVolume,
  { positions, dims }: LabelJob,
  { axis, axes }: { readonly axis: number; readonly axes: Triple },
): Offsets {
  const sourceAxis = axes.indexOf(axis);
  const length = [width, height, depth][sourceAxis];
  const stride = [1, width, width * height][sourceAxis];
  const line = lineAlong(positions, { sourceAxis, axis, dims });
  const offsets = Int32Array.from(
    { length: line.count },
    (_, i) => nearestVoxel(positionAt(line, i), length) * stride,
  );
  return { offsets, inside: insideRange(line, length) };
}

function obliqueLabels(source: LabelVolume, job: LabelJob): LabelBlockMaker {
  const [width, height] = job.dims;
  return (into, { k, depth }) => {
    into.fill(job.outside);
    for (let slice = k; slice < k + depth; slice++) {
      for (let j = 0; j < height; j++) {
        const at = width * (j + height * (slice - k));
        labelRow(source, rowLines(job, j, slice), into.subarray(at, at + width));
      }
    }
  };
}

function labelRow(
  { dims, voxels }: LabelVolume,
  lines: readonly [Line, Line, Line],
  row: LabelArray,
): void {
  const [x, y, z] = lines;
  const { from, to } = insideBox(lines, dims);
  for (let n = from; n < to; n++) {
    const i = nearestVoxel(x.start + x.step * n, dims[0]);
    const j = nearestVoxel(y.start + y.step * n, dims[1]);
    const k = nearestVoxel(z.start + z.step * n, dims[2]);
    row[n] = voxels[i + dims[0] * (j + dims[1] * k)];
  }
}
