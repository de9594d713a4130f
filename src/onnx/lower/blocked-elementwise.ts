/** @file Place by place: sums and whatever else works on each number alone. */
import { reshape } from "../ops.ts";
import { channelShape } from "../planes.ts";
import { type OpName, sizeOf, type Value, type ValueOf } from "../value.ts";
import { blockedInputGradient } from "./blocked-convolutions.ts";
import { blockedShape } from "./blocked-layout.ts";
import type { BlockedLowering, Lowered } from "./blocked-lowering.ts";

/** A sum, by the convolution that makes one of its terms where there is one. */
export function blockedAdd(node: ValueOf<"Add">, lowering: BlockedLowering): Lowered | undefined {
  for (const [term, other] of [node.inputs, node.inputs.toReversed()]) {
    if (!lowering.isBlocked(term) || term.shape.join() !== node.shape.join()) continue;
    const isBias = other.shape.join() === channelShape(term).join();
    if (isBias && term.op === "ConvInputGradient" && lowering.readOnce(term)) {
      const bias = reshape(lowering.plain(other), [node.shape[1]]);
      return blockedInputGradient(term, lowering, bias);
    }
    const made = lowering.extendable(term);
    if (made === undefined || made.attributes.sum) continue;
    if (isBias && !made.attributes.bias && made.shape[1] === node.shape[1]) {
      const bias = reshape(lowering.plain(other), [node.shape[1]]);
      return lowering.extend(node, made, { inputs: [bias], attributes: { bias: true } });
    }
    if (other.shape.join() === node.shape.join()) {
      const sum = reshape(lowering.blocked(other), made.shape);
      return lowering.extend(node, made, { inputs: [sum], attributes: { sum: true } });
    }
  }
  return elementwise(node, lowering);
}

/** Place by place: whole tensors in blocks, and beside them one number a channel, a plane or in all. */
export function elementwise<Op extends OpName>(
  node: ValueOf<Op>,
  lowering: BlockedLowering,
): Lowered | undefined {
  const { inputs, shape } = node;
  const isWhole = (value: Value): boolean => value.shape.join() === shape.join();
  if (
    !lowering.fits(node as Value) ||
    !inputs.some((value) => isWhole(value) && lowering.isBlocked(value))
  ) {
    return undefined;
  }
  const operands = inputs.map((value) => {
    if (isWhole(value)) return lowering.blocked(value);
    if (sizeOf(value.shape) === 1) return reshape(lowering.plain(value), []);
    return byChannel(value, node as Value, lowering);
  });
  if (operands.some((operand) => operand === undefined)) return undefined;
  return {
    blocked: { ...node, inputs: operands, shape: blockedShape(shape, lowering.block) } as Value,
  };
}

/** [n or 1, c, 1, …] as it broadcasts over blocks. */
function byChannel(value: Value, { shape }: Value, lowering: BlockedLowering): Value | undefined {
  const [batch, channels, ...spatial] = value.shape;
  const isNumberAChannel =
    value.shape.length === shape.length &&
    channels === shape[1] &&
    spatial.every((size) => size === 1);
  if (!isNumberAChannel) return undefined;
  const { block } = lowering;
  const lead = shape.slice(2, -2).map(() => 1);
  return reshape(lowering.plain(value), [batch, ...lead, channels / block, 1, 1, block]);
}
