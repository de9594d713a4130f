import type { VoxelBox } from "../crop.ts";
import { type Runs, sizeOf } from "../runs.ts";
import { type LineEnds, LineTransform } from "./lines.ts";

/** Squared distances while they are made, axis by axis. */
export interface Field {
  /** The voxels whose distances are wanted. */
  readonly target: VoxelBox;
  /** Where the nearest voxels are looked for; holds the target. */
  readonly source: VoxelBox;
  /** [i of the target, j of the source, k of the source], mm². */
  readonly squared: Float32Array;
}

export interface Axis {
  /** mm from one sample to the next. */
  readonly spacing: number;
  readonly ends: LineEnds;
}

/**
 * Squared distance to the nearest voxel of the same row that is in a run; Infinity without one.
 *
 * @param runs - of the source or of a larger box
 */
export function alongRows({ target, source, squared }: Field, runs: Runs, axis: Axis): void {
  const { first, from, to, box } = runs;
  const [low, high] = [target.low[0], target.high[0]];
  const [, rows] = sizeOf(box);
  const weight = axis.spacing * axis.spacing;
  const nowhere = Number.POSITIVE_INFINITY;
  let start = -low;
  for (let k = source.low[2]; k < source.high[2]; k++) {
    for (let j = source.low[1]; j < source.high[1]; j++, start += high - low) {
      const row = j - box.low[1] + rows * (k - box.low[2]);
      let left = axis.ends.before ? -1 : -nowhere;
      for (let run = first[row]; run <= first[row + 1]; run++) {
        const isLast = run === first[row + 1];
        const right = !isLast ? from[run] : axis.ends.after ? source.high[0] : nowhere;
        const end = Math.min(right, high);
        for (let i = Math.max(left + 1, low); i < end; i++) {
          const steps = Math.min(i - left, right - i);
          squared[start + i] = weight * steps * steps;
        }
        if (!isLast) left = to[run] - 1;
      }
    }
  }
}

/** Takes the second axis into account. */
export function alongColumns({ target, source, squared }: Field, { spacing, ends }: Axis): void {
  const width = target.high[0] - target.low[0];
  const height = source.high[1] - source.low[1];
  const lines = new Lines({ squared, count: height, stride: width, spacing, ends });
  for (let at = 0; at < squared.length; at += width * height) lines.run(at, at + width);
}

/** Takes the third axis into account, for the target's rows alone. */
export function alongSlices({ target, source, squared }: Field, { spacing, ends }: Axis): void {
  const width = target.high[0] - target.low[0];
  const slice = width * (source.high[1] - source.low[1]);
  const depth = source.high[2] - source.low[2];
  const lines = new Lines({ squared, count: depth, stride: slice, spacing, ends });
  for (let j = target.low[1]; j < target.high[1]; j++) {
    const at = width * (j - source.low[1]);
    lines.run(at, at + width);
  }
}

/** Lines across the storage order, which are next to each other there and are read side by side. */
const together = 32;

class Lines {
  readonly #squared: Float32Array;
  readonly #count: number;
  readonly #stride: number;
  readonly #pitch: number;
  readonly #block: Float32Array;
  readonly #line: LineTransform;

  constructor(lines: {
    squared: Float32Array;
    count: number;
    stride: number;
    spacing: number;
    ends: LineEnds;
  }) {
    this.#squared = lines.squared;
    this.#count = lines.count;
    this.#stride = lines.stride;
    // An odd pitch: a power of two would send all lines to the same few places of the cache.
    this.#pitch = lines.count | 1;
    this.#block = new Float32Array(together * this.#pitch);
    this.#line = new LineTransform(lines.count, lines);
  }

  /** Transforms the lines that begin at `from` to before `to`. */
  run(from: number, to: number): void {
    for (let at = from; at < to; at += together) this.#runBlock(at, Math.min(together, to - at));
  }

  #runBlock(at: number, width: number): void {
    const squared = this.#squared;
    const block = this.#block;
    const pitch = this.#pitch;
    const stride = this.#stride;
    const count = this.#count;
    for (let q = 0, row = at; q < count; q++, row += stride) {
      for (let i = 0, to = q; i < width; i++, to += pitch) block[to] = squared[row + i];
    }
    for (let i = 0; i < width; i++) this.#line.run(block, i * pitch);
    for (let q = 0, row = at; q < count; q++, row += stride) {
      for (let i = 0, from = q; i < width; i++, from += pitch) squared[row + i] = block[from];
    }
  }
}
