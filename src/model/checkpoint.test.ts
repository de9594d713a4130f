import { expect, test } from "vitest";
import { tensorsOf, vectorsOf } from "./checkpoint.ts";
import type { Inventory } from "./parameters.ts";

const start = { kind: "constant", value: 0 } as const;
const inventory: Inventory = {
  parameters: [
    { name: "conv.weight", shape: [2, 1], start, decays: true },
    { name: "conv.bias", shape: [2], start, decays: false },
  ],
  statistics: [{ name: "norm.mean", shape: [1], start: 0 }],
};
const vectors = {
  weights: Float32Array.of(1, 2, 3, 4),
  statistics: Float32Array.of(5),
};
const tensors = tensorsOf(vectors, inventory);

test("numbers become named tensors, and numbers again, whatever the tensors' order", () => {
  expect(tensors).toEqual({
    "conv.weight": { shape: [2, 1], data: Float32Array.of(1, 2) },
    "conv.bias": { shape: [2], data: Float32Array.of(3, 4) },
    "norm.mean": { shape: [1], data: Float32Array.of(5) },
  });
  const turned = Object.fromEntries(Object.entries(tensors).reverse());
  expect(vectorsOf(turned, inventory)).toEqual(vectors);
});

test("every difference is named", () => {
  const { "conv.bias": bias, ...rest } = tensors;
  const other = { ...rest, "conv.weight": { ...bias, shape: [1, 2] }, "fc.bias": bias };
  expect(() => vectorsOf(other, inventory)).toThrow(
    "the tensors are another network's; missing: conv.bias [2]; too many: fc.bias [2]; of another shape: conv.weight [2,1] expected, got [1,2]",
  );
});

test("long lists are shortened", () => {
  expect(() => vectorsOf({}, inventory)).toThrow(
    /missing: conv\.weight \[2,1\], conv\.bias \[2\], norm\.mean \[1\]$/,
  );
  const many = Object.fromEntries(
    [1, 2, 3, 4, 5].map((n) => [`x.${n}`, { shape: [], data: Float32Array.of(n) }]),
  );
  expect(() => vectorsOf({ ...tensors, ...many }, inventory)).toThrow(
    "too many: x.1 [], x.2 [], x.3 [], 2 more",
  );
});

test("a name of JavaScript's own objects is no tensor", () => {
  const [parameter] = inventory.parameters;
  const odd = { parameters: [{ ...parameter, name: "constructor" }], statistics: [] };
  expect(() => vectorsOf({}, odd)).toThrow("missing: constructor [2,1]");
});
