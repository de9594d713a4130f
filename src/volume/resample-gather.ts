import type { Triple } from "./affine.ts";
import type { SampleBox } from "./resample-box.ts";
import type { Line, Range } from "./resample-lines.ts";
import { mirrorIndex, splineWeights } from "./resample-taps.ts";

/**
 * @file Samples at positions anywhere in a volume, a row of positions at a time. `dims` are the
 * volume's: what lies beyond its ends is decided by them and not by the box of samples.
 */

type Gather = (
  box: SampleBox,
  row: {
    readonly lines: readonly [Line, Line, Line];
    readonly range: Range;
    readonly dims: Triple;
    /** Filled from 0 on. */
    readonly into: Float32Array;
  },
) => void;

/** Linear along each axis; before the first voxel's centre and after the last one's, their value. */
export const gatherLinear: Gather = ({ origin, dims: box, samples }, row) => {
  const { lines, range, dims, into } = row;
  const [x, y, z] = lines;
  const [lastI, lastJ, lastK] = [dims[0] - 1, dims[1] - 1, dims[2] - 1];
  const [rowStep, planeStep] = [box[0], box[0] * box[1]];
  for (let n = range.from; n < range.to; n++) {
    const u = Math.min(Math.max(x.start + x.step * n, 0), lastI);
    const v = Math.min(Math.max(y.start + y.step * n, 0), lastJ);
    const w = Math.min(Math.max(z.start + z.step * n, 0), lastK);
    const [i, j, k] = [Math.floor(u), Math.floor(v), Math.floor(w)];
    const [du, dv, dw] = [u - i, v - j, w - k];
    const at = i - origin[0] + rowStep * (j - origin[1]) + planeStep * (k - origin[2]);
    // A neighbour of no weight may not exist.
    const right = du > 0 ? 1 : 0;
    const below = at + (dv > 0 ? rowStep : 0);
    const up = dw > 0 ? planeStep : 0;
    const near = mix(
      mix(samples[at], samples[at + right], du),
      mix(samples[below], samples[below + right], du),
      dv,
    );
    const far = mix(
      mix(samples[at + up], samples[at + up + right], du),
      mix(samples[below + up], samples[below + up + right], du),
      dv,
    );
    into[n - range.from] = mix(near, far, dw);
  }
};

const mix = (a: number, b: number, share: number): number => a + share * (b - a);

/** The cubic B-spline of the box's coefficients, mirrored at the volume's first and last voxels. */
export const gatherCubic: Gather = ({ origin, dims: box, samples }, row) => {
  const { lines, range, dims, into } = row;
  const [x, y, z] = lines.map((line, axis) =>
    tapsOn({
      line,
      length: dims[axis],
      origin: origin[axis],
      stride: [1, box[0], box[0] * box[1]][axis],
    }),
  );
  for (let n = range.from; n < range.to; n++) {
    moveTo(x, n);
    moveTo(y, n);
    moveTo(z, n);
    const [i0, i1, i2, i3] = [x.places[0], x.places[1], x.places[2], x.places[3]];
    const [w0, w1, w2, w3] = [x.weights[0], x.weights[1], x.weights[2], x.weights[3]];
    let sum = 0;
    for (let c = 0; c < 4; c++) {
      let plane = 0;
      for (let b = 0; b < 4; b++) {
        const at = z.places[c] + y.places[b];
        plane +=
          y.weights[b] *
          (w0 * samples[at + i0] +
            w1 * samples[at + i1] +
            (w2 * samples[at + i2] + w3 * samples[at + i3]));
      }
      sum += z.weights[c] * plane;
    }
    into[n - range.from] = sum;
  }
};

/** Four coefficients along an axis, and their weights at the position where it was moved to. */
interface MovingTaps {
  readonly line: Line;
  /** Of the volume along the axis. */
  readonly length: number;
  readonly origin: number;
  readonly stride: number;
  readonly weights: Float64Array;
  /** In the box's memory. */
  readonly places: Int32Array;
}

const tapsOn = (axis: Omit<MovingTaps, "weights" | "places">): MovingTaps => ({
  ...axis,
  weights: new Float64Array(4),
  places: new Int32Array(4),
});

function moveTo({ line, length, origin, stride, weights, places }: MovingTaps, n: number): void {
  const position = line.start + line.step * n;
  const base = Math.floor(position);
  splineWeights(position - base, weights);
  if (base >= 1 && base + 2 < length) {
    const first = (base - 1 - origin) * stride;
    places[0] = first;
    places[1] = first + stride;
    places[2] = first + 2 * stride;
    places[3] = first + 3 * stride;
    return;
  }
  for (let tap = 0; tap < 4; tap++) {
    places[tap] = (mirrorIndex(base - 1 + tap, length) - origin) * stride;
  }
}
