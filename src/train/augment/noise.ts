import { type Random, randomFrom } from "../../core/index.ts";
import type { Augmentation } from "./augmentation.ts";
import { occurs } from "./chance.ts";

/** Standard normal numbers, mean 0 and variance 1 exactly: looking one up is 20 × faster than making it. */
const normals = standardNormals(65536);

function standardNormals(count: number): Float32Array {
  const random = randomFrom("normal numbers of the noise");
  const drawn = Float64Array.from({ length: count }, () => random.normal());
  const mean = drawn.reduce((sum, value) => sum + value, 0) / count;
  const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  return Float32Array.from(drawn, (value) => (value - mean) / Math.sqrt(variance));
}

/**
 * Adds Gaussian noise to an image, if chance says so, and cuts it off at −1 and 1.
 *
 * @see Marsaglia 2003, Xorshift RNGs: each 32 bits of one choose two normal numbers
 */
export function addNoise(
  image: Float32Array,
  { settings, random }: { readonly settings: Augmentation["noise"]; readonly random: Random },
): void {
  if (!occurs(settings, random)) return;
  // The range is 2 wide.
  const deviation = 2 * random.between(0, settings.deviation);
  let bits = 1 + random.below(2 ** 31);
  for (let at = 0; at < image.length; at += 2) {
    bits ^= bits << 13;
    bits ^= bits >>> 17;
    bits ^= bits << 5;
    const value = image[at] + deviation * normals[bits & 65535];
    const next = image[at + 1] + deviation * normals[bits >>> 16];
    image[at] = Math.min(1, Math.max(-1, value));
    image[at + 1] = Math.min(1, Math.max(-1, next));
  }
}
