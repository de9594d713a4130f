import { describe, expect, test } from "vitest";
import { randomFrom } from "../core/index.ts";
import { evaluate } from "./evaluate.ts";
import { gradient } from "./gradient.ts";
import { encodeModel, type OpName, type Shape, sizeOf, type Value } from "./index.ts";
import * as ops from "./ops.ts";
import { openSession } from "./session.node.ts";

/** One use of an operation: inputs by shape, and how they are joined. */
interface Example {
  readonly inputs: readonly Shape[];
  readonly build: (...inputs: Value[]) => Value;
  /** Where the inputs are drawn from; logarithms and roots need positive numbers. */
  readonly range?: readonly [number, number];
}

const convExample = (
  x: Shape,
  weight: Shape,
  geometry: { strides?: number[]; before?: number[]; after?: number[] } = {},
): Example => {
  const spatial = weight.slice(2);
  return {
    inputs: [x, weight],
    build: (image, kernel) =>
      ops.conv(image, kernel, {
        strides: geometry.strides ?? spatial.map(() => 1),
        padsBefore: geometry.before ?? spatial.map((size) => (size - 1) >> 1),
        padsAfter: geometry.after ?? geometry.before ?? spatial.map((size) => (size - 1) >> 1),
      }),
  };
};

const weightGradientExample = (
  x: Shape,
  weight: Shape,
  geometry: { strides?: number[]; before?: number[] } = {},
): Example => {
  const forward = convExample(x, weight, geometry).build(ops.input("x", x), ops.input("w", weight));
  if (forward.op !== "Conv") throw new Error(forward.op);
  const { attributes, shape } = forward;
  return {
    inputs: [x, shape],
    build: (image, upstream) =>
      ops.convWeightGradient(image, upstream, { ...attributes, kernel: weight.slice(2) }),
  };
};

/** Transposed convolutions: strides above and below the kernel's size, sizes that do not divide. */
const transposedExamples: readonly Example[] = (
  [
    [[2, 3, 3, 2], [3, 4, 2, 2], { strides: [2, 2], sizes: [6, 4] }],
    [[1, 2, 3, 3], [2, 3, 3, 3], { strides: [2, 2], before: [1, 1], sizes: [6, 5] }],
    [[1, 2, 3], [2, 2, 2], { strides: [3], sizes: [9] }],
    [[1, 2, 2, 3, 2], [2, 2, 3, 1, 2], { strides: [1, 1, 2], before: [1, 0, 0], sizes: [2, 3, 4] }],
    [[1, 1, 4], [1, 2, 5], { strides: [3], before: [4], sizes: [10] }],
  ] as const
).map(([upstream, weight, { sizes, strides, ...rest }]) => ({
  inputs: [upstream, weight],
  build: (gradient, kernel) => {
    const padsBefore = "before" in rest ? rest.before : sizes.map(() => 0);
    const padsAfter = sizes.map(
      (size, axis) =>
        (upstream[axis + 2] - 1) * strides[axis] + weight[axis + 2] - size - padsBefore[axis],
    );
    return ops.convInputGradient(gradient, kernel, {
      ...{ strides, sizes, padsBefore, padsAfter: padsAfter.map((n) => Math.max(0, n)) },
    });
  },
}));

/** Every operation, at several shapes, strides, paddings and odd sizes: a missing row does not compile. */
const examples: { readonly [Op in OpName]: readonly Example[] } = {
  Input: [{ inputs: [[2, 3]], build: (x) => x }],
  Constant: [{ inputs: [[3]], build: (x) => ops.mul(x, ops.constant([1, -2, 3])) }],
  Add: [
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      build: ops.add,
    },
    { inputs: [[2, 3], [3]], build: ops.add },
    {
      inputs: [
        [2, 1, 3],
        [4, 1],
      ],
      build: ops.add,
    },
  ],
  Sub: [
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      build: ops.sub,
    },
    {
      inputs: [
        [1, 3],
        [2, 1],
      ],
      build: ops.sub,
    },
  ],
  Mul: [
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      build: ops.mul,
    },
    { inputs: [[2, 3], [1]], build: ops.mul },
    { inputs: [[5]], build: (x) => ops.mul(x, x) },
  ],
  Div: [
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      build: ops.div,
      range: [0.5, 2],
    },
    {
      inputs: [
        [2, 3],
        [2, 1],
      ],
      build: ops.div,
      range: [-2, -0.5],
    },
  ],
  Equal: [
    {
      inputs: [[4]],
      build: (x) => ops.mul(x, ops.cast(ops.equal(x, ops.mul(x, 1)), "float32")),
    },
  ],
  Greater: [
    {
      inputs: [[6], [6]],
      build: (x, y) => ops.mul(ops.add(x, y), ops.cast(ops.greater(x, y), "float32")),
    },
  ],
  Neg: [{ inputs: [[2, 3]], build: ops.neg }],
  Exp: [{ inputs: [[2, 3]], build: ops.exp }],
  Log: [{ inputs: [[2, 3]], build: ops.log, range: [0.2, 3] }],
  Pow: [
    { inputs: [[2, 3]], build: (x) => ops.pow(x, 2.5), range: [0.2, 2] },
    { inputs: [[4]], build: (x) => ops.pow(x, 2) },
  ],
  Sqrt: [{ inputs: [[2, 3]], build: ops.sqrt, range: [0.2, 3] }],
  LeakyRelu: [
    { inputs: [[3, 4]], build: (x) => ops.leakyRelu(x, 0.01) },
    { inputs: [[3, 4]], build: (x) => ops.leakyRelu(x, 0.3) },
  ],
  Cast: [
    {
      inputs: [[4]],
      build: (x) => ops.mul(x, ops.cast(ops.cast(ops.greater(x, 0), "uint8"), "float32")),
    },
  ],
  Where: [
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      build: (x, y) => ops.where(ops.greater(x, y), x, y),
    },
    { inputs: [[2, 3], [3]], build: (x, y) => ops.where(ops.greater(x, 0), y, ops.mul(x, 2)) },
  ],
  ReduceSum: [
    { inputs: [[2, 3, 4]], build: (x) => ops.reduceSum(x, [1]) },
    { inputs: [[2, 3, 4]], build: (x) => ops.reduceSum(x) },
    { inputs: [[2, 3, 5]], build: (x) => ops.reduceMean(x, [0, 2]) },
  ],
  ReduceMax: [
    { inputs: [[2, 3, 4]], build: (x) => ops.reduceMax(x, [2]) },
    { inputs: [[2, 5]], build: (x) => ops.reduceMax(x, [0, 1]) },
  ],
  Reshape: [{ inputs: [[2, 6]], build: (x) => ops.reshape(x, [3, 4]) }],
  Transpose: [
    { inputs: [[2, 3]], build: (x) => ops.transpose(x, [1, 0]) },
    { inputs: [[2, 3, 4]], build: (x) => ops.transpose(x, [2, 0, 1]) },
  ],
  Slice: [
    { inputs: [[4, 5]], build: (x) => ops.slice(x, { starts: [1, 2], sizes: [2, 3] }) },
    {
      inputs: [[7, 5]],
      build: (x) => ops.slice(x, { starts: [1, 4], sizes: [3, 3], steps: [2, -2] }),
    },
    { inputs: [[3, 4]], build: (x) => ops.flip(x, [0, 1]) },
  ],
  Pad: [{ inputs: [[2, 3]], build: (x) => ops.pad(x, { before: [1, 0], after: [0, 2] }) }],
  Concat: [
    {
      inputs: [
        [2, 3],
        [2, 1],
      ],
      build: (x, y) => ops.concat([x, y], 1),
    },
    { inputs: [[1, 3]], build: (x) => ops.concat([x, ops.mul(x, x)], 0) },
  ],
  Expand: [
    { inputs: [[2, 1]], build: (x) => ops.expand(x, [2, 4]) },
    { inputs: [[3]], build: (x) => ops.expand(x, [2, 3]) },
  ],
  MatMul: [
    {
      inputs: [
        [2, 3],
        [3, 4],
      ],
      build: (a, b) => ops.matMul(a, b),
    },
    {
      inputs: [
        [3, 2],
        [3, 4],
      ],
      build: (a, b) => ops.matMul(a, b, { transposeA: true }),
    },
    {
      inputs: [
        [2, 3],
        [4, 3],
      ],
      build: (a, b) => ops.matMul(a, b, { transposeB: true }),
    },
    {
      inputs: [
        [3, 2],
        [4, 3],
      ],
      build: (a, b) => ops.matMul(a, b, { transposeA: true, transposeB: true }),
    },
    {
      inputs: [
        [2, 2, 3],
        [2, 3, 4],
      ],
      build: (a, b) => ops.matMul(a, b),
    },
    {
      inputs: [
        [2, 3],
        [5, 3, 4],
      ],
      build: (a, b) => ops.matMul(a, b),
    },
  ],
  Conv: [
    convExample([1, 1, 4, 4], [1, 1, 3, 3]),
    convExample([2, 3, 5, 6], [4, 3, 3, 3]),
    convExample([2, 3, 6, 5], [2, 3, 1, 1]),
    convExample([2, 2, 5, 5], [3, 2, 3, 3], { before: [0, 0] }),
    convExample([2, 2, 6, 8], [3, 2, 3, 3], { strides: [2, 2] }),
    convExample([1, 2, 7, 5], [2, 2, 3, 3], { strides: [2, 2] }),
    convExample([1, 2, 7, 7], [2, 2, 2, 2], { strides: [2, 2], before: [0, 0] }),
    convExample([1, 2, 9, 8], [2, 2, 3, 3], { strides: [3, 2], before: [1, 0], after: [0, 1] }),
    convExample([1, 2, 6, 6], [2, 2, 5, 3], { before: [2, 1] }),
    convExample([2, 2, 3, 4, 5], [2, 2, 3, 3, 3]),
    convExample([1, 2, 4, 6, 5], [2, 2, 1, 3, 3], { strides: [1, 2, 2] }),
    convExample([1, 2, 5, 4, 4], [3, 2, 3, 3, 3], { strides: [2, 2, 2] }),
  ],
  ConvInputGradient: transposedExamples,
  ConvWeightGradient: [
    weightGradientExample([2, 3, 6, 5], [4, 3, 3, 3]),
    weightGradientExample([1, 2, 7, 6], [3, 2, 3, 2], { strides: [2, 3], before: [1, 0] }),
    weightGradientExample([1, 2, 4, 3, 5], [2, 2, 3, 1, 3], { before: [1, 0, 1] }),
  ],
  ScaleShift: [
    {
      inputs: [
        [2, 3, 2, 2],
        [2, 3, 1, 1],
        [1, 3, 1, 1],
      ],
      build: ops.scaleShift,
    },
    {
      inputs: [
        [1, 2, 5],
        [1, 2, 1],
        [1, 2, 1],
      ],
      build: ops.scaleShift,
    },
  ],
  PlaneDot: [
    {
      inputs: [
        [2, 3, 4, 2],
        [2, 3, 4, 2],
      ],
      build: ops.planeDot,
    },
    { inputs: [[2, 2, 3]], build: (x) => ops.planeDot(x, x) },
  ],
  LeakyReluGradient: [
    {
      inputs: [[4]],
      build: (upstream) => ops.leakyReluGradient(ops.constant([2, -1, 0, 3]), upstream, 0.1),
    },
  ],
  // Made by lowering, after differentiation: held against the plain graph in lower.test.ts.
  Gather: [],
  ToBlocked: [],
  FromBlocked: [],
  BlockedConv: [],
  InstanceNorm: [
    {
      inputs: [[2, 3, 4, 5], [3], [3]],
      build: (x, scale, bias) => ops.instanceNorm(x, { scale, bias, epsilon: 1e-5 }),
    },
    {
      inputs: [[1, 2, 2, 3, 2], [2], [2]],
      build: (x, scale, bias) => ops.instanceNorm(x, { scale, bias, epsilon: 1e-3 }),
    },
  ],
  LogSoftmax: [
    { inputs: [[2, 3, 4]], build: (x) => ops.logSoftmax(x, 1) },
    { inputs: [[2, 3]], build: (x) => ops.logSoftmax(x, 1) },
  ],
};

const names = ["a", "b", "c"];

interface Case {
  readonly inputs: readonly Value[];
  readonly output: Value;
  readonly loss: Value;
  readonly feeds: Record<string, number[]>;
}

/** The loss weighs each output element differently, so that a gradient in the wrong place shows. */
function caseOf(example: Example, seed: string): Case {
  const random = randomFrom(seed);
  const [low, high] = example.range ?? [-2, 2];
  const inputs = example.inputs.map((shape, index) => ops.input(names[index], shape));
  const output = example.build(...inputs);
  const draw = (shape: Shape): number[] =>
    Array.from({ length: sizeOf(shape) }, () => random.between(low, high));
  const weights = ops.constant(
    Array.from({ length: sizeOf(output.shape) }, () => random.between(-1, 1)),
    output.shape,
  );
  const feeds = Object.fromEntries(
    example.inputs.map((shape, index) => [names[index], draw(shape)]),
  );
  return { inputs, output, loss: ops.reduceSum(ops.mul(output, weights)), feeds };
}

/** (L(x + h) − L(x − h)) / 2h, one element at a time, in float64. */
function finiteDifference({ loss, feeds }: Case, name: string): number[] {
  const h = 1e-5;
  return feeds[name].map((value, index) => {
    const at = (moved: number): number =>
      evaluate([loss], { ...feeds, [name]: feeds[name].with(index, moved) })[0].data[0];
    return (at(value + h) - at(value - h)) / (2 * h);
  });
}

const all = Object.entries(examples).flatMap(([op, list]) =>
  list.map((example, index) => ({ name: `${op} ${index + 1}`, example })),
);

describe.each(all)("$name", ({ name, example }) => {
  const situation = caseOf(example, name);
  const gradients = gradient(situation.loss, situation.inputs);

  test("gradient equals finite differences", () => {
    evaluate(gradients, situation.feeds).forEach(({ data, shape }, index) => {
      const expected = finiteDifference(situation, names[index]);
      expect(shape).toEqual(example.inputs[index]);
      data.forEach((value, place) => {
        expect(value).toBeCloseTo(expected[place], 6);
      });
    });
  });

  test("ONNX Runtime gives the reference's values and gradients", async () => {
    const outputs = [situation.output, ...gradients];
    const session = await openSession(
      encodeModel(Object.fromEntries(outputs.map((value, index) => [`out${index}`, value]))),
    );
    const feeds = Object.fromEntries(
      Object.entries(situation.feeds).map(([key, data]) => [key, Float32Array.from(data)]),
    );
    const got = await session.run(feeds);
    await session.release();
    evaluate(outputs, feeds).forEach(({ data }, index) => {
      expect(got[`out${index}`].length).toBe(data.length);
      got[`out${index}`].forEach((value, place) => {
        expect(Math.abs(value - data[place])).toBeLessThan(1e-4 * (1 + Math.abs(data[place])));
      });
    });
  });
});
