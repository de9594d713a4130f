import { describe, expect, test } from "vitest";
import { randomFrom } from "../../core/index.ts";
import { bestTarget } from "../best-target.node.ts";
import {
  encodeModel,
  evaluate,
  gradient,
  inOrder,
  lower,
  type Shape,
  sizeOf,
  type Value,
} from "../index.ts";
import * as ops from "../ops.ts";
import { openSession } from "../session.node.ts";

/** Parts of networks, with channels that do and do not fill blocks. */
interface Example {
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly build: (inputs: Readonly<Record<string, Value>>) => Value;
}

const same = (rank: number, stride = 1) => ({
  strides: Array<number>(rank).fill(stride),
  padsBefore: Array<number>(rank).fill(1),
  padsAfter: Array<number>(rank).fill(1),
});

const up = (x: Value, weight: Value): Value => {
  const kernel = weight.shape.slice(2);
  const none = kernel.map(() => 0);
  return ops.convInputGradient(x, weight, {
    ...{ strides: kernel, padsBefore: none, padsAfter: none },
    sizes: kernel.map((size, axis) => size * x.shape[axis + 2]),
  });
};

const norm = (x: Value, scale: Value, bias: Value): Value =>
  ops.leakyRelu(ops.instanceNorm(x, { scale, bias, epsilon: 1e-5 }), 0.01);

/** Channels in units of a block. */
const examplesOf = (b: number): Readonly<Record<string, Example>> => ({
  "convolution of a plain image": {
    inputs: { x: [2, 3, 6, 5], w: [b, 3, 3, 3] },
    build: ({ x, w }) => ops.conv(x, w, same(2)),
  },
  "two blocked convolutions with a norm between": {
    inputs: { x: [2, 1, 4, 6], v: [b, 1, 3, 3], s: [b], o: [b], w: [2 * b, b, 3, 3] },
    build: ({ x, v, s, o, w }) => ops.conv(norm(ops.conv(x, v, same(2)), s, o), w, same(2)),
  },
  "strided convolution of an odd size": {
    inputs: { x: [1, b, 7, 5], w: [b, b, 3, 3] },
    build: ({ x, w }) => ops.conv(x, w, same(2, 2)),
  },
  "more images than a block": {
    inputs: { x: [b + 1, b, 3, 2], w: [b, b, 3, 3] },
    build: ({ x, w }) => ops.conv(x, w, same(2)),
  },
  "up, skip and head": {
    inputs: {
      x: [2, 2 * b, 2, 3],
      u: [2 * b, b, 2, 2],
      c: [1, b, 1, 1],
      y: [2, b, 4, 6],
      w: [b, 2 * b, 3, 3],
      h: [3, b, 1, 1],
    },
    build: ({ x, u, c, y, w, h }) => {
      const joined = ops.concat([ops.add(up(x, u), c), ops.leakyRelu(y, 0.1)], 1);
      const none = { strides: [1, 1], padsBefore: [0, 0], padsAfter: [0, 0] };
      return ops.logSoftmax(ops.conv(ops.conv(joined, w, same(2)), h, none), 1);
    },
  },
  "residual with a bias": {
    inputs: { x: [2, b, 4, 4], w: [b, b, 3, 3], c: [1, b, 1, 1] },
    build: ({ x, w, c }) => ops.leakyRelu(ops.add(ops.add(ops.conv(x, w, same(2)), c), x), 0),
  },
  "3D, strided by axis": {
    inputs: { x: [2, 1, 4, 6, 4], v: [b, 1, 3, 3, 3], s: [b], o: [b], w: [b, b, 1, 3, 3] },
    build: ({ x, v, s, o, w }) => {
      const first = norm(ops.conv(x, v, same(3)), s, o);
      return ops.conv(first, w, {
        strides: [1, 2, 2],
        padsBefore: [0, 1, 1],
        padsAfter: [0, 1, 1],
      });
    },
  },
  "3D, up and down": {
    inputs: { x: [1, b, 4, 4, 2], w: [b, b, 3, 3, 3], u: [b, b, 2, 2, 2], v: [b, 2 * b, 3, 3, 3] },
    build: ({ x, w, u, v }) => {
      const low = ops.conv(x, w, same(3, 2));
      return ops.conv(ops.concat([up(low, u), ops.mul(x, x)], 1), v, same(3));
    },
  },
  "3D, pairs of depths with a bias, and an odd depth": {
    inputs: {
      x: [2, b, 6, 3, 4],
      w: [2 * b, b, 3, 3, 3],
      c: [1, 2 * b, 1, 1, 1],
      v: [b, 2 * b, 3, 1, 3],
    },
    build: ({ x, w, c, v }) => {
      const first = ops.leakyRelu(ops.add(ops.conv(x, w, same(3)), c), 0.1);
      const odd = ops.slice(first, { starts: [0, 0, 1, 0, 0], sizes: [2, 2 * b, 5, 3, 4] });
      return ops.conv(odd, v, { strides: [1, 1, 1], padsBefore: [1, 0, 1], padsAfter: [1, 0, 1] });
    },
  },
  "3D, one depth, strided": {
    inputs: { x: [1, b, 1, 4, 3], w: [b, b, 3, 3, 3] },
    build: ({ x, w }) => ops.conv(x, w, same(3, 2)),
  },
  "cropped and padded": {
    inputs: { x: [1, b, 6, 6], w: [b, b, 3, 3] },
    build: ({ x, w }) => {
      const inner = ops.slice(ops.conv(x, w, same(2)), {
        starts: [0, 0, 1, 2],
        sizes: [1, b, 4, 3],
      });
      return ops.exp(ops.pad(inner, { before: [0, 0, 1, 0], after: [0, 0, 0, 2] }));
    },
  },
  "channels that fill no blocks": {
    inputs: { x: [1, b + 1, 3, 3], w: [b + 2, b + 1, 3, 3] },
    build: ({ x, w }) => ops.conv(x, w, same(2)),
  },
});

/** The value and its gradients to all inputs, as one loss per number drawn at random. */
function withGradients({ inputs, build }: Example): {
  outputs: Value[];
  feeds: Record<string, number[]>;
} {
  const random = randomFrom(7);
  const numbers = (size: number): number[] =>
    Array.from({ length: size }, () => random.between(-1, 1));
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, ops.input(name, shape)]),
  );
  const result = build(values);
  const loss = ops.reduceSum(
    ops.mul(result, ops.constant(numbers(sizeOf(result.shape)), result.shape)),
  );
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, numbers(sizeOf(shape))]),
  );
  return { outputs: [result, ...gradient(loss, Object.values(values))], feeds };
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  const scale = Math.max(1, ...Array.from(b, Math.abs));
  return Math.max(...Array.from(a, (value, n) => Math.abs(value - b[n]) / scale));
};

describe.each(Object.keys(examplesOf(4)))("%s", (name) => {
  test("gives the same numbers in blocks of 4, computed plainly", () => {
    const { outputs, feeds } = withGradients(examplesOf(4)[name]);
    const plain = evaluate(outputs, feeds);
    for (const target of [{ kind: "plain" }, { kind: "blocked", block: 4 }] as const) {
      evaluate(lower(outputs, target), feeds).forEach(({ data, shape }, index) => {
        expect(shape).toEqual(outputs[index].shape);
        expect(largestDifference(data, plain[index].data)).toBeLessThan(1e-10);
      });
    }
  });

  test("gives the same numbers in ONNX Runtime's blocks", async ({ skip }) => {
    const target = await bestTarget();
    if (target.kind === "plain") return skip("this machine's ONNX Runtime has no blocked kernels");
    const { outputs, feeds } = withGradients(examplesOf(target.block)[name]);
    const expected = evaluate(outputs, feeds);
    const named = Object.fromEntries(outputs.map((value, n) => [`output${n}`, value]));
    const session = await openSession(encodeModel(named, { target }));
    const results = await session.run(
      Object.fromEntries(
        Object.entries(feeds).map(([key, data]) => [key, Float32Array.from(data)]),
      ),
    );
    await session.release();
    expected.forEach(({ data }, n) => {
      expect(largestDifference(results[`output${n}`], data)).toBeLessThan(2e-5);
    });
  });
});

test("a network's images are reordered at its ends only", () => {
  const { outputs } = withGradients(examplesOf(4)["two blocked convolutions with a norm between"]);
  const forward = lower(outputs.slice(0, 1), { kind: "blocked", block: 4 });
  const made = inOrder(forward).map(({ op }) => op);
  expect(made.filter((op) => op === "FromBlocked")).toHaveLength(1);
  // Both are weights: the image has fewer channels than a block.
  expect(made.filter((op) => op === "ToBlocked")).toHaveLength(2);
});
