import { expect, test } from "vitest";
import { evaluate, input, mul } from "../../onnx/index.ts";
import { lossOfOutputs, outputWeights } from "./deep-supervision.ts";
import { type LossSettings, lossOf } from "./loss.ts";

test("outputs weigh half of the finer one, the last nothing, all together 1", () => {
  expect(outputWeights(1)).toEqual([1]);
  expect(outputWeights(2)).toEqual([1, 0]);
  // 1, 1/2, 1/4 of 7/4
  expect(outputWeights(4)).toEqual([4 / 7, 2 / 7, 1 / 7, 0]);
});

const crossEntropy: LossSettings = { terms: [{ kind: "cross-entropy", weight: 1 }] };

test("a coarser output learns from the middle label of every block", () => {
  const finest = input("finest", [1, 2, 1, 6]);
  const coarse = input("coarse", [1, 2, 1, 2]);
  const last = input("last", [1, 2, 1, 1]);
  const labels = input("labels", [1, 1, 6], "uint8");
  const middles = input("middles", [1, 1, 2], "uint8");
  const outputs = lossOfOutputs([finest, coarse, last], labels, crossEntropy);
  const wave = Array.from({ length: 12 }, (_, n) => Math.sin(n));
  const feeds = {
    finest: wave,
    coarse: [0.1, 0.4, -0.2, 1],
    labels: [0, 1, 0, 1, 0, 1],
    middles: [1, 0], // numbers 1 and 4: three in a row each
  };
  const [got, fine, rough] = evaluate(
    [
      outputs.total,
      mul(lossOf(finest, labels, crossEntropy).total, 2 / 3),
      mul(lossOf(coarse, middles, crossEntropy).total, 1 / 3),
    ],
    feeds,
  ).map(({ data }) => data[0]);
  expect(got).toBeCloseTo(fine + rough, 12);
});

test("an output between the labels' steps is refused", () => {
  const logits = [6, 4, 1].map((width) => input(`logits ${width}`, [1, 2, width]));
  const labels = input("labels", [1, 6], "uint8");
  expect(() => lossOfOutputs(logits, labels, crossEntropy)).toThrow("for an output of 4");
});
