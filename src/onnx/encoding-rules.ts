/** @file How each operation is written in ONNX (opset 17, and com.microsoft where it is faster). */
import type { BlockedActivation, ConvAttributes, OpName, ValueOf } from "./value.ts";

/** Whole numbers are plain; floats say so. */
export type AttributeSetting =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };

/** An ONNX node, before its names are known. */
export interface NodeForm {
  readonly type: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, AttributeSetting>>;
  /** Place among the inputs that is left out. */
  readonly gapAt?: number;
  /** A float constant that follows the inputs. */
  readonly scalar?: number;
  /** int64 constants that follow the inputs. */
  readonly whole?: readonly (readonly number[])[];
}

/** `undefined` for the leaves, which are no nodes. */
type EncodingRule<Op extends OpName> = (node: ValueOf<Op>) => NodeForm | undefined;

const plain =
  (type: string): (() => NodeForm) =>
  () => ({ type });

/** ONNX's codes for element types (TensorProto.DataType). */
export const elementTypeCodes = { float32: 1, uint8: 2, int64: 7, bool: 9 } as const;

const spatialPads = ({ padsBefore, padsAfter }: ConvAttributes): number[] => [
  ...padsBefore,
  ...padsAfter,
];

export const encodingRules: { readonly [Op in OpName]: EncodingRule<Op> } = {
  Input: () => undefined,
  Constant: () => undefined,
  Add: plain("Add"),
  Sub: plain("Sub"),
  Mul: plain("Mul"),
  Div: plain("Div"),
  Equal: plain("Equal"),
  Greater: plain("Greater"),
  Neg: plain("Neg"),
  Exp: plain("Exp"),
  Log: plain("Log"),
  Sqrt: plain("Sqrt"),
  Pow: ({ attributes }) => ({ type: "Pow", scalar: attributes.exponent }),
  LeakyRelu: ({ attributes }) => ({
    type: "LeakyRelu",
    attributes: { alpha: { float: attributes.slope } },
  }),
  Cast: ({ attributes }) => ({ type: "Cast", attributes: { to: elementTypeCodes[attributes.to] } }),
  Where: plain("Where"),
  ReduceSum: ({ attributes }) => ({
    type: "ReduceSum",
    attributes: { keepdims: 1 },
    whole: [attributes.axes],
  }),
  // The axes became an input only in opset 18.
  ReduceMax: ({ attributes }) => ({
    type: "ReduceMax",
    attributes: { keepdims: 1, axes: attributes.axes },
  }),
  Reshape: ({ attributes }) => ({ type: "Reshape", whole: [attributes.shape] }),
  Transpose: ({ attributes }) => ({ type: "Transpose", attributes: { perm: attributes.order } }),
  Slice: ({ inputs: [x], attributes: { starts, sizes, steps } }) => {
    // Only the axes that are cut; an end before index 0 is written as the least int32.
    const axes = x.shape
      .map((_, axis) => axis)
      .filter((axis) => sizes[axis] !== x.shape[axis] || steps[axis] !== 1);
    const ends = axes.map((axis) => {
      const end = starts[axis] + sizes[axis] * steps[axis];
      return end < 0 ? -(2 ** 31) + 1 : end;
    });
    return {
      type: "Slice",
      whole: [axes.map((axis) => starts[axis]), ends, axes, axes.map((axis) => steps[axis])],
    };
  },
  Pad: ({ attributes: { before, after } }) => ({ type: "Pad", whole: [[...before, ...after]] }),
  Concat: ({ attributes }) => ({ type: "Concat", attributes: { axis: attributes.axis } }),
  Expand: ({ attributes }) => ({ type: "Expand", whole: [attributes.shape] }),
  MatMul: ({ attributes: { transposeA, transposeB } }) =>
    transposeA || transposeB
      ? {
          type: "FusedMatMul",
          domain: "com.microsoft",
          attributes: { transA: Number(transposeA), transB: Number(transposeB) },
        }
      : { type: "MatMul" },
  Conv: ({ attributes }) => ({
    type: "Conv",
    attributes: { strides: attributes.strides, pads: spatialPads(attributes) },
  }),
  InstanceNorm: ({ attributes }) => ({
    type: "InstanceNormalization",
    attributes: { epsilon: { float: attributes.epsilon } },
  }),
  LogSoftmax: ({ attributes }) => ({ type: "LogSoftmax", attributes: { axis: attributes.axis } }),
  ConvInputGradient: () => undefined,
  ConvWeightGradient: () => undefined,
  ScaleShift: () => undefined,
  PlaneDot: () => undefined,
  LeakyReluGradient: () => undefined,
  Gather: ({ attributes }) => ({
    type: "Gather",
    attributes: { axis: attributes.axis },
    whole: [attributes.indices],
  }),
  ToBlocked: () => ({ type: "ReorderInput", domain: blockedDomain }),
  FromBlocked: ({ attributes }) => ({
    type: "ReorderOutput",
    domain: blockedDomain,
    attributes: { channels: attributes.channels },
  }),
  BlockedConv: ({ inputs, attributes }) => ({
    type: "Conv",
    domain: blockedDomain,
    attributes: {
      kernel_shape: inputs[1].shape.slice(2),
      strides: attributes.strides,
      pads: spatialPads(attributes),
      dilations: attributes.dilations,
      group: attributes.groups,
      ...activationAttributes(attributes.activation),
    },
    // The sum is the fourth input, whether there is a bias or not.
    ...(attributes.sum && !attributes.bias ? { gapAt: 2 } : {}),
  }),
};

/** ONNX Runtime's own operations on blocked channels. */
export const blockedDomain = "com.microsoft.nchwc";

function activationAttributes(activation: BlockedActivation | undefined): NodeForm["attributes"] {
  if (activation === undefined) return {};
  const numbers =
    activation.kind === "LeakyRelu" ? [activation.slope] : [activation.minimum, activation.maximum];
  return { activation: activation.kind, activation_params: { floats: numbers } };
}

/** Numbers as the bytes of float32, little-endian as ONNX wants. */
export const floatBytes = (numbers: readonly number[]): Uint8Array =>
  new Uint8Array(Float32Array.from(numbers).buffer);
