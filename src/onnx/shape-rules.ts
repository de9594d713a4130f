import { HeparError } from "../core/index.ts";
import {
  type OpAttributes,
  type OpName,
  type ReduceAttributes,
  type Shape,
  sizeOf,
  type TensorType,
} from "./value.ts";

/** What comes out, from what goes in; refuses what ONNX Runtime would refuse, with the reason. */
type ShapeRule<Op extends OpName> = (
  inputs: readonly TensorType[],
  attributes: OpAttributes[Op],
) => TensorType;

const float = (shape: Shape): TensorType => ({ shape, type: "float32" });

function refuse(op: OpName, expected: string, inputs: readonly TensorType[]): never {
  const got = inputs.map(({ shape, type }) => `${type}[${shape.join(",")}]`).join(" and ");
  throw new HeparError("graph.shape", `${op}: expected ${expected}, got ${got}`);
}

/**
 * The shape two operands broadcast to: aligned at the last axis, sizes equal or 1.
 *
 * @see ONNX, Multidirectional Broadcasting
 */
function broadcastShape(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 1; axis <= rank; axis++) {
    const x = a[a.length - axis] ?? 1;
    const y = b[b.length - axis] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    shape.unshift(Math.max(x, y));
  }
  return shape;
}

/** A rule for operations whose attributes do not change the shape. */
type FromInputs = (inputs: readonly TensorType[]) => TensorType;

const binary =
  (op: OpName): FromInputs =>
  (inputs) => {
    const [a, b] = inputs;
    const shape = broadcastShape(a.shape, b.shape);
    if (shape === undefined || a.type !== "float32" || b.type !== "float32") {
      return refuse(op, "two float32 tensors that broadcast", inputs);
    }
    return float(shape);
  };

const comparison =
  (op: OpName): FromInputs =>
  (inputs) => ({ shape: binary(op)(inputs).shape, type: "bool" });

const unary: FromInputs = ([input]) => float(input.shape);

const reduction = ([input]: readonly TensorType[], { axes }: ReduceAttributes): TensorType =>
  float(input.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)));

export const shapeRules: { readonly [Op in OpName]: ShapeRule<Op> } = {
  // The two leaves are built with their type; they have no inputs to infer from.
  Input: (inputs) => refuse("Input", "its type when it is made", inputs),
  Constant: (inputs) => refuse("Constant", "its type when it is made", inputs),
  Add: binary("Add"),
  Sub: binary("Sub"),
  Mul: binary("Mul"),
  Div: binary("Div"),
  Equal: comparison("Equal"),
  Greater: comparison("Greater"),
  Neg: unary,
  Exp: unary,
  Log: unary,
  Sqrt: unary,
  Pow: unary,
  LeakyRelu: unary,
  Cast: ([input], { to }) => ({ shape: input.shape, type: to }),
  Where(inputs) {
    const [condition, yes, no] = inputs;
    const branches = broadcastShape(yes.shape, no.shape);
    const shape = branches && broadcastShape(condition.shape, branches);
    if (shape === undefined || condition.type !== "bool") {
      return refuse("Where", "a bool and two tensors that broadcast", inputs);
    }
    return float(shape);
  },
  ReduceSum: reduction,
  ReduceMax: reduction,
  Reshape(inputs, { shape }) {
    if (sizeOf(shape) !== sizeOf(inputs[0].shape)) {
      return refuse("Reshape", `as many elements as [${shape.join(",")}]`, inputs);
    }
    return { shape, type: inputs[0].type };
  },
  Transpose(inputs, { order }) {
    const [{ shape, type }] = inputs;
    if ([...order].sort((a, b) => a - b).some((axis, place) => axis !== place)) {
      return refuse("Transpose", `an order of all axes, not [${order.join(",")}]`, inputs);
    }
    return { shape: order.map((axis) => shape[axis]), type };
  },
  Slice(inputs, { starts, sizes, steps }) {
    const [{ shape, type }] = inputs;
    const outside = shape.some((size, axis) => {
      const last = starts[axis] + (sizes[axis] - 1) * steps[axis];
      return (
        sizes[axis] < 1 || starts[axis] < 0 || starts[axis] >= size || last < 0 || last >= size
      );
    });
    if (outside || sizes.length !== shape.length) {
      return refuse("Slice", `a tensor that holds ${sizes.join("×")} from ${starts}`, inputs);
    }
    return { shape: sizes, type };
  },
  Pad: ([{ shape, type }], { before, after }) => ({
    shape: shape.map((size, axis) => before[axis] + size + after[axis]),
    type,
  }),
  Concat(inputs, { axis }) {
    const [first] = inputs;
    const fits = inputs.every(({ shape }) =>
      shape.every((size, other) => other === axis || size === first.shape[other]),
    );
    if (!fits) return refuse("Concat", `equal sizes but along axis ${axis}`, inputs);
    const total = inputs.reduce((sum, { shape }) => sum + shape[axis], 0);
    return { shape: first.shape.with(axis, total), type: first.type };
  },
  Expand(inputs, { shape }) {
    const [input] = inputs;
    if (broadcastShape(input.shape, shape)?.join() !== shape.join()) {
      return refuse("Expand", `a tensor that broadcasts to [${shape.join(",")}]`, inputs);
    }
    return { shape, type: input.type };
  },
  MatMul(inputs, { transposeA, transposeB }) {
    const [a, b] = inputs.map(({ shape }) => shape);
    const [rows, inner] = transposeA ? [a.at(-1), a.at(-2)] : [a.at(-2), a.at(-1)];
    const [same, columns] = transposeB ? [b.at(-1), b.at(-2)] : [b.at(-2), b.at(-1)];
    const batch = broadcastShape(a.slice(0, -2), b.slice(0, -2));
    if (rows === undefined || columns === undefined || inner !== same || batch === undefined) {
      return refuse("MatMul", "matrices whose inner sizes agree", inputs);
    }
    return float([...batch, rows, columns]);
  },
  Conv(inputs, { strides, padsBefore, padsAfter }) {
    const [x, weight] = inputs.map(({ shape }) => shape);
    const kernel = weight.slice(2);
    const sizes = kernel.map(
      (size, axis) =>
        Math.floor((x[axis + 2] + padsBefore[axis] + padsAfter[axis] - size) / strides[axis]) + 1,
    );
    if (x.length !== weight.length || x[1] !== weight[1] || sizes.some((size) => size < 1)) {
      return refuse("Conv", "[n, c, …] and weights [o, c, …] that fit into it", inputs);
    }
    return float([x[0], weight[0], ...sizes]);
  },
  ConvInputGradient(inputs, { sizes, ...geometry }) {
    const [upstream, weight] = inputs;
    const x = float([upstream.shape[0], weight.shape[1], ...sizes]);
    return requireConvolves(inputs, x, { geometry, weight, upstream });
  },
  ConvWeightGradient(inputs, { kernel, ...geometry }) {
    const [x, upstream] = inputs;
    const weight = float([upstream.shape[1], x.shape[1], ...kernel]);
    requireConvolves(inputs, x, { geometry, weight, upstream });
    return weight;
  },
  ScaleShift(inputs) {
    const [x, gain, offset] = inputs.map(({ shape }) => shape);
    const fits = [gain, offset].every(
      ([batch, ...rest]) =>
        (batch === 1 || batch === x[0]) && rest.join() === planesOf(x).slice(1).join(),
    );
    if (!fits) refuse("ScaleShift", "[n, c, …], gain and offset [n or 1, c, 1, …]", inputs);
    return float(x);
  },
  PlaneDot(inputs) {
    const [a, b] = inputs.map(({ shape }) => shape);
    if (a.join() !== b.join()) refuse("PlaneDot", "two tensors of one shape", inputs);
    return float(planesOf(a));
  },
  LeakyReluGradient(inputs) {
    const [y, upstream] = inputs.map(({ shape }) => shape);
    if (y.join() !== upstream.join()) {
      refuse("LeakyReluGradient", "two tensors of one shape", inputs);
    }
    return float(y);
  },
  InstanceNorm(inputs) {
    const [x, scale, bias] = inputs.map(({ shape }) => shape);
    if (scale.join() !== `${x[1]}` || bias.join() !== `${x[1]}`) {
      return refuse("InstanceNorm", "[n, c, …], scale [c] and bias [c]", inputs);
    }
    return float(x);
  },
  LogSoftmax: unary,
  Gather(inputs, { axis, indices }) {
    const [{ shape, type }] = inputs;
    if (indices.some((index) => index < 0 || index >= shape[axis])) {
      refuse("Gather", `${Math.max(...indices) + 1} places or more on axis ${axis}`, inputs);
    }
    return { shape: shape.with(axis, indices.length), type };
  },
  ToBlocked: ([{ shape }], { block }) => float(shape.with(1, Math.ceil(shape[1] / block) * block)),
  FromBlocked: ([{ shape }], { channels }) => float(shape.with(1, channels)),
  BlockedConv([x, weight], { strides, padsBefore, padsAfter, dilations }) {
    const sizes = [0, 1].map((axis) => {
      const reach = (weight.shape[axis + 2] - 1) * dilations[axis] + 1;
      const room = x.shape[axis + 2] + padsBefore[axis] + padsAfter[axis] - reach;
      return Math.floor(room / strides[axis]) + 1;
    });
    return float([x.shape[0], weight.shape[0], ...sizes]);
  },
};

/** [n, c, …] → [n, c, 1, …]: one number a plane. */
const planesOf = ([batch, channels, ...spatial]: Shape): Shape => [
  batch,
  channels,
  ...spatial.map(() => 1),
];

/** Gives x back if a convolution of it by `weight` has the upstream gradient's shape. */
function requireConvolves(
  inputs: readonly TensorType[],
  x: TensorType,
  {
    geometry,
    weight,
    upstream,
  }: {
    readonly geometry: OpAttributes["Conv"];
    readonly weight: TensorType;
    readonly upstream: TensorType;
  },
): TensorType {
  const { shape } = shapeRules.Conv([x, weight], geometry);
  if (shape.join() !== upstream.shape.join()) {
    refuse("Conv", `an upstream gradient of [${shape.join(",")}]`, inputs);
  }
  return x;
}
