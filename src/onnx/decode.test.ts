import { expect, test } from "vitest";
import { decodeModel } from "./decode.ts";
import { encodeModel } from "./encode.ts";
import { evaluate } from "./evaluate.ts";
import { gradient } from "./gradient.ts";
import * as ops from "./ops.ts";

/** Every operation that a plain graph may hold, in one. */
function everything() {
  const x = ops.input("x", [1, 2, 5, 6]);
  const weight = ops.input("weight", [3, 2, 3, 3]);
  const labels = ops.input("labels", [1, 1, 3, 3], "uint8");
  const scale = ops.constant([1, 2, 3]);
  const product = ops.conv(x, weight, { strides: [2, 2], padsBefore: [1, 1], padsAfter: [1, 1] });
  const normed = ops.instanceNorm(product, { scale, bias: scale, epsilon: 1e-5 });
  const logits = ops.logSoftmax(ops.leakyRelu(normed, 0.01), 1);
  const isThere = ops.cast(ops.equal(ops.cast(labels, "float32"), 1), "float32");
  const lines = ops.reshape(ops.pow(ops.exp(ops.mul(logits, isThere)), 1.5), [3, 9]);
  const turned = ops.matMul(lines, ops.flip(lines, [0]), { transposeB: true });
  const parts = ops.concat([turned, ops.transpose(turned, [1, 0])], 1);
  const largest = ops.reduceMax(ops.sqrt(ops.expand(parts, [2, 3, 6])), [2]);
  const around = ops.pad(largest, { before: [0, 0, 1], after: [0, 1, 0] });
  const loss = ops.reduceSum(ops.where(ops.greater(around, 0), ops.log(ops.add(around, 1)), 0));
  const picked = ops.gather(parts, 1, [2, 0]);
  return {
    loss,
    picked,
    ...Object.fromEntries(gradient(loss, [x, weight]).map((value, n) => [`d${n}`, value])),
  };
}

const feeds = {
  x: Array.from({ length: 60 }, (_, n) => Math.sin(n)),
  weight: Array.from({ length: 54 }, (_, n) => Math.cos(3 * n) / 3),
  labels: [0, 1, 2, 1, 1, 0, 2, 1, 0],
};

test("what was written is read again: the same values, and the same bytes when written once more", () => {
  const outputs = everything();
  const model = encodeModel(outputs);
  const read = decodeModel(model);
  expect(Object.keys(read)).toEqual(Object.keys(outputs));
  const expected = evaluate(Object.values(outputs), feeds);
  evaluate(Object.values(read), feeds).forEach(({ data, shape }, n) => {
    expect(shape).toEqual(expected[n].shape);
    data.forEach((number, at) => {
      expect(number).toBeCloseTo(expected[n].data[at], 6);
    });
  });
  expect(encodeModel(read)).toEqual(model);
});

test("weights in the file come back as constants", () => {
  const w = ops.input("w", [2]);
  const model = encodeModel({ y: ops.mul(w, 3) }, { weights: { w: Float32Array.of(4, 5) } });
  expect([...evaluate(Object.values(decodeModel(model)), {})[0].data]).toEqual([12, 15]);
});

test("other bytes, and other operations, are refused by name", () => {
  expect(() => decodeModel(Uint8Array.of(255, 1, 2))).toThrow("hepar cannot read the model");
  const blocked = encodeModel(
    { y: ops.toBlocked(ops.input("x", [1, 16, 2, 2]), 16) },
    { target: { kind: "blocked", block: 16 } },
  );
  expect(() => decodeModel(blocked)).toThrow("it holds a ReorderInput");
});
