import { expect, test } from "vitest";
import type { NetworkSpec } from "../model/index.ts";
import { labellingOf } from "./labelling.ts";

const outputOf = (labels: readonly number[], rest: Partial<NetworkSpec["output"]> = {}) => ({
  ...{ values: "logits" as const, activation: "softmax" as const },
  classes: labels.map((label) => ({ name: `${label}`, label })),
  ...rest,
});
const threshold = { tumourThreshold: undefined };
const labelsOf = (output: NetworkSpec["output"], ...planes: number[][]) => {
  const pixels = planes[0].length / output.classes.length;
  const into = new Uint8Array(pixels);
  labellingOf(output, threshold).labels(
    planes.map((plane) => Float32Array.from(plane)),
    into,
  );
  return [...into];
};

test("classes are the labels that the description says", () => {
  expect(labelsOf(outputOf([0, 5]), [1, 0, 0, 1])).toEqual([0, 5]);
  expect(labelsOf(outputOf([2, 0]), [1, 0, 0, 1])).toEqual([2, 0]);
});

test("probabilities are taken as they are, logits through softmax", () => {
  const output = outputOf([0, 1, 2]);
  const logits = Float32Array.from([0, Math.log(2), Math.log(5)]);
  expect([...labellingOf(output, threshold).probabilities([logits])]).toEqual([
    expect.closeTo(1 / 8),
    expect.closeTo(2 / 8),
    expect.closeTo(5 / 8),
  ]);
  const probabilities = outputOf([0, 1], { values: "probabilities" });
  expect(labelsOf(probabilities, [0.6, 0.4], [0.1, 0.9])).toEqual([1]); // 0.35 : 0.65
});

test("of regions the last one above a half counts", () => {
  const regions = outputOf([1, 2], { activation: "sigmoid" });
  // liver (with tumour) at three of four pixels, tumour at two, of which one is not in the liver
  expect(labelsOf(regions, [3, 3, -3, 3, -3, 3, 3, -3])).toEqual([1, 2, 2, 1]);
});

test("a surer tumour needs a description of background, liver and tumour", () => {
  const into = new Uint8Array(1);
  const plane = Float32Array.from([-9, Math.log(0.4), Math.log(0.6)]);
  const sure = (tumourThreshold: number) => {
    labellingOf(outputOf([0, 1, 2]), { tumourThreshold }).labels([plane], into);
    return into[0];
  };
  expect([sure(0.55), sure(0.65)]).toEqual([2, 1]);
});
