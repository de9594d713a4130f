import { expect, test } from "vitest";
import { add, input, type Value } from "../onnx/index.ts";
import { build } from "./build.ts";
import { layer } from "./layer.ts";
import { convolution } from "./layers.ts";
import type { Network } from "./parameters.ts";
import { unet } from "./unet.ts";

const buildOn = (network: Network, shape: readonly number[], tensor = input): Value =>
  build(network, input("x", shape), { mode: "eval", tensor: (name, of) => tensor(name, of) })
    .outputs[0];

test("a kernel that is larger than its image: the layer, the operation, the shapes", () => {
  const settings = { name: "encoder.0.1.conv", channels: 4, kernel: [3, 3], padding: [0, 0] };
  const network: Network = (x, builder) => [convolution(x, builder, settings)];
  expect(() => buildOn(network, [1, 2, 2, 2])).toThrow(
    /^encoder\.0\.1\.conv: Conv: expected \[n, c, …\] and weights \[o, c, …\] that fit into it, got float32\[1,2,2,2\] and float32\[4,2,3,3\]$/,
  );
});

test("deep in a U-Net, a tensor of another shape is found in its place", () => {
  const network = unet({
    ...{ architecture: "unet", channels: 1, classes: 2, widths: [2, 3, 4], convolutions: 1 },
  });
  const wrong = (name: string, shape: readonly number[]): Value =>
    input(name, name === "decoder.1.0.norm.weight" ? [5] : shape);
  expect(() => buildOn(network, [1, 1, 8, 8], wrong)).toThrow(
    "decoder.1.0.norm: InstanceNorm: expected [n, c, …], scale [c] and bias [c], got float32[1,3,4,4] and float32[5] and float32[3]",
  );
});

test("of layers in layers the innermost is the place; other errors pass", () => {
  const inner = layer<{ name: string }>((x) => add(x, input("y", [3])));
  const outer = layer<{ name: string }>((x, builder) => inner(x, builder, { name: "a.b" }));
  expect(() => buildOn((x, b) => [outer(x, b, { name: "a" })], [2])).toThrow(/^a\.b: Add: /);
  const broken = layer<{ name: string }>(() => {
    throw new RangeError("of another kind");
  });
  expect(() => buildOn((x, b) => [broken(x, b, { name: "a" })], [2])).toThrow(RangeError);
});

test("outside of layers, the place is after the tensor that was asked for last", () => {
  const one = { start: { kind: "constant", value: 1 } } as const;
  const network: Network = (x, builder) => [add(x, builder.parameter("scale", [3], one))];
  expect(() => buildOn(network, [2])).toThrow(
    /^after scale: Add: expected two float32 tensors that broadcast, got float32\[2\] and float32\[3\]$/,
  );
  // Before any, it is the image.
  expect(() => buildOn((x) => [add(x, input("y", [3]))], [2])).toThrow(/^Add: /);
});
