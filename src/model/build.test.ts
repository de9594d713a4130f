import { expect, test } from "vitest";
import { add, evaluate, input, mul, sub, type Value } from "../onnx/index.ts";
import { type BuildOptions, build, inventoryOf } from "./build.ts";
import type { Builder, Network } from "./parameters.ts";

const zero = { start: { kind: "constant", value: 0 } } as const;

/** x · gain − mean, and in training the mean goes one tenth of the way towards 5. */
const centred: Network = (x, builder) => {
  const mean = builder.statistic("mean", [1], 2);
  builder.update("mean", add(mul(mean, 0.9), 0.5));
  return [sub(mul(x, builder.parameter("gain", [1], zero)), mean)];
};

const buildOn = (network: Network, mode: BuildOptions["mode"] = "train") =>
  build(network, input("x", [1, 1]), { mode });

test("what a network asks for, in its order, each once", () => {
  const twice: Network = (x, builder) => [...centred(x, builder), ...centred(x, builder)];
  expect(inventoryOf(twice, [1, 1])).toEqual({
    parameters: [{ name: "gain", shape: [1], ...zero, decays: true }],
    statistics: [{ name: "mean", shape: [1], start: 2 }],
  });
});

test("the same name gives the same value; another shape of it is refused", () => {
  const shared: Network = (_, builder) => {
    const first = builder.parameter("gain", [1], zero);
    expect(builder.parameter("gain", [1], zero)).toBe(first);
    builder.parameter("gain", [2], zero);
    return [first];
  };
  expect(() => buildOn(shared)).toThrow("gain: expected [1] as before, got [2]");
});

test("statistics are read in both modes, and change in training only", () => {
  for (const mode of ["train", "eval"] as const) {
    const { outputs, updates } = buildOn(centred, mode);
    const feeds = { x: [10], gain: [3], mean: [2] };
    expect([...evaluate(outputs, feeds)[0].data]).toEqual([28]);
    const next = updates.get("mean");
    if (mode === "eval") expect(next).toBeUndefined();
    // 0.9 · 2 + 0.5
    else expect([...evaluate([next as Value], feeds)[0].data]).toEqual([2.3]);
  }
});

test("a statistic of another shape, or that nobody asked for, is refused", () => {
  const update =
    (name: string): Network =>
    (x, builder: Builder) => {
      const value = builder.statistic("mean", [2], 0);
      builder.update(name, x);
      return [value];
    };
  expect(() => buildOn(update("mean"))).toThrow("mean: expected [2] as before, got [1,1]");
  expect(() => buildOn(update("variance"))).toThrow("no statistic variance");
});

test("a network that predicts gives exactly one output", () => {
  const two: Network = (x) => [x, x];
  expect(buildOn(two).outputs).toHaveLength(2);
  expect(() => buildOn(two, "eval")).toThrow('got 2 in "eval"');
});
