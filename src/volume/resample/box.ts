import type { Triple } from "../affine.ts";
import { type CtVolume, voxelCount } from "../volume.ts";
import { splineColumns, splineRows } from "./spline.ts";
import { gaussian, type Interpolation, indexBeyond } from "./taps.ts";

/** A part of a volume, in float: samples, or spline coefficients for cubic interpolation. */
export interface SampleBox {
  /** Voxel of the volume that is the box's first. */
  readonly origin: Triple;
  readonly dims: Triple;
  readonly samples: CtVolume["voxels"];
}

/**
 * A box of a volume, blurred along its axes, as coefficients where the interpolation needs them.
 * What lies near a face of the box that is none of the volume's is not to be relied on.
 */
export function sampleBox(
  source: CtVolume,
  box: {
    readonly origin: Triple;
    readonly dims: Triple;
    /** Of a Gaussian along each axis, in voxels; 0 for none. */
    readonly sigmas: Triple;
    readonly interpolation: Interpolation;
  },
): SampleBox {
  const { origin, dims, sigmas, interpolation } = box;
  const samples = new Float32Array(voxelCount(box));
  const [width, height] = source.dims;
  for (let row = 0; row < dims[1] * dims[2]; row++) {
    const j = origin[1] + (row % dims[1]);
    const k = origin[2] + Math.floor(row / dims[1]);
    const at = origin[0] + width * (j + height * k);
    samples.set(source.voxels.subarray(at, at + dims[0]), row * dims[0]);
  }
  sigmas.forEach((sigma, axis) => {
    if (sigma > 0) blur(samples, { dims, axis, sigma, interpolation });
  });
  if (interpolation === "cubic") toCoefficients(samples, dims);
  return { origin, dims, samples };
}

function blur(
  samples: Float32Array,
  options: {
    readonly dims: Triple;
    readonly axis: number;
    readonly sigma: number;
    readonly interpolation: Interpolation;
  },
): void {
  const { dims, axis, sigma, interpolation } = options;
  const length = dims[axis];
  const stride = [1, dims[0], dims[0] * dims[1]][axis];
  const kernel = gaussian(sigma);
  const radius = (kernel.length - 1) / 2;
  const beyond = indexBeyond[interpolation];
  const places = Int32Array.from(
    { length: length + 2 * radius },
    (_, n) => stride * beyond(n - radius, length),
  );
  const line = new Float64Array(places.length);
  for (let start = 0; start < samples.length; start++) {
    // The first samples of the lines: those whose index along the axis is 0.
    if (Math.floor(start / stride) % length !== 0) continue;
    for (let n = 0; n < line.length; n++) line[n] = samples[start + places[n]];
    for (let n = 0; n < length; n++) {
      let sum = 0;
      for (let at = 0; at < kernel.length; at++) sum += kernel[at] * line[n + at];
      samples[start + n * stride] = sum;
    }
  }
}

function toCoefficients(samples: Float32Array, [width, height, depth]: Triple): void {
  const size = width * height;
  for (let row = 0; row < samples.length / width; row += 4) {
    // Fewer than four are left: the last one's place is taken by rows that nobody reads.
    const at = (n: number): Float32Array =>
      (row + n) * width < samples.length
        ? samples.subarray((row + n) * width, (row + n + 1) * width)
        : new Float32Array(width);
    splineRows([at(0), at(1), at(2), at(3)], width);
  }
  for (let start = 0; start < samples.length; start += size) {
    splineColumns(samples, { start, count: height, stride: width, width });
  }
  for (let start = 0; start < size; start += width) {
    splineColumns(samples, { start, count: depth, stride: size, width });
  }
}
