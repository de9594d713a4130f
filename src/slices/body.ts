import { componentRuns, forEachRun } from "../volume/index.ts";

/** A rectangle of a slice's pixels: the first column and row, and how many. */
export interface SliceBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** HU above which a pixel is tissue rather than air or lung: half way from air to water. */
const tissue = -500;

/**
 * The box around the largest piece of tissue (above −500 HU) in a slice, lungs inside it included;
 * null when there is none. A table that touches the body belongs to it.
 *
 * @param slice - HU, height × width
 */
export function bodyBox(
  slice: Int16Array | Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
): SliceBox | null {
  const grid = { dims: [width, height, 1], voxels: slice } as const;
  const runs = componentRuns(grid, (hu) => hu > tissue);
  const largest = runs.sizes.reduce((most, size) => Math.max(most, size), 0);
  const body = runs.sizes.indexOf(largest) + 1;
  let [left, right, top, bottom] = [width, 0, height, 0];
  forEachRun(runs, grid, (run, from, to) => {
    if (runs.component[run] !== body) return;
    const row = Math.floor(from / width);
    left = Math.min(left, from - row * width);
    right = Math.max(right, to - row * width);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row + 1);
  });
  return right === 0 ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

/** The smallest box that holds both; the other one where one is null. */
export function boxAround(one: SliceBox | null, other: SliceBox | null): SliceBox | null {
  if (one === null || other === null) return one ?? other;
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  return {
    ...{ x, y },
    width: Math.max(one.x + one.width, other.x + other.width) - x,
    height: Math.max(one.y + one.height, other.y + other.height) - y,
  };
}

/** The pixels of a box, row by row; the slice itself when the box is all of it. */
export function cutBox<Pixels extends Int16Array | Float32Array | Uint8Array | Uint16Array>(
  slice: Pixels,
  options: { readonly width: number; readonly box: SliceBox },
): Pixels {
  const { width, box } = options;
  if (box.width * box.height === slice.length) return slice;
  const cut = slice.slice(0, box.width * box.height) as Pixels; // another of its kind
  for (let row = 0; row < box.height; row++) {
    const from = box.x + width * (box.y + row);
    cut.set(slice.subarray(from, from + box.width), row * box.width);
  }
  return cut;
}
