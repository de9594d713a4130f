import type { SliceBox } from "./body.ts";

/**
 * A square around a box, at another size: linear between pixel centres, whether it grows or shrinks,
 * and mixed with 0 at the slice's outer edge, beyond which all is 0.
 *
 * The square is as long as the box's longer side less one pixel, begins at the box's corner, and is
 * moved back into the slice where it would leave it: fastai's geometry, kept to be comparable.
 *
 * @param plane - greys, [height, width]
 * @returns [toHeight, toWidth]
 * @see fastai `crop_resize` of one slice, which takes squares only; positions are exact here and
 *   float32 there, so that greys of a 512² slice differ by up to 1e-4
 */
export function cropResize(
  plane: ArrayLike<number>,
  options: {
    readonly width: number;
    readonly height: number;
    readonly box: SliceBox;
    readonly toWidth: number;
    readonly toHeight: number;
  },
): Float32Array {
  const { width, height, box, toWidth, toHeight } = options;
  const side = Math.max(box.width, box.height) - 1;
  const left = side + box.x > width ? width - side : box.x;
  const top = side + box.y > height ? height - side : box.y;
  const at = (x: number, y: number): number =>
    x >= 0 && x < width && y >= 0 && y < height ? plane[y * width + x] : 0;
  const resized = new Float32Array(toWidth * toHeight);
  for (let row = 0; row < toHeight; row++) {
    const y = sourceOf(row, { from: top, side, count: toHeight });
    for (let column = 0; column < toWidth; column++) {
      const x = sourceOf(column, { from: left, side, count: toWidth });
      const above = at(x.pixel, y.pixel) * (1 - x.share) + at(x.pixel + 1, y.pixel) * x.share;
      const below =
        at(x.pixel, y.pixel + 1) * (1 - x.share) + at(x.pixel + 1, y.pixel + 1) * x.share;
      resized[row * toWidth + column] = above * (1 - y.share) + below * y.share;
    }
  }
  return resized;
}

/** Target i's centre lies at from + (i + ½)·side/count − ½: a pixel, and the next one's share. */
function sourceOf(
  i: number,
  { from, side, count }: { readonly from: number; readonly side: number; readonly count: number },
): { readonly pixel: number; readonly share: number } {
  const centre = from + ((i + 0.5) * side) / count - 0.5;
  const pixel = Math.floor(centre);
  return { pixel, share: centre - pixel };
}
