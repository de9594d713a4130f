import type { Random } from "../core/index.ts";

/** A square of noise that repeats without a seam: mean 0, standard deviation 1. */
export interface NoiseTile {
  /** A power of two. */
  readonly size: number;
  /** [y, x] */
  readonly values: Float32Array;
}

/**
 * Noise with the correlation of a blur, made once and read at chance offsets: adding it costs one
 * look-up a voxel.
 *
 * @param radius - of the blur, in pixels (three box filters: about a Gaussian); 0 leaves it white
 */
export function noiseTile(
  random: Random,
  { size, radius }: { readonly size: number; readonly radius: number },
): NoiseTile {
  let values = Float32Array.from({ length: size * size }, () => random.normal());
  for (let pass = 0; pass < 3 && radius > 0; pass++) {
    // Blurring rows and turning, twice, blurs both directions.
    values = blurredAndTurned(blurredAndTurned(values, { size, radius }), { size, radius });
  }
  return { size, values: standardised(values) };
}

/** Each row averaged over radius neighbours at both sides (fractions count in part), transposed. */
function blurredAndTurned(
  values: Float32Array,
  { size, radius }: { readonly size: number; readonly radius: number },
): Float32Array<ArrayBuffer> {
  const whole = Math.floor(radius);
  const part = radius - whole;
  const mask = size - 1;
  const out = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    const row = y * size;
    let sum = 0;
    for (let x = -whole; x <= whole; x++) sum += values[row + (x & mask)];
    for (let x = 0; x < size; x++) {
      const before = values[row + ((x - whole - 1) & mask)];
      const after = values[row + ((x + whole + 1) & mask)];
      out[x * size + y] = (sum + part * (before + after)) / (2 * radius + 1);
      sum += after - values[row + ((x - whole) & mask)];
    }
  }
  return out;
}

function standardised(values: Float32Array<ArrayBuffer>): Float32Array {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  const scale = 1 / Math.sqrt(squares / values.length - mean * mean);
  return values.map((value) => (value - mean) * scale);
}
