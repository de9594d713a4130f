import { mul, reshape, scaleShift, sub } from "../ops.ts";
import { channelShape, planeStatistics } from "../planes.ts";
import {
  blockedConvolution,
  blockedInputGradient,
  blockedWeightGradient,
} from "./blocked-convolutions.ts";
import { blockedAdd, elementwise } from "./blocked-elementwise.ts";
import type { BlockedRules } from "./blocked-lowering.ts";
import { blockedConcat, blockedPad, blockedSlice } from "./blocked-pieces.ts";
import {
  blockedLeakyReluGradient,
  blockedPlaneDot,
  blockedReduceSum,
  blockedScaleShift,
} from "./blocked-planes.ts";

/** Operations that have a blocked form. */
export const blockedRules: BlockedRules = {
  Conv: blockedConvolution,
  ConvInputGradient: (node, lowering) => blockedInputGradient(node, lowering),
  ConvWeightGradient: blockedWeightGradient,
  InstanceNorm(node, lowering) {
    const [x, scale, bias] = node.inputs;
    if (!lowering.fits(x)) return undefined;
    const { mean, inverseSd } = planeStatistics(x, node.attributes.epsilon);
    const gain = mul(inverseSd, reshape(scale, channelShape(x)));
    const offset = sub(reshape(bias, channelShape(x)), mul(mean, gain));
    return lowering.lower(scaleShift(x, gain, offset));
  },
  ScaleShift: blockedScaleShift,
  PlaneDot: blockedPlaneDot,
  ReduceSum: blockedReduceSum,
  LeakyRelu(node, lowering) {
    const [x] = node.inputs;
    const made = lowering.extendable(x);
    const { slope } = node.attributes;
    return made === undefined
      ? elementwise(node, lowering)
      : lowering.extend(node, made, { attributes: { activation: { kind: "LeakyRelu", slope } } });
  },
  LeakyReluGradient: blockedLeakyReluGradient,
  Add: blockedAdd,
  Sub: elementwise,
  Mul: elementwise,
  Div: elementwise,
  Neg: elementwise,
  Exp: elementwise,
  Log: elementwise,
  Sqrt: elementwise,
  Pow: elementwise,
  Concat: blockedConcat,
  Slice: blockedSlice,
  Pad: blockedPad,
};
