import { gaussianBlur } from "./gaussian-blur.ts";
import { type Window, type WindowName, windowed } from "./windows.ts";

/**
 * Where there is something to see: a slice in a window, blurred widely, is above a threshold.
 *
 * Voxels at white (bone, the table, contrast) count as black before the blur unless `removeMax` is
 * false. A NaN voxel is black too (fastai: nothing within the blur's reach of it is in the mask).
 *
 * @param slice - HU, height × width
 * @param options.sigma - of the blur, as a share of the width
 * @param options.threshold - grey, 0 to 1; a blurred grey must be above it
 * @returns [height, width], 1 inside, 0 outside
 * @throws `usage.argument` as `windowOf`
 * @see fastai `Tensor.mask_from_blur`: equal wherever the blurred grey is not within 1e-6 of the
 *   threshold
 */
export function maskFromBlur(
  slice: ArrayLike<number>,
  options: {
    readonly width: number;
    readonly height: number;
    readonly window: WindowName | Window;
    readonly sigma?: number;
    readonly threshold?: number;
    readonly removeMax?: boolean;
  },
): Uint8Array {
  const { width, height, window, sigma = 0.3, threshold = 0.05, removeMax = true } = options;
  const grey = windowed(slice, window).map((value) =>
    Number.isNaN(value) || (removeMax && value === 1) ? 0 : value,
  );
  const limit = Math.fround(threshold);
  const blurred = gaussianBlur(grey, { width, height, sigma: sigma * width });
  return Uint8Array.from(blurred, (value) => (value > limit ? 1 : 0));
}
