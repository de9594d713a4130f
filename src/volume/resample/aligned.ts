import type { Affine, Triple } from "../affine.ts";
import type { CtVolume } from "../volume.ts";
import { lineAlong, type Range } from "./lines.ts";
import { planesOf } from "./planes.ts";
import { mixSpans, storeRow } from "./rows.ts";
import { splineColumns, splineReach } from "./spline.ts";
import { type AxisTaps, antialiasSigma, axisTaps, type Interpolation } from "./taps.ts";

/** What is to be made, and how. */
export interface ResampleJob {
  /** Voxel indices of the target → positions in the source. */
  readonly positions: Affine;
  /** Of the target. */
  readonly dims: Triple;
  readonly interpolation: Interpolation;
  readonly antialias: boolean;
  /** HU of voxels outside the source. */
  readonly outside: number;
}

/** Fills `into` with target slices k … k + depth − 1. Blocks are asked for in order. */
export type BlockMaker = (
  into: CtVolume["voxels"],
  block: { readonly k: number; readonly depth: number },
) => void;

/**
 * Resampling where the two grids' axes run side by side, either way: one axis after the other. Each
 * source slice is brought to its new width and height once (`planesOf`); target slices are mixed
 * from those planes.
 */
export function alignedBlocks(source: CtVolume, job: ResampleJob): BlockMaker {
  const [x, y, z] = [0, 1, 2].map((axis) => tapsAlong(source, job, axis));
  const [width, height] = job.dims;
  const size = width * height;
  const planesAt = planesOf(source, { x, y, width, height });
  const row = new Float32Array(width);
  return (into, { k, depth }) => {
    into.fill(job.outside);
    const slices = { from: Math.max(k, z.inside.from), to: Math.min(k + depth, z.inside.to) };
    if (slices.from >= slices.to) return;
    const window = windowOf(z, slices, source.dims[2]);
    const planes = planesAt(window);
    const stack = z.ofCoefficients ? coefficientsOf(planes, size) : planes;
    for (let slice = slices.from; slice < slices.to; slice++) {
      const start = z.first[slice] - window.from;
      const mixed = stack.slice(start, start + z.taps);
      const weights = z.weights.subarray(slice * z.taps, (slice + 1) * z.taps);
      for (let j = y.inside.from; j < y.inside.to; j++) {
        const { from, to } = x.inside;
        mixSpans(mixed, weights, { at: j * width + from, length: to - from, into: row });
        storeRow(row, into, { at: (slice - k) * size + j * width + from, length: to - from });
      }
    }
  };
}

function tapsAlong(source: CtVolume, job: ResampleJob, axis: number): AxisTaps {
  const { positions, dims, interpolation } = job;
  const line = lineAlong(positions, { sourceAxis: axis, axis, dims });
  const sigma = job.antialias ? antialiasSigma(line.step) : 0;
  return axisTaps(line, { length: source.dims[axis], interpolation, sigma });
}

/** The source slices that target slices are made of, those that their coefficients need included. */
function windowOf(z: AxisTaps, { from, to }: Range, length: number): Range {
  const firsts = z.first.subarray(from, to);
  const reach = z.ofCoefficients ? splineReach : 0;
  return {
    from: Math.max(0, Math.min(firsts[0], firsts[firsts.length - 1]) - reach),
    to: Math.min(length, Math.max(firsts[0], firsts[firsts.length - 1]) + z.taps + reach),
  };
}

/** So many columns of a stack go through the recursion together: what stays in a core's cache. */
const strip = 512;

/** Spline coefficients along a stack of planes; the planes stay as they are. */
function coefficientsOf(planes: readonly Float32Array[], size: number): Float32Array[] {
  const stack = new Float32Array(planes.length * size);
  planes.forEach((plane, n) => {
    stack.set(plane, n * size);
  });
  for (let start = 0; start < size; start += strip) {
    const width = Math.min(strip, size - start);
    splineColumns(stack, { start, count: planes.length, stride: size, width });
  }
  return planes.map((_, n) => stack.subarray(n * size, (n + 1) * size));
}
