import type { SliceBox } from "./body.ts";

/**
 * The box around everything that is not 0 in a mask; all of the slice when there is nothing.
 *
 * @param mask - [height, width]
 * @see fastai `mask2bbox`, [[y, x], [y + height − 1, x + width − 1]]: equal, but for an empty mask
 *   that is not square, whose rows fastai counts by its columns
 */
export function maskBox(
  mask: ArrayLike<number>,
  { width, height }: { readonly width: number; readonly height: number },
): SliceBox {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (mask[row * width + column] === 0) continue;
      left = Math.min(left, column);
      right = Math.max(right, column + 1);
      top = Math.min(top, row);
      bottom = row + 1;
    }
  }
  return right === 0
    ? { x: 0, y: 0, width, height }
    : { x: left, y: top, width: right - left, height: bottom - top };
}
