import type { Random } from "../../core/index.ts";
import type { Augmentation } from "./augmentation.ts";
import { occurs } from "./chance.ts";

/** Blurs all planes of an image alike, if chance says so. */
export function blur(
  image: Float32Array,
  {
    settings,
    random,
    size,
    spare,
  }: {
    readonly settings: Augmentation["blur"];
    readonly random: Random;
    readonly size: number;
    /** One plane's room. */
    readonly spare: Float32Array;
  },
): void {
  if (!occurs(settings, random)) return;
  const kernel = halfKernel(random.between(settings.smallest, settings.largest));
  for (let start = 0; start < image.length; start += size * size) {
    const plane = image.subarray(start, start + size * size);
    blurRows(plane, { kernel, size, into: spare });
    blurColumns(spare, { kernel, size, into: plane });
  }
}

/** exp(−x²/2σ²) at 0, 1, …, up to 3 σ; both halves together sum to 1. */
function halfKernel(sigma: number): Float64Array {
  const kernel = Float64Array.from({ length: 1 + Math.ceil(3 * sigma) }, (_, x) =>
    Math.exp(-(x * x) / (2 * sigma * sigma)),
  );
  const sum = kernel.reduce((whole, weight) => whole + 2 * weight, -kernel[0]);
  return kernel.map((weight) => weight / sum);
}

interface Pass {
  readonly kernel: Float64Array;
  readonly size: number;
  readonly into: Float32Array;
}

/** Edges are repeated. */
function blurRows(plane: Float32Array, { kernel, size, into }: Pass): void {
  const radius = kernel.length - 1;
  const line = new Float32Array(size + 2 * radius);
  for (let row = 0; row < plane.length; row += size) {
    line.fill(plane[row], 0, radius);
    line.set(plane.subarray(row, row + size), radius);
    line.fill(plane[row + size - 1], radius + size);
    for (let x = 0; x < size; x++) {
      let sum = kernel[0] * line[x + radius];
      for (let n = 1; n <= radius; n++) {
        sum += kernel[n] * (line[x + radius - n] + line[x + radius + n]);
      }
      into[row + x] = sum;
    }
  }
}

/** Whole rows are added up, so that memory is read in order. */
function blurColumns(plane: Float32Array, { kernel, size, into }: Pass): void {
  const sums = new Float64Array(size);
  for (let y = 0; y < size; y++) {
    const row = y * size;
    for (let x = 0; x < size; x++) sums[x] = kernel[0] * plane[row + x];
    for (let n = 1; n < kernel.length; n++) {
      const weight = kernel[n];
      const above = Math.max(0, y - n) * size;
      const below = Math.min(size - 1, y + n) * size;
      for (let x = 0; x < size; x++) sums[x] += weight * (plane[above + x] + plane[below + x]);
    }
    into.set(sums, row);
  }
}
