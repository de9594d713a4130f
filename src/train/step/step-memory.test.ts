import { expect, test } from "vitest";
import {
  add,
  concat,
  input,
  matMul,
  mul,
  plainTarget,
  reshape,
  transpose,
} from "../../onnx/index.ts";
import { recipes } from "../recipes.ts";
import { largestBatch, peakBytes, trainingMemory } from "./step-memory.ts";

// 100 float32 numbers: 400 bytes.
const x = input("x", [10, 10]);
const product = matMul(x, x);

test("an input and what is made of it", () => {
  expect(peakBytes([x])).toBe(400);
  expect(peakBytes([product])).toBe(800);
});

test("a value goes once nobody reads it any more", () => {
  const third = matMul(matMul(product, product), product);
  // x, the product, its square, and then, x being ours to the end, the third.
  expect(peakBytes([third])).toBe(1600);
  const chain = [1, 2, 3, 4, 5].reduce((value) => transpose(value, [1, 0]), product);
  expect(peakBytes([chain])).toBe(1200);
});

test("a reshape is a view, an elementwise operation writes over what is done with", () => {
  expect(peakBytes([reshape(product, [100])])).toBe(800);
  expect(peakBytes([mul(add(product, 1), 2)])).toBe(804); // and a constant of 4 bytes
  // The product is needed again: nothing to write over.
  expect(peakBytes([matMul(add(product, product), product)])).toBe(1600);
});

test("the fullest moment counts, not the end", () => {
  const wide = concat(
    Array.from({ length: 10 }, () => product),
    0,
  );
  expect(peakBytes([matMul(x, matMul(wide, x), { transposeB: true })])).toBe(
    // x, the wide (ten times 400), and the wide times x
    400 + 4000 + 4000,
  );
  const labels = input("labels", [10, 10], "uint8");
  expect(peakBytes([labels])).toBe(100);
});

test("memory grows with the batch, the size and the widths, and the batch that fits does fit", () => {
  const { small } = recipes;
  const gigabytes = (changes: object) =>
    trainingMemory({ ...small, ...changes }, plainTarget) / 2 ** 30;
  const usual = gigabytes({});
  expect(usual).toBeGreaterThan(0.5);
  expect(usual).toBeLessThan(1);
  expect(gigabytes({ batchSize: 16 })).toBeGreaterThan(usual + 0.2);
  expect(gigabytes({ imageSize: 256 })).toBeGreaterThan(2 * usual);
  const bytes = 2 * 2 ** 30;
  const batchSize = largestBatch(small, { bytes, target: plainTarget });
  expect(trainingMemory({ ...small, batchSize }, plainTarget)).toBeLessThanOrEqual(1.01 * bytes);
  const more = { ...small, batchSize: batchSize + 1 };
  expect(trainingMemory(more, plainTarget)).toBeGreaterThan(0.99 * bytes);
  expect(largestBatch(small, { bytes: 2 ** 28, target: plainTarget })).toBe(0);
});
