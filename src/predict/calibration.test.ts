import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  fitLesions,
  type LesionExample,
  leftOutProbabilities,
  lesionProbability,
  reliabilityOf,
} from "./calibration.ts";

const oracle = JSON.parse(
  readFileSync(new URL("../../test/oracle/predict/lesions.json", import.meta.url), "utf8"),
);
const examples: readonly LesionExample[] = oracle.features.map(
  (features: number[], n: number): LesionExample => ({
    features,
    isReal: oracle.truth[n] === 1,
    patient: `p${n % 7}`,
  }),
);

test("the regression is scikit-learn's", () => {
  const fit = fitLesions(examples);
  expect(fit.intercept).toBeCloseTo(oracle.intercept, 5);
  fit.weights.forEach((weight, n) => {
    expect(weight).toBeCloseTo(oracle.weights[n], 5);
  });
  examples.forEach(({ features }, n) => {
    expect(lesionProbability(features, fit)).toBeCloseTo(oracle.probabilities[n], 5);
  });
});

test("so are Brier's score and the reliability diagram", () => {
  const truths = examples.map(({ isReal }) => isReal);
  const reliability = reliabilityOf(oracle.probabilities, truths);
  expect(reliability?.brier).toBeCloseTo(oracle.brier, 12);
  const filled = reliability?.bins.filter(({ lesions }) => lesions > 0) ?? [];
  expect(filled.map(({ observed }) => observed)).toEqual(
    oracle.observed.map((value: number) => expect.closeTo(value, 9)),
  );
  expect(filled.map(({ predicted }) => predicted)).toEqual(
    oracle.predicted.map((value: number) => expect.closeTo(value, 9)),
  );
});

test("by hand: two bins", () => {
  const reliability = reliabilityOf([0.05, 0.05, 0.95, 0.95], [false, true, true, true]);
  // |½ − 0.05| · ½ + |1 − 0.95| · ½; (0.05² · 3 + 0.95²) / 4; ¾ · ¼
  expect(reliability?.ece).toBeCloseTo(0.25, 12);
  expect(reliability?.brier).toBeCloseTo((3 * 0.0025 + 0.9025) / 4, 12);
  expect(reliability?.brierOfConstant).toBeCloseTo(0.1875, 12);
  expect(reliabilityOf([], [])).toBeNull();
});

test("a patient is judged by the others alone", () => {
  const said = leftOutProbabilities(examples) ?? [];
  const fit = fitLesions(examples.filter(({ patient }) => patient !== "p3"));
  expect(said[3]).toBe(lesionProbability(examples[3].features, fit));
  expect(said[3]).not.toBe(lesionProbability(examples[3].features, fitLesions(examples)));
  expect(leftOutProbabilities(examples.map((one) => ({ ...one, patient: "p" })))).toBeNull();
});

test("lesions of one kind alone teach their share, never certainty", () => {
  const real = examples.map((one) => ({ ...one, isReal: true }));
  const fit = fitLesions(real);
  expect(lesionProbability(examples[0].features, fit)).toBeCloseTo(61 / 62, 12);
});
