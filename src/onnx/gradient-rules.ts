import { HeparError } from "../core/index.ts";
import {
  add,
  cast,
  constant,
  conv,
  convInputGradient,
  convWeightGradient,
  div,
  equal,
  exp,
  expand,
  leakyReluGradient,
  matMul,
  mul,
  neg,
  pad,
  planeDot,
  pow,
  reduceSum,
  reshape,
  scaleShift,
  slice,
  sliceAxis,
  sub,
  transpose,
  where,
} from "./ops.ts";
import { channelShape, planeStatistics, spatialAxes } from "./planes.ts";
import { spreadTight } from "./spread.ts";
import { type OpName, sizeOf, type Value, type ValueOf } from "./value.ts";

/**
 * The gradient of the loss with respect to each input, from the one with respect to the output:
 * more graph, not numbers. `undefined` for an input that has none (labels, conditions).
 */
type GradientRule<Op extends OpName> = (
  node: ValueOf<Op>,
  upstream: Value,
) => readonly (Value | undefined)[];

/** Undoes broadcasting: sums a gradient over the axes along which its input was repeated. */
function sumTo(gradient: Value, { shape }: Value): Value {
  const lead = gradient.shape.length - shape.length;
  const axes = gradient.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < lead || (shape[axis - lead] === 1 && gradient.shape[axis] !== 1));
  return reshape(axes.length === 0 ? gradient : reduceSum(gradient, axes), shape);
}

const none = (node: Value): undefined[] => node.inputs.map(() => undefined);

export const gradientRules: { readonly [Op in OpName]: GradientRule<Op> } = {
  Input: none,
  Constant: none,
  Add: ({ inputs: [a, b] }, g) => [sumTo(g, a), sumTo(g, b)],
  Sub: ({ inputs: [a, b] }, g) => [sumTo(g, a), sumTo(neg(g), b)],
  Mul: ({ inputs: [a, b] }, g) => [sumTo(mul(g, b), a), sumTo(mul(g, a), b)],
  // d(a/b) = da/b − (a/b)·db/b
  Div: (node, g) => {
    const [a, b] = node.inputs;
    const overB = div(g, b);
    return [sumTo(overB, a), sumTo(neg(mul(overB, node)), b)];
  },
  Equal: none,
  Greater: none,
  Neg: (_, g) => [neg(g)],
  Exp: (node, g) => [mul(g, node)],
  Log: ({ inputs: [x] }, g) => [div(g, x)],
  Sqrt: (node, g) => [div(g, mul(node, 2))],
  Pow: ({ inputs: [x], attributes: { exponent } }, g) => [
    mul(g, mul(pow(x, exponent - 1), exponent)),
  ],
  // y has x's sign while the slope is positive, so x need not be kept for the backward pass.
  LeakyRelu: (node, g) => [leakyReluGradient(node, g, node.attributes.slope)],
  LeakyReluGradient: ({ inputs: [y], attributes: { slope } }, g) => [
    undefined,
    leakyReluGradient(y, g, slope),
  ],
  Cast: ({ inputs: [x] }, g) => [x.type === "float32" ? g : undefined],
  Where: ({ inputs: [condition, yes, no] }, g) => [
    undefined,
    sumTo(where(condition, g, 0), yes),
    sumTo(where(condition, 0, g), no),
  ],
  ReduceSum: ({ inputs: [x] }, g) => [expand(g, x.shape)],
  // Shared evenly among equal maxima, as PyTorch's amax does.
  ReduceMax: (node, g) => {
    const [x] = node.inputs;
    const isMax = cast(equal(x, node), "float32");
    return [mul(isMax, div(g, reduceSum(isMax, node.attributes.axes)))];
  },
  Reshape: ({ inputs: [x] }, g) => [reshape(g, x.shape)],
  Transpose: ({ attributes: { order } }, g) => [
    transpose(
      g,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ],
  Slice: ({ inputs: [x], attributes }, g) => [unslice(g, x, attributes)],
  Pad: ({ inputs: [x], attributes: { before } }, g) => [
    slice(g, { starts: before, sizes: x.shape }),
  ],
  Concat: ({ inputs, attributes: { axis } }, g) => {
    let start = 0;
    return inputs.map((input) => {
      const size = input.shape[axis];
      start += size;
      return sliceAxis(g, axis, { start: start - size, size });
    });
  },
  Expand: ({ inputs: [x] }, g) => [sumTo(g, x)],
  MatMul: ({ inputs: [a, b], attributes: { transposeA, transposeB } }, g) => [
    sumTo(
      transposeA
        ? matMul(b, g, { transposeA: transposeB, transposeB: true })
        : matMul(g, b, { transposeB: !transposeB }),
      a,
    ),
    sumTo(
      transposeB
        ? matMul(g, a, { transposeA: true, transposeB: transposeA })
        : matMul(a, g, { transposeA: !transposeA }),
      b,
    ),
  ],
  Conv: ({ inputs: [x, weight], attributes }, g) => [
    convInputGradient(g, weight, { ...attributes, sizes: x.shape.slice(2) }),
    convWeightGradient(x, g, { ...attributes, kernel: weight.shape.slice(2) }),
  ],
  // The three are one another's gradients: each is linear in both of its inputs.
  ConvInputGradient: ({ inputs: [upstream, weight], attributes: { sizes: _, ...geometry } }, g) => [
    conv(g, weight, geometry),
    convWeightGradient(g, upstream, { ...geometry, kernel: weight.shape.slice(2) }),
  ],
  ConvWeightGradient: ({ inputs: [x, upstream], attributes: { kernel: _, ...geometry } }, g) => [
    convInputGradient(upstream, g, { ...geometry, sizes: x.shape.slice(2) }),
    conv(x, g, geometry),
  ],
  ScaleShift: ({ inputs: [x, gain, offset] }, g) => [
    mul(g, gain),
    sumTo(planeDot(g, x), gain),
    sumTo(reduceSum(g, spatialAxes(g)), offset),
  ],
  PlaneDot: ({ inputs: [a, b] }, g) => [mul(b, g), mul(a, g)],
  Gather: undifferentiated,
  ToBlocked: undifferentiated,
  FromBlocked: undifferentiated,
  BlockedConv: undifferentiated,
  InstanceNorm: instanceNormGradient,
  // d log softmax = g − softmax · Σ g
  LogSoftmax: (node, g) => [sub(g, mul(exp(node), reduceSum(g, [node.attributes.axis])))],
};

/** A slice's gradient put back at its place, zeros elsewhere. */
function unslice(
  gradient: Value,
  x: Value,
  { starts, sizes, steps }: ValueOf<"Slice">["attributes"],
): Value {
  const turned = slice(gradient, {
    starts: sizes.map((size, axis) => (steps[axis] < 0 ? size - 1 : 0)),
    sizes,
    steps: steps.map((step) => (step < 0 ? -1 : 1)),
  });
  const first = starts.map((start, axis) =>
    steps[axis] < 0 ? start + (sizes[axis] - 1) * steps[axis] : start,
  );
  const wide = steps.reduce(
    (value, step, axis) => spreadTight(value, axis, Math.abs(step)),
    turned,
  );
  return pad(wide, {
    before: first,
    after: x.shape.map((size, axis) => size - first[axis] - wide.shape[axis]),
  });
}

/** Made by `lower`, which comes after differentiation. */
function undifferentiated({ op }: Value): never {
  throw new HeparError("defect", `${op} was lowered before it was differentiated`);
}

/**
 * With x̂ = (x − mean) / sd:  dx = scale/sd · (g − mean(g) − x̂ · mean(g · x̂)),
 * dscale = Σ g · x̂, dbias = Σ g. Only x is kept from the forward pass.
 */
function instanceNormGradient(node: ValueOf<"InstanceNorm">, g: Value): Value[] {
  const [x, scale, bias] = node.inputs;
  const { mean, inverseSd } = planeStatistics(x, node.attributes.epsilon);
  const count = sizeOf(x.shape.slice(2));
  const sumG = reduceSum(g, spatialAxes(x));
  const sumGXhat = mul(sub(planeDot(g, x), mul(mean, sumG)), inverseSd);
  const gain = mul(inverseSd, reshape(scale, channelShape(x)));
  // dx = gain · g + slope · x + offset, with one number a plane each.
  const slope = mul(mul(gain, inverseSd), mul(sumGXhat, -1 / count));
  const offset = sub(mul(gain, mul(sumG, -1 / count)), mul(slope, mean));
  const zero = constant(Array<number>(x.shape[1]).fill(0), channelShape(x));
  return [
    add(scaleShift(g, gain, zero), scaleShift(x, slope, offset)),
    reshape(reduceSum(sumGXhat, [0]), scale.shape),
    reshape(reduceSum(sumG, [0]), bias.shape),
  ];
}
