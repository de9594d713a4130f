/**
 * A plane, blurred by a Gaussian: rows, then columns, its edges repeated outwards.
 *
 * The kernel is cut at `sigma / 4` on either side, so that a wide one is nearly a plain mean. Sums are
 * made in float64, rounded to float32 after each pass.
 *
 * @param plane - [height, width]
 * @param options.sigma - pixels
 * @returns [height, width]
 * @see fastai `gauss_blur2d` (kornia.filters.gaussian_blur2d, border `replicate`): within 1e-6
 */
export function gaussianBlur(
  plane: Float32Array,
  options: { readonly width: number; readonly height: number; readonly sigma: number },
): Float32Array {
  const { width, height, sigma } = options;
  const kernel = gaussianKernel(sigma);
  const rows = blurLines(plane, { kernel, count: height, length: width, next: width, step: 1 });
  return blurLines(rows, { kernel, count: width, length: height, next: 1, step: width });
}

// exp(−x² / 2σ²) for x = −r … r, r = ⌊σ/4⌋, divided by its sum; float32 as kornia's.
function gaussianKernel(sigma: number): Float32Array {
  const reach = Math.trunc(sigma / 4);
  const weights = Float32Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Every line, `next` after the other, of `length` values that are `step` apart. */
function blurLines(
  plane: Float32Array,
  lines: {
    readonly kernel: Float32Array;
    readonly count: number;
    readonly length: number;
    readonly next: number;
    readonly step: number;
  },
): Float32Array {
  const { kernel, count, length, next, step } = lines;
  const reach = kernel.length >> 1;
  const line = new Float64Array(length + 2 * reach);
  const blurred = new Float32Array(plane.length);
  for (let l = 0; l < count; l++) {
    for (let i = 0; i < line.length; i++) {
      line[i] = plane[l * next + step * Math.min(Math.max(i - reach, 0), length - 1)];
    }
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let k = 0; k < kernel.length; k++) sum += kernel[k] * line[i + k];
      blurred[l * next + step * i] = sum;
    }
  }
  return blurred;
}
