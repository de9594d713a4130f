import { shapeRules } from "./shape-rules.ts";
import {
  type ConvAttributes,
  type ElementType,
  type OpAttributes,
  type OpName,
  type PadAttributes,
  type Shape,
  type SliceAttributes,
  sizeOf,
  type TensorType,
  type Value,
  type ValueOf,
} from "./value.ts";

function make<Op extends OpName>(
  op: Op,
  inputs: readonly Value[],
  attributes: OpAttributes[Op],
): Value {
  const rule = shapeRules[op] as (
    inputs: readonly TensorType[],
    attributes: OpAttributes[Op],
  ) => TensorType;
  const { shape, type } = rule(inputs, attributes);
  const value: ValueOf<Op> = { op, inputs, attributes, shape, type };
  return value as Value;
}

/** A tensor that is fed when the graph runs. */
export const input = (name: string, shape: Shape, type: ElementType = "float32"): Value => ({
  op: "Input",
  inputs: [],
  attributes: { name },
  shape,
  type,
});

/** A tensor whose numbers are part of the graph, row-major. */
export const constant = (data: readonly number[], shape: Shape = [data.length]): Value => ({
  op: "Constant",
  inputs: [],
  attributes: { data },
  shape,
  type: "float32",
});

/** A number that broadcasts to anything. */
export const scalar = (value: number): Value => constant([value], []);

type Operand = Value | number;
const asValue = (operand: Operand): Value =>
  typeof operand === "number" ? scalar(operand) : operand;

export const add = (a: Operand, b: Operand): Value => make("Add", [asValue(a), asValue(b)], {});
export const sub = (a: Operand, b: Operand): Value => make("Sub", [asValue(a), asValue(b)], {});
export const mul = (a: Operand, b: Operand): Value => make("Mul", [asValue(a), asValue(b)], {});
export const div = (a: Operand, b: Operand): Value => make("Div", [asValue(a), asValue(b)], {});
export const equal = (a: Operand, b: Operand): Value => make("Equal", [asValue(a), asValue(b)], {});
export const greater = (a: Operand, b: Operand): Value =>
  make("Greater", [asValue(a), asValue(b)], {});
export const neg = (x: Value): Value => make("Neg", [x], {});
export const exp = (x: Value): Value => make("Exp", [x], {});
export const log = (x: Value): Value => make("Log", [x], {});
export const sqrt = (x: Value): Value => make("Sqrt", [x], {});
/** x to the power of a fixed exponent; x is 0 or more where the exponent is no whole number. */
export const pow = (x: Value, exponent: number): Value => make("Pow", [x], { exponent });
/** x where it is positive, slope · x elsewhere. */
export const leakyRelu = (x: Value, slope: number): Value => make("LeakyRelu", [x], { slope });
export const cast = (x: Value, to: ElementType): Value => make("Cast", [x], { to });
export const where = (condition: Value, yes: Operand, no: Operand): Value =>
  make("Where", [condition, asValue(yes), asValue(no)], {});

const allAxes = (x: Value): number[] => x.shape.map((_, axis) => axis);

/** Sum over axes (all, if none are named), which stay with size 1. */
export const reduceSum = (x: Value, axes: readonly number[] = allAxes(x)): Value =>
  make("ReduceSum", [x], { axes });
/** Mean over axes (all, if none are named), which stay with size 1. */
export const reduceMean = (x: Value, axes: readonly number[] = allAxes(x)): Value =>
  mul(reduceSum(x, axes), 1 / axes.reduce((count, axis) => count * x.shape[axis], 1));
/** Maximum over axes (all, if none are named), which stay with size 1. */
export const reduceMax = (x: Value, axes: readonly number[] = allAxes(x)): Value =>
  make("ReduceMax", [x], { axes });

export const reshape = (x: Value, shape: Shape): Value =>
  x.shape.join() === shape.join() ? x : make("Reshape", [x], { shape });
export const transpose = (x: Value, order: readonly number[]): Value =>
  make("Transpose", [x], { order });
export const concat = (values: readonly Value[], axis: number): Value =>
  values.length === 1 ? values[0] : make("Concat", values, { axis });
export const expand = (x: Value, shape: Shape): Value =>
  x.shape.join() === shape.join() ? x : make("Expand", [x], { shape });

/** A box out of a tensor; steps may be negative (then `starts` is where that axis begins). */
export function slice(
  x: Value,
  { starts, sizes, steps }: Omit<SliceAttributes, "steps"> & Partial<SliceAttributes>,
): Value {
  return make("Slice", [x], { starts, sizes, steps: steps ?? starts.map(() => 1) });
}

/** `size` entries of one axis, from `start`; the tensor itself when that is all of them. */
export function sliceAxis(x: Value, axis: number, range: { start: number; size: number }): Value {
  if (range.size === x.shape[axis]) return x;
  const starts = x.shape.map((_, other) => (other === axis ? range.start : 0));
  return slice(x, { starts, sizes: x.shape.with(axis, range.size) });
}

/** The tensor turned round along some axes. */
export function flip(x: Value, axes: readonly number[]): Value {
  return slice(x, {
    starts: x.shape.map((size, axis) => (axes.includes(axis) ? size - 1 : 0)),
    sizes: x.shape,
    steps: x.shape.map((_, axis) => (axes.includes(axis) ? -1 : 1)),
  });
}

/** Zeros around a tensor; the tensor itself when there are none to add. */
export const pad = (x: Value, amounts: PadAttributes): Value =>
  [...amounts.before, ...amounts.after].every((amount) => amount === 0)
    ? x
    : make("Pad", [x], amounts);

/** a · b over the last two axes, either of them transposed first; leading axes broadcast. */
export const matMul = (
  a: Value,
  b: Value,
  { transposeA = false, transposeB = false } = {},
): Value => make("MatMul", [a, b], { transposeA, transposeB });

/** Cross-correlation of x [n, c, …] with weights [o, c, …] (what deep learning calls convolution). */
export const conv = (x: Value, weight: Value, attributes: ConvAttributes): Value =>
  make("Conv", [x, weight], attributes);

/**
 * The gradient of `conv` to its input, and so the transposed convolution: upstream [n, o, …] and
 * weights [o, c, …] → [n, c, …sizes].
 */
export const convInputGradient = (
  upstream: Value,
  weight: Value,
  attributes: OpAttributes["ConvInputGradient"],
): Value => make("ConvInputGradient", [upstream, weight], attributes);

/** The gradient of `conv` to its weights: x [n, c, …] and upstream [n, o, …] → [o, c, …kernel]. */
export const convWeightGradient = (
  x: Value,
  upstream: Value,
  attributes: OpAttributes["ConvWeightGradient"],
): Value => make("ConvWeightGradient", [x, upstream], attributes);

/** x [n, c, …] · gain + offset, with one number a plane or a channel: [n or 1, c, 1, …]. */
export const scaleShift = (x: Value, gain: Value, offset: Value): Value =>
  make("ScaleShift", [x, gain, offset], {});

/** Σ a · b over each plane: two [n, c, …] → [n, c, 1, …]. */
export const planeDot = (a: Value, b: Value): Value => make("PlaneDot", [a, b], {});

/** The upstream gradient where y = leakyRelu(x) is positive, slope · upstream elsewhere. */
export const leakyReluGradient = (y: Value, upstream: Value, slope: number): Value =>
  make("LeakyReluGradient", [y, upstream], { slope });

/** Each [n, c] plane to mean 0 and variance 1 (biased), then · scale[c] + bias[c]. */
export const instanceNorm = (
  x: Value,
  { scale, bias, epsilon }: { scale: Value; bias: Value; epsilon: number },
): Value => make("InstanceNorm", [x, scale, bias], { epsilon });

/** log(exp(x) / Σ exp(x)) along an axis. */
export const logSoftmax = (x: Value, axis: number): Value => make("LogSoftmax", [x], { axis });

/** The named places of an axis, in the order they are named. */
export const gather = (x: Value, axis: number, indices: readonly number[]): Value =>
  indices.length === x.shape[axis] && indices.every((index, place) => index === place)
    ? x
    : make("Gather", [x], { axis, indices });

/** Channels [n, c, h, w] in blocks, filled up with zeros: memory of [n, c / block, h, w, block]. */
export const toBlocked = (x: Value, block: number): Value => make("ToBlocked", [x], { block });

/** The first `channels` channels of a blocked tensor, plain again. */
export const fromBlocked = (x: Value, attributes: OpAttributes["FromBlocked"]): Value =>
  make("FromBlocked", [x], attributes);

/** A convolution of blocked tensors; `inputs` are x, weights, then bias and sum where there are such. */
export const blockedConv = (
  inputs: readonly Value[],
  attributes: OpAttributes["BlockedConv"],
): Value => make("BlockedConv", inputs, attributes);

/** A tensor as one row of all its elements. */
export const flatten = (x: Value): Value => reshape(x, [sizeOf(x.shape)]);
