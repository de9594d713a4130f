/**
 * @file Correlations of images with filters of almost their size, plane by plane, as a convolution in
 * groups: each group of planes has filters of its own, which lie in memory as they are, and sums of its
 * own, which are small. Channels inside a block are columns side by side, so that a row of results is
 * for all of them and reads a filter once for six.
 */
import { add, blockedConv, gather, reduceSum, reshape, sliceAxis } from "../ops.ts";
import type { Shape, Value } from "../value.ts";

export interface Planes {
  /** [n, D, c / i, H, W, i] */
  readonly images: Value;
  /** [n, d, o / b, h, w, b] */
  readonly filters: Value;
  /** How far apart in the image neighbours of the filter are: [y, x]. */
  readonly strides: Shape;
  /** The image's depth for each of the filters'. */
  readonly depths: readonly number[];
}

/**
 * Sums of the correlations over all planes, or, in two turns, over those of even and of odd depths:
 * for each turn [c / i, o / b, kh · kw, i, b].
 */
export function correlatePlanes({ turns = 1, ...planes }: Planes & { turns?: number }): Value[] {
  const { images, filters, depths } = planes;
  const [outer, , , inner] = images.shape.slice(2);
  const [blocks, , , block] = filters.shape.slice(2);
  const count = images.shape[0] * depths.length;
  // The kernel reads less than a block of planes, or whole blocks.
  const whole = count - (count % block);
  const sums = [
    { start: 0, size: whole },
    { start: whole, size: count - whole },
  ]
    .filter(({ size }) => size > 0)
    .map((range) => sumOverRange(planes, range, turns))
    .reduce(add);
  return countTo(turns).map((turn) => {
    const sum = sliceAxis(sums, 1, { start: turn, size: 1 });
    return reshape(sum, [outer, blocks, sums.shape[2] / (blocks * inner * block), inner, block]);
  });
}

/** [c / i, turns, o / b · kh · kw · i · b] */
function sumOverRange(
  { images, filters, strides, depths }: Planes,
  range: { readonly start: number; readonly size: number },
  turns: number,
): Value {
  const [batch, depth, outer, height, width, inner] = images.shape;
  const [, , blocks, filterHeight, filterWidth, block] = filters.shape;
  const channels = outer * inner;
  const places =
    (height - (filterHeight - 1) * strides[0]) * (width - (filterWidth - 1) * strides[1]);
  // A plane a group needs no copy of the filters; its sums must not be larger than its filters.
  const isLarge = channels * places <= filterHeight * filterWidth;
  const size = isLarge ? 1 : largestDivisor(range.size / turns, block - 1);
  const order = groupsOf(range, { size, turns });
  const image = gather(
    reshape(images, [batch * depth * outer, height, width * inner]),
    0,
    countTo(outer).flatMap((channel) =>
      order.flat().map((plane) => {
        const sample = Math.floor(plane / depths.length);
        return (sample * depth + depths[plane % depths.length]) * outer + channel;
      }),
    ),
  );
  const filter = gather(
    reshape(filters, [batch * depths.length * blocks, filterHeight, filterWidth, block]),
    0,
    order.flatMap((planes) =>
      countTo(blocks).flatMap((channel) => planes.map((plane) => plane * blocks + channel)),
    ),
  );
  const products = blockedConv(
    [
      reshape(image, [outer, range.size, height, width * inner]),
      reshape(filter, [order.length * blocks * block, size, filterHeight, filterWidth]),
    ],
    {
      ...{ strides: [1, 1], padsBefore: [0, 0], padsAfter: [0, 0] },
      dilations: [strides[0], strides[1] * inner],
      ...{ groups: order.length, block, bias: false, sum: false },
    },
  );
  const shape = [outer, order.length / turns, turns, blocks * places * inner * block];
  const apart = reshape(products, shape);
  return reshape(shape[1] === 1 ? apart : reduceSum(apart, [1]), [outer, turns, shape[3]]);
}

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const largestDivisor = (count: number, most: number): number =>
  Math.max(...countTo(most + 1).filter((size) => size > 0 && count % size === 0));

/** The planes of each group, all of one turn; the turns follow one another. */
const groupsOf = (
  range: { readonly start: number; readonly size: number },
  { size, turns }: { readonly size: number; readonly turns: number },
): number[][] =>
  countTo(range.size / size).map((group) => {
    const first = Math.floor(group / turns) * turns * size + (group % turns);
    return countTo(size).map((place) => range.start + first + place * turns);
  });
