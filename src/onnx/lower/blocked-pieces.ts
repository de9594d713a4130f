/** @file What joins tensors, cuts them and puts zeros around them. */
import { concat, pad, slice, sliceAxis } from "../ops.ts";
import { sizeOf, type ValueOf } from "../value.ts";
import { blockedInputGradient } from "./blocked-convolutions.ts";
import type { BlockedLowering, Lowered } from "./blocked-lowering.ts";

export function blockedConcat(
  node: ValueOf<"Concat">,
  lowering: BlockedLowering,
): Lowered | undefined {
  const { inputs, attributes } = node;
  const inBlocks = inputs.every(lowering.fits) && inputs.some(lowering.isBlocked);
  if (attributes.axis !== 1 || !inBlocks) return undefined;
  return {
    blocked: concat(
      inputs.map((input) => lowering.blocked(input)),
      node.shape.length - 3,
    ),
  };
}

export function blockedPad(
  { inputs: [x], attributes: { before, after } }: ValueOf<"Pad">,
  lowering: BlockedLowering,
): Lowered | undefined {
  if (!lowering.isBlocked(x) || before[1] !== 0 || after[1] !== 0) return undefined;
  const amounts = { before: leadOrder(before, 0), after: leadOrder(after, 0) };
  return { blocked: pad(lowering.blocked(x), amounts) };
}

export function blockedSlice(
  node: ValueOf<"Slice">,
  lowering: BlockedLowering,
): Lowered | undefined {
  const [x] = node.inputs;
  const { starts, sizes, steps } = node.attributes;
  const { block } = lowering;
  const isAligned = starts[1] % block === 0 && sizes[1] % block === 0 && steps[1] === 1;
  if (!lowering.isBlocked(x) || !isAligned || sizeOf(sizes.slice(2)) === 1) return undefined;
  const onlyChannels = sizes.every(
    (size, axis) => axis === 1 || (size === x.shape[axis] && steps[axis] === 1),
  );
  // Part of the gradient to a concatenation: computed for these channels alone, not cut out.
  if (x.op === "ConvInputGradient" && onlyChannels) {
    const weight = sliceAxis(x.inputs[1], 1, { start: starts[1], size: sizes[1] });
    const part = { ...x, inputs: [x.inputs[0], weight], shape: node.shape };
    return blockedInputGradient(part, lowering);
  }
  return {
    blocked: slice(lowering.blocked(x), {
      starts: leadOrder(starts.with(1, starts[1] / block), 0),
      sizes: leadOrder(sizes.with(1, sizes[1] / block), block),
      steps: leadOrder(steps, 1),
    }),
  };
}

/** One entry an axis of [n, c, lead…, h, w], in the order of [n, lead…, c / b, h, w, b]. */
const leadOrder = (list: readonly number[], inner: number): number[] => [
  list[0],
  ...list.slice(2, -2),
  list[1],
  ...list.slice(-2),
  inner,
];
