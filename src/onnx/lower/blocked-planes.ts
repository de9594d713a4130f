/** @file Numbers of whole planes, and planes changed by a number each: convolutions of every channel by itself. */
import { blockedConv, constant, expand, mul, reduceSum, reshape } from "../ops.ts";
import {
  type BlockedConvAttributes,
  type Shape,
  sizeOf,
  type Value,
  type ValueOf,
} from "../value.ts";
import { blockedShape, partsOf } from "./blocked-layout.ts";
import type { BlockedLowering, Lowered } from "./blocked-lowering.ts";
import { isZero } from "./plain.ts";

/** One channel a plane, each with its own gain: memory is read and written once. */
export function blockedScaleShift(
  node: ValueOf<"ScaleShift">,
  lowering: BlockedLowering,
): Lowered | undefined {
  const [x, gain, offset] = node.inputs;
  if (!lowering.fits(x)) return undefined;
  const hasOffset = !isZero(offset);
  const gains = lowering.perPlane(gain, x.shape);
  const inputs = [
    planesOf(lowering.blocked(x)),
    reshape(gains, [gains.shape[0], 1, 1, 1]),
    ...(hasOffset ? [lowering.perPlane(offset, x.shape)] : []),
  ];
  const result = blockedConv(inputs, byPlane(gains.shape[0], lowering.block, { bias: hasOffset }));
  return { blocked: reshape(result, blockedShape(x.shape, lowering.block)) };
}

/** [n, lead…, c / b, h, w, b] as one image with n · lead · c channels. */
function planesOf(x: Value): Value {
  const [height, width] = x.shape.slice(-3);
  return reshape(x, [1, sizeOf(x.shape) / (height * width), height, width]);
}

const byPlane = (
  groups: number,
  block: number,
  more: Partial<BlockedConvAttributes> = {},
): BlockedConvAttributes => ({
  ...{ strides: [1, 1], padsBefore: [0, 0], padsAfter: [0, 0], dilations: [1, 1] },
  ...{ groups, block, bias: false, sum: false },
  ...more,
});

/** Most elements that are added up one after the other: float32 sums of more lose digits. */
const mostInARow = 2048;

/** In how many pieces of whole rows a plane is added up. */
function piecesOf(height: number, width: number): number {
  let pieces = 1;
  while (pieces < height && (height % pieces !== 0 || (height / pieces) * width > mostInARow))
    pieces++;
  return pieces;
}

/** Each plane convolved with a kernel of its own size: the other tensor's plane. */
export function blockedPlaneDot(
  node: ValueOf<"PlaneDot">,
  lowering: BlockedLowering,
): Lowered | undefined {
  const [a, b] = node.inputs;
  if (!lowering.fits(a)) return undefined;
  const { height, width } = partsOf(a.shape);
  const { block } = lowering;
  const pieces = piecesOf(height, width);
  const groups = (sizeOf(a.shape) / (height * width)) * pieces;
  // [n, lead…, c / b, pieces, rows, w, b]: a piece is a channel of its own.
  const sums = blockedConv(
    [
      reshape(lowering.blocked(a), [1, groups, height / pieces, width]),
      reshape(lowering.blocked(b), [groups, 1, height / pieces, width]),
    ],
    byPlane(groups, block),
  );
  return { plain: joinPieces(sums, { shape: a.shape, pieces, block }) };
}

/** Sums of pieces, memory of [n, lead…, c / b, pieces, b], → [n, c, 1, …]. */
function joinPieces(
  sums: Value,
  {
    shape,
    pieces,
    block,
  }: { readonly shape: Shape; readonly pieces: number; readonly block: number },
): Value {
  const { batch, channels, lead } = partsOf(shape);
  const apart = reshape(sums, [batch, sizeOf(lead), channels / block, pieces, block]);
  const axes = [1, 3].filter((axis) => apart.shape[axis] > 1);
  return reshape(axes.length === 0 ? apart : reduceSum(apart, axes), [
    batch,
    channels,
    ...shape.slice(2).map(() => 1),
  ]);
}

export function blockedReduceSum(
  node: ValueOf<"ReduceSum">,
  lowering: BlockedLowering,
): Lowered | undefined {
  const [x] = node.inputs;
  const { axes } = node.attributes;
  const overPlanes = x.shape.every((_, axis) => axis < 2 || axes.includes(axis));
  if (!lowering.isBlocked(x) || !overPlanes || axes.includes(1)) return undefined;
  const { height, width } = partsOf(x.shape);
  const pieces = piecesOf(height, width);
  const { block } = lowering;
  const planes = sizeOf(x.shape) / (height * width * block);
  const rows = reshape(lowering.blocked(x), [planes * pieces, (height * width) / pieces, block]);
  const sums = joinPieces(reduceSum(rows, [1]), { shape: x.shape, pieces, block });
  return { plain: axes.includes(0) ? reduceSum(sums, [0]) : sums };
}

/** The slope at each place as y · huge between slope and 1, times the upstream gradient. */
export function blockedLeakyReluGradient(
  node: ValueOf<"LeakyReluGradient">,
  lowering: BlockedLowering,
): Lowered | undefined {
  const [y, upstream] = node.inputs;
  const { slope } = node.attributes;
  const isPossible = lowering.fits(y) && slope >= 0 && slope <= 1;
  if (!isPossible || !(lowering.isBlocked(y) || lowering.isBlocked(upstream))) return undefined;
  const planes = planesOf(lowering.blocked(y));
  const [, groups] = planes.shape;
  const huge = expand(constant([1e30], [1, 1, 1, 1]), [groups, 1, 1, 1]);
  const clip = { kind: "Clip", minimum: slope, maximum: 1 } as const;
  const slopes = blockedConv([planes, huge], byPlane(groups, lowering.block, { activation: clip }));
  const shape = blockedShape(y.shape, lowering.block);
  return { blocked: mul(reshape(slopes, shape), lowering.blocked(upstream)) };
}
