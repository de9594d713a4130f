import type { Triple } from "../affine.ts";
import type { SampleBox } from "./box.ts";
import type { Line, Range } from "./lines.ts";
import { mirrorIndex, splineWeights } from "./taps.ts";

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
  const weights = lines.map(() => new Float64Array(4));
  const places = lines.map(() => new Int32Array(4));
  const strides = [1, box[0], box[0] * box[1]];
  const [wx, wy, wz] = weights;
  const [px, py, pz] = places;
  for (let n = range.from; n < range.to; n++) {
    for (let axis = 0; axis < 3; axis++) {
      const position = lines[axis].start + lines[axis].step * n;
      const base = Math.floor(position);
      splineWeights(position - base, weights[axis]);
      for (let tap = 0; tap < 4; tap++) {
        const index = base - 1 + tap;
        const within = index >= 0 && index < dims[axis] ? index : mirrorIndex(index, dims[axis]);
        places[axis][tap] = (within - origin[axis]) * strides[axis];
      }
    }
    let sum = 0;
    for (let c = 0; c < 4; c++) {
      for (let b = 0; b < 4; b++) {
        const at = pz[c] + py[b];
        const along =
          wx[0] * samples[at + px[0]] +
          wx[1] * samples[at + px[1]] +
          wx[2] * samples[at + px[2]] +
          wx[3] * samples[at + px[3]];
        sum += wz[c] * wy[b] * along;
      }
    }
    into[n - range.from] = sum;
  }
};
