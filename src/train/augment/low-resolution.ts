import type { Random } from "../../core/index.ts";
import type { Augmentation } from "./augmentation.ts";
import { factorOf } from "./chance.ts";

/** Shows all planes of an image as if they had been taken coarser, if chance says so. */
export function lowerResolution(
  image: Float32Array,
  {
    settings,
    random,
    size,
    spare,
  }: {
    readonly settings: Augmentation["lowResolution"];
    readonly random: Random;
    readonly size: number;
    /** One plane's room. */
    readonly spare: Float32Array;
  },
): void {
  const count = Math.max(1, Math.round(factorOf(settings, random) * size));
  if (count === size) return;
  const axis = coarseAxis(size, count);
  for (let start = 0; start < image.length; start += size * size) {
    const plane = image.subarray(start, start + size * size);
    coarsenRows(plane, { axis, size, into: spare });
    coarsenColumns(spare, { axis, size, into: plane });
  }
}

/** On an axis, pixel i mixes source pixels `before[i]` and `after[i]`; the second weighs `share[i]`. */
interface CoarseAxis {
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly share: Float32Array;
}

/**
 * The coarse pixel k of `count` shows the source pixel at its centre, (k + ½)·size/count; a pixel
 * lies at (i + ½)·count/size − ½ between two coarse ones. Edges are repeated.
 */
function coarseAxis(size: number, count: number): CoarseAxis {
  const shownBy = (k: number): number => Math.floor(((k + 0.5) * size) / count);
  const places = Float64Array.from({ length: size }, (_, i) =>
    Math.min(count - 1, Math.max(0, ((i + 0.5) * count) / size - 0.5)),
  );
  return {
    before: Int32Array.from(places, (place) => shownBy(Math.floor(place))),
    after: Int32Array.from(places, (place) => shownBy(Math.ceil(place))),
    share: Float32Array.from(places, (place) => place - Math.floor(place)),
  };
}

interface Pass {
  readonly axis: CoarseAxis;
  readonly size: number;
  readonly into: Float32Array;
}

function coarsenRows(plane: Float32Array, { axis, size, into }: Pass): void {
  const { before, after, share } = axis;
  for (let row = 0; row < plane.length; row += size) {
    for (let x = 0; x < size; x++) {
      const left = plane[row + before[x]];
      into[row + x] = left + (plane[row + after[x]] - left) * share[x];
    }
  }
}

function coarsenColumns(plane: Float32Array, { axis, size, into }: Pass): void {
  const { before, after, share } = axis;
  for (let y = 0; y < size; y++) {
    const row = y * size;
    const above = before[y] * size;
    const below = after[y] * size;
    for (let x = 0; x < size; x++) {
      const upper = plane[above + x];
      into[row + x] = upper + (plane[below + x] - upper) * share[y];
    }
  }
}
