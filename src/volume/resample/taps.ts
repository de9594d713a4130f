import { insideRange, type Line, positionAt, type Range } from "./lines.ts";

/** How voxels between voxels are made. */
export type Interpolation = "linear" | "cubic";

/** How the outputs along one axis come from the inputs: Σ weights[to · taps + n] · in[first[to] + n]. */
export interface AxisTaps {
  readonly taps: number;
  readonly first: Int32Array;
  readonly weights: Float64Array;
  /** Outputs inside the source; the others have no weights. */
  readonly inside: Range;
  /** Whether the weights are for spline coefficients rather than for the samples themselves. */
  readonly ofCoefficients: boolean;
}

/** Beyond its ends a line goes on with its last sample (linear) or mirrored at it (cubic, as ITK). */
export const indexBeyond = {
  linear: (index: number, n: number): number => (index < 0 ? 0 : index >= n ? n - 1 : index),
  cubic: mirrorIndex,
} as const;

/** The sample that a line mirrored at its first and last sample shows at an index. */
export function mirrorIndex(index: number, n: number): number {
  if (n === 1) return 0;
  const period = 2 * (n - 1);
  const within = ((index % period) + period) % period;
  return within < n ? within : period - within;
}

/**
 * The taps of every output along an axis.
 *
 * @param line - the outputs' positions among the inputs
 * @param options.length - inputs on the axis
 * @param options.sigma - of a Gaussian over the inputs first, in inputs; 0 for none
 */
export function axisTaps(
  line: Line,
  options: {
    readonly length: number;
    readonly interpolation: Interpolation;
    readonly sigma: number;
  },
): AxisTaps {
  const { length, interpolation, sigma } = options;
  const inside = insideRange(line, length);
  const positions = Float64Array.from({ length: line.count }, (_, i) => positionAt(line, i));
  // Where only voxels are asked for, both interpolations give the voxel itself.
  const onVoxels = length === 1 || (sigma === 0 && positions.every(Number.isInteger));
  const kernel = onVoxels ? onVoxel : kernels[interpolation];
  const blur = gaussian(length === 1 ? 0 : sigma);
  const taps = Math.min(length, kernel.taps + blur.length - 1);
  const first = new Int32Array(line.count);
  const weights = new Float64Array(line.count * taps);
  const beyond = indexBeyond[interpolation];
  for (let i = inside.from; i < inside.to; i++) {
    const position = kernel === kernels.cubic ? positions[i] : clamp(positions[i], length);
    const base = Math.floor(position);
    const lowest = base + kernel.offset - (blur.length - 1) / 2;
    first[i] = Math.min(Math.max(lowest, 0), length - taps);
    kernel.weights(position - base).forEach((weight, part) => {
      blur.forEach((share, at) => {
        const index = beyond(lowest + part + at, length);
        weights[i * taps + index - first[i]] += weight * share;
      });
    });
  }
  return { taps, first, weights, inside, ofCoefficients: interpolation === "cubic" && !onVoxels };
}

const clamp = (position: number, n: number): number => Math.min(Math.max(position, 0), n - 1);

interface Kernel {
  readonly taps: number;
  /** From the sample at or below a position to the first one weighed. */
  readonly offset: number;
  /** @param rest - from the sample below to the position, 0 to 1 */
  weights(rest: number): Float64Array;
}

const onVoxel: Kernel = { taps: 1, offset: 0, weights: () => Float64Array.of(1) };

const kernels: Readonly<Record<Interpolation, Kernel>> = {
  linear: { taps: 2, offset: 0, weights: (t) => Float64Array.of(1 - t, t) },
  cubic: { taps: 4, offset: -1, weights: (t) => splineWeights(t) },
};

/**
 * Six times the cubic B-spline at 1 + t, t, 1 − t and 2 − t: weights of four neighbouring
 * coefficients as `splineColumns` leaves them.
 *
 * @param into - filled and returned when given
 * @see Unser 1999, Splines: a perfect fit for signal and image processing, eq. 8
 */
export function splineWeights(t: number, into: Float64Array = new Float64Array(4)): Float64Array {
  const rest = 1 - t;
  into[0] = rest * rest * rest;
  into[1] = 4 + t * t * (3 * t - 6);
  into[2] = 4 + rest * rest * (3 * rest - 6);
  into[3] = t * t * t;
  return into;
}

/** A sampled Gaussian out to 4 σ, its sum 1, as scipy.ndimage.gaussian_filter cuts it; [1] for σ 0. */
export function gaussian(sigma: number): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const values = Float64Array.from({ length: 2 * radius + 1 }, (_, n) =>
    sigma === 0 ? 1 : Math.exp((-0.5 * (n - radius) ** 2) / sigma ** 2),
  );
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}

/**
 * σ, in source voxels, that takes away what steps of so many source voxels cannot show: (step − 1) / 2
 * where steps are longer than a voxel, else 0.
 *
 * @see skimage.transform.resize, anti_aliasing_sigma
 */
export const antialiasSigma = (step: number): number => Math.max(0, (Math.abs(step) - 1) / 2);
