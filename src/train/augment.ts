import type { Random } from "../core/index.ts";

/** A slice at the network's size, as it is kept in memory. */
export interface TrainingSlice {
  /** Planar [3, size, size], 0–255. */
  readonly channels: Uint8Array;
  /** [size, size], class numbers. */
  readonly classes: Uint8Array;
}

/** How far a training slice may be changed. Zero everywhere changes nothing. */
export interface Augmentation {
  /** Degrees, either way. */
  readonly rotation: number;
  /** Largest factor of enlarging; shrinking goes to its inverse. */
  readonly scale: number;
  /** Share of the image's side, either way. */
  readonly shift: number;
  /** Of the contrast (factor 1 ± this) and, as a share of the range, of the brightness. */
  readonly contrast: number;
  readonly brightness: number;
  /** Largest exponent of a bend of the grey scale; the smallest is its inverse. */
  readonly gamma: number;
  /** Largest standard deviation of the noise, as a share of the range. */
  readonly noise: number;
}

export const noAugmentation: Augmentation = {
  rotation: 0,
  scale: 1,
  shift: 0,
  contrast: 0,
  brightness: 0,
  gamma: 1,
  noise: 0,
};

/** Where an augmented slice goes in a batch. */
export interface BatchPlace {
  /** [n, 3, size, size], filled with the network's input scale (−1 to 1). */
  readonly images: Float32Array;
  /** [n, size, size] */
  readonly labels: Uint8Array;
  readonly index: number;
  readonly size: number;
}

/** Turned, scaled, shifted; then contrast, brightness and noise. Written into its place in a batch. */
export function augmentInto(
  { channels, classes }: TrainingSlice,
  place: BatchPlace,
  { settings, random }: { readonly settings: Augmentation; readonly random: Random },
): void {
  const map = inverseMap(place.size, settings, random);
  warpLabels(classes, place, map);
  warpChannels(channels, place, map);
  changeIntensities(place, settings, random);
}

/** Output pixel (x, y) comes from (a·x + b·y + c, d·x + e·y + f). */
type PlaneMap = readonly [number, number, number, number, number, number];

function inverseMap(size: number, settings: Augmentation, random: Random): PlaneMap {
  const angle = (random.between(-1, 1) * settings.rotation * Math.PI) / 180;
  const scale = Math.exp(random.between(-1, 1) * Math.log(settings.scale));
  const shiftX = random.between(-1, 1) * settings.shift * size;
  const shiftY = random.between(-1, 1) * settings.shift * size;
  const cos = Math.cos(angle) / scale;
  const sin = Math.sin(angle) / scale;
  const centre = (size - 1) / 2;
  const fromX = centre - cos * (centre + shiftX) - sin * (centre + shiftY);
  const fromY = centre + sin * (centre + shiftX) - cos * (centre + shiftY);
  return [cos, sin, fromX, -sin, cos, fromY];
}

/** Nearest neighbour: labels never mix. Outside is background. */
function warpLabels(classes: Uint8Array, place: BatchPlace, map: PlaneMap): void {
  const { labels, index, size } = place;
  const [a, b, c, d, e, f] = map;
  let to = index * size * size;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++, to++) {
      const u = Math.round(a * x + b * y + c);
      const v = Math.round(d * x + e * y + f);
      labels[to] = u < 0 || v < 0 || u >= size || v >= size ? 0 : classes[v * size + u];
    }
  }
}

/** Bilinear; the edge's value repeats outside. */
function warpChannels(channels: Uint8Array, place: BatchPlace, map: PlaneMap): void {
  const { images, index, size } = place;
  const [a, b, c, d, e, f] = map;
  const plane = size * size;
  const last = size - 1;
  const start = index * 3 * plane;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const u = Math.min(last, Math.max(0, a * x + b * y + c));
      const v = Math.min(last, Math.max(0, d * x + e * y + f));
      const left = Math.min(last - 1, u | 0);
      const top = Math.min(last - 1, v | 0);
      const right = u - left;
      const down = v - top;
      const from = top * size + left;
      const to = start + y * size + x;
      for (let channel = 0; channel < 3; channel++) {
        const at = channel * plane + from;
        const upper = channels[at] * (1 - right) + channels[at + 1] * right;
        const lower = channels[at + size] * (1 - right) + channels[at + size + 1] * right;
        // 0–255 → −1 to 1: the scale of slices/tensor.ts
        images[to + channel * plane] = (upper * (1 - down) + lower * down) * (2 / 255) - 1;
      }
    }
  }
}

/** Each channel by itself: another phase or scanner moves the windows differently. */
function changeIntensities(place: BatchPlace, settings: Augmentation, random: Random): void {
  const plane = place.size * place.size;
  // One slice in four is noisy: noise on each would hide small lesions.
  const noise = random.next() < 0.25 ? 2 * random.next() * settings.noise : 0;
  for (let channel = 0; channel < 3; channel++) {
    const start = (place.index * 3 + channel) * plane;
    const pixels = place.images.subarray(start, start + plane);
    const gain = 1 + random.between(-1, 1) * settings.contrast;
    const offset = 2 * random.between(-1, 1) * settings.brightness;
    const gamma = Math.exp(random.between(-1, 1) * Math.log(settings.gamma));
    if (gamma !== 1) bend(pixels, gamma);
    if (gain === 1 && offset === 0 && noise === 0) continue;
    for (let at = 0; at < plane; at++) {
      const value = pixels[at] * gain + offset + (noise === 0 ? 0 : noise * random.normal());
      pixels[at] = Math.min(1, Math.max(-1, value));
    }
  }
}

/** v → v^gamma on a scale from 0 to 1. */
function bend(pixels: Float32Array, gamma: number): void {
  for (let at = 0; at < pixels.length; at++) {
    pixels[at] = 2 * ((pixels[at] + 1) / 2) ** gamma - 1;
  }
}
