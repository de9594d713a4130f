import fc from "fast-check";
import { expect, test } from "vitest";
import { type Random, randomFrom } from "../core/index.ts";
import * as ops from "../onnx/index.ts";
import { evaluate, type Shape, sizeOf, type Value } from "../onnx/index.ts";
import { machineFor } from "./machine.ts";
import { compile } from "./program.ts";

type Numbers = Readonly<Record<string, readonly number[]>>;

async function run(
  outputs: Record<string, Value>,
  feeds: Numbers,
): Promise<Record<string, Float32Array>> {
  const machine = await machineFor(compile(outputs, { threads: 1, fused: false }));
  const start = await machine.start();
  machine.feed(
    Object.fromEntries(
      Object.entries(feeds).map(([name, data]) => [name, Float32Array.from(data)]),
    ),
  );
  start(0);
  return machine.results();
}

/** Runs a graph and compares with the plain reference in float64. */
async function expectRight(outputs: Record<string, Value>, feeds: Numbers): Promise<void> {
  const got = await run(outputs, feeds);
  const names = Object.keys(outputs);
  const expected = evaluate(Object.values(outputs), feeds);
  names.forEach((name, n) => {
    const numbers = expected[n].data;
    expect(got[name]).toHaveLength(numbers.length);
    numbers.forEach((number, at) => {
      const off = Math.abs(got[name][at] - number);
      if (!(off <= 2e-5 * (1 + Math.abs(number)))) {
        throw new Error(`${name}[${at}] is ${got[name][at]}, not ${number}`);
      }
    });
  });
}

const randomNumbers = (shape: Shape, random: Random): number[] =>
  Array.from({ length: sizeOf(shape) }, () => random.between(-2, 2));

/** A tensor by the name of its shape, and numbers for it. */
function tensors(random: Random) {
  const feeds: Record<string, number[]> = {};
  const tensor = (shape: Shape, numbers = randomNumbers(shape, random)): Value => {
    const name = `x${Object.keys(feeds).length}`;
    feeds[name] = numbers;
    return ops.input(name, shape);
  };
  return { feeds, tensor };
}

type Case = (tensor: (shape: Shape, numbers?: number[]) => Value) => Value;

const conv =
  (x: Shape, weight: Shape, strides: number[], before: number[], after = before): Case =>
  (tensor) =>
    ops.conv(tensor(x), tensor(weight), { strides, padsBefore: before, padsAfter: after });

const product =
  (a: Shape, b: Shape, transposeA = false, transposeB = false): Case =>
  (tensor) =>
    ops.matMul(tensor(a), tensor(b), { transposeA, transposeB });

const cases: Readonly<Record<string, Case>> = {
  "elementwise, one number": (tensor) => ops.exp(tensor([1])),
  "elementwise, odd length": (tensor) =>
    ops.mul(ops.add(tensor([2, 3, 7]), 0.5), tensor([2, 3, 7])),
  "broadcast along the line": (tensor) => ops.sub(tensor([3, 5, 1]), tensor([5, 9])),
  "broadcast both ways": (tensor) =>
    ops.div(tensor([4, 1, 6]), ops.add(ops.exp(tensor([3, 1])), 1)),
  "broadcast of what is computed": (tensor) =>
    ops.mul(tensor([2, 3, 5]), ops.sqrt(ops.exp(tensor([2, 1, 1])))),
  comparisons: (tensor) => {
    const x = tensor([3, 6]);
    const larger = ops.where(ops.greater(x, tensor([6])), x, ops.neg(x));
    return ops.add(larger, ops.cast(ops.equal(x, x), "float32"));
  },
  "a condition kept for two": (tensor) => {
    const [x, y] = [tensor([3, 70]), tensor([3, 70])];
    const yes = ops.greater(ops.mul(ops.exp(x), y), 0.3);
    return ops.add(ops.where(yes, x, y), ops.mul(ops.cast(yes, "float32"), 2));
  },
  powers: (tensor) => {
    const x = ops.exp(tensor([7]));
    const sum = [3, -1, 0.5, 0, 1.7].map((exponent) => ops.pow(x, exponent));
    return sum.reduce((total, one) => ops.add(total, one));
  },
  "leaky ReLU": (tensor) => ops.leakyRelu(tensor([5, 5]), 0.01),
  "sum of all": (tensor) => ops.reduceSum(tensor([3, 4, 5])),
  "sum along lines": (tensor) => ops.reduceSum(tensor([3, 4, 7]), [2]),
  "sum of a formula along two axes": (tensor) =>
    ops.reduceSum(ops.mul(tensor([2, 3, 4, 6]), tensor([2, 3, 1, 1])), [2, 3]),
  "sum across lines": (tensor) => ops.reduceSum(tensor([4, 2, 9]), [0]),
  "sum of the middle": (tensor) => ops.reduceSum(tensor([2, 5, 7]), [1]),
  "sum of first and last": (tensor) => ops.reduceSum(tensor([3, 2, 6]), [0, 2]),
  "sum of a transposed": (tensor) => ops.reduceSum(ops.transpose(tensor([6, 5]), [1, 0]), [1]),
  "exp summed with a rest of one": (tensor) => ops.reduceSum(ops.exp(tensor([2, 5])), [1]),
  "maximum, all negative": (tensor) => ops.reduceMax(ops.neg(ops.exp(tensor([3, 5]))), [1]),
  "maximum across": (tensor) => ops.reduceMax(tensor([2, 3, 6, 6]), [1]),
  transposes: (tensor) => ops.transpose(ops.mul(tensor([2, 3, 4, 5]), 2), [3, 1, 0, 2]),
  "reshape of a transposed": (tensor) => ops.reshape(ops.transpose(tensor([4, 6]), [1, 0]), [3, 8]),
  "reshape that needs no copy": (tensor) =>
    ops.mul(ops.reshape(ops.transpose(tensor([2, 3, 4, 5]), [1, 0, 2, 3]), [3, 2, 20]), 3),
  "steps forth and back": (tensor) =>
    ops.add(ops.slice(tensor([7, 6]), { starts: [6, 1], sizes: [3, 2], steps: [-3, 3] }), 1),
  flips: (tensor) => ops.flip(tensor([2, 3, 5]), [1, 2]),
  zeros: (tensor) => ops.pad(ops.exp(tensor([2, 3])), { before: [1, 0], after: [0, 2] }),
  "pieces side by side": (tensor) =>
    ops.concat([ops.neg(tensor([2, 3, 2])), tensor([2, 1, 2]), ops.exp(tensor([2, 2, 2]))], 1),
  "pieces from everywhere": (tensor) => {
    const x = tensor([2, 8]);
    return ops.concat(
      [ops.reshape(ops.reduceSum(tensor([3, 8]), [0]), [8]), ops.flatten(x), ops.flatten(x)],
      0,
    );
  },
  expand: (tensor) => ops.mul(ops.expand(tensor([3, 1]), [2, 3, 5]), tensor([2, 3, 5])),
  "gather in order, backwards, at random": (tensor) => {
    const x = tensor([3, 6]);
    return ops.concat(
      [
        [1, 3, 5],
        [5, 4, 3],
        [0, 0, 4],
        [2, 5, 1],
      ].map((indices) => ops.gather(x, 1, indices)),
      1,
    );
  },
  "softmax over channels": (tensor) => ops.logSoftmax(tensor([2, 3, 4, 5]), 1),
  "instance norm": (tensor) =>
    ops.instanceNorm(tensor([2, 3, 5, 4]), {
      scale: tensor([3]),
      bias: tensor([3]),
      epsilon: 1e-5,
    }),
  "product, odd sizes": product([5, 7], [7, 11]),
  "product of few columns": product([9, 4], [4, 3]),
  "product of a row": product([1, 9], [9, 1]),
  "products, the first turned": product([2, 6, 5], [2, 6, 9], true),
  "products, the second turned": product([3, 7, 10], [3, 8, 10], false, true),
  "products, both turned": product([2, 6, 9], [2, 5, 6], true, true),
  "products with one matrix": product([6, 5], [3, 5, 12]),
  "long dot products": product([4, 5000], [7, 5000], false, true),
  "product of shifted lines": (tensor) =>
    ops.matMul(
      tensor([2, 5, 12]),
      ops.slice(tensor([2, 4, 20]), { starts: [0, 0, 3], sizes: [2, 4, 12] }),
      {
        transposeB: true,
      },
    ),
  "convolution, 3 × 3": conv([2, 3, 9, 13], [7, 3, 3, 3], [1, 1], [1, 1]),
  "convolution in squares of two by two": conv([2, 9, 6, 16], [8, 9, 3, 3], [1, 1], [1, 1]),
  "convolution in an odd number of units": conv([1, 8, 10, 8], [4, 8, 3, 3], [1, 1], [1, 1]),
  "convolution in squares, many channels": conv([1, 300, 4, 8], [4, 300, 3, 3], [1, 1], [1, 1]),
  "convolution without zeros": conv([1, 2, 6, 8], [4, 2, 3, 3], [1, 1], [0, 0]),
  "convolution, stride 2": conv([2, 2, 9, 20], [5, 2, 3, 3], [2, 2], [1, 1]),
  "convolution, stride 3, uneven": conv([1, 2, 11, 17], [4, 2, 4, 5], [3, 3], [1, 2], [0, 1]),
  "convolution, narrow": conv([1, 3, 5, 2], [4, 3, 3, 1], [1, 1], [1, 0]),
  "convolution, strides by axis": conv([1, 2, 8, 8], [4, 2, 3, 3], [2, 1], [1, 1]),
  "convolution, 1 × 1": conv([2, 5, 4, 6], [3, 5, 1, 1], [1, 1], [0, 0]),
  "convolution of lines": conv([2, 3, 19], [6, 3, 5], [1], [2]),
  "convolution of volumes": conv([1, 2, 5, 6, 9], [6, 2, 3, 3, 3], [1, 2, 2], [1, 1, 1]),
  "convolution with flipped weights": (tensor) =>
    ops.conv(
      tensor([1, 4, 8, 8]),
      ops.transpose(ops.flip(tensor([4, 5, 3, 3]), [2, 3]), [1, 0, 2, 3]),
      {
        strides: [1, 1],
        padsBefore: [1, 1],
        padsAfter: [1, 1],
      },
    ),
  "convolution of a turned image": (tensor) =>
    ops.conv(ops.transpose(tensor([1, 2, 9, 8]), [0, 1, 3, 2]), tensor([4, 2, 1, 1]), {
      strides: [1, 1],
      padsBefore: [0, 0],
      padsAfter: [0, 0],
    }),
};

test.each(Object.entries(cases))("%s", async (_, build) => {
  const { feeds, tensor } = tensors(randomFrom(3));
  await expectRight({ y: build(tensor) }, feeds);
});

test("an input, a constant and the same value twice are outputs of their own", async () => {
  const x = ops.input("x", [3]);
  const outputs = { x, twice: ops.add(x, x), again: ops.add(x, x), fixed: ops.constant([4, 5]) };
  await expectRight(outputs, { x: [1, 2, 3] });
});

test("logarithms and powers at their ends", async () => {
  const x = ops.input("x", [6]);
  const feeds = { x: [0, -1, 2e-38, 3e38, Number.NaN, 1] };
  const { log, exp } = await run({ log: ops.log(x), exp: ops.exp(ops.mul(x, 1000)) }, feeds);
  expect([...log.slice(0, 2)]).toEqual([Number.NEGATIVE_INFINITY, Number.NaN]);
  expect(log[2]).toBeCloseTo(Math.log(2e-38), 4);
  expect(log[3]).toBeCloseTo(Math.log(3e38), 4);
  expect([log[4], exp[4]]).toEqual([Number.NaN, Number.NaN]);
  expect(log[5]).toBe(0);
});

test("convolutions and products of any size", async () => {
  const size = (most: number) => fc.integer({ min: 1, max: most });
  await fc.assert(
    fc.asyncProperty(
      fc.record({ seed: size(1e6), n: size(2), c: size(5), o: size(9), h: size(9), w: size(19) }),
      fc.record({
        kh: size(4),
        kw: size(4),
        sh: size(3),
        sw: size(3),
        before: fc.integer({ min: 0, max: 2 }),
      }),
      async ({ seed, n, c, o, h, w }, { kh, kw, sh, sw, before }) => {
        fc.pre(h + 2 * before >= kh && w + 2 * before >= kw);
        const { feeds, tensor } = tensors(randomFrom(seed));
        const pads = [before, before];
        const y = conv([n, c, h, w], [o, c, kh, kw], [sh, sw], pads)(tensor);
        const z = product([n, o, w], [n, c, w], false, true)(tensor);
        await expectRight({ y, z, right: product([n, h, c], [c, w])(tensor) }, feeds);
      },
    ),
    { numRuns: 60 },
  );
});
