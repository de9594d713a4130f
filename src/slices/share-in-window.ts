import { type Window, type WindowName, windowRange } from "./windows.ts";

/**
 * The share of a slice's voxels that lie inside a window, 0 to 1; its two ends are outside.
 *
 * A NaN voxel is outside; null when there is no voxel (fastai: NaN).
 *
 * @param slice - HU, any shape
 * @throws `usage.argument` for a window below 2 HU (fastai: 0)
 * @see fastai `pct_in_window`: equal, a share in spite of its name
 */
export function shareInWindow(
  slice: ArrayLike<number>,
  window: WindowName | Window,
): number | null {
  const [black, white] = windowRange(window).map(Math.fround);
  let inside = 0;
  for (let i = 0; i < slice.length; i++) {
    if (slice[i] > black && slice[i] < white) inside++;
  }
  return slice.length === 0 ? null : Math.fround(inside / slice.length);
}
