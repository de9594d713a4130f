import { expect, test } from "vitest";
import { divergedLoss, requireNumbers } from "./diverged.ts";

const at = { epochs: 3, stateFolder: "models/m/state" };
const slices = [
  { case: "volume-9", slice: 40 },
  { case: "volume-3", slice: 7 },
  { case: "volume-9", slice: 12 },
  { case: "volume-9", slice: 40 },
];

test("a loss that is no number is told with its step, its slices and the last good state", () => {
  const error = divergedLoss(Number.NaN, { ...at, step: 301, slices });
  expect(error.code).toBe("train.diverged");
  expect(error.message).toBe(
    "the loss is NaN at step 301, in epoch 4, on volume-9 slices 12, 40; volume-3 slice 7",
  );
  expect(error.hint).toContain("the last good state, after epoch 3, is kept in models/m/state");
  expect(error.hint).toContain("--rate");
});

test("before the first epoch is done, it does not promise a state", () => {
  const { hint } = divergedLoss(Infinity, { ...at, epochs: 0, step: 2, slices });
  expect(hint).toContain("nothing is kept");
});

test("numbers that are lost while the losses were numbers are told by name", () => {
  const whole = { weights: Float32Array.of(1, 2), mean: Float32Array.of(0) };
  expect(() => requireNumbers(whole, at)).not.toThrow();
  const lost = { ...whole, mean: Float32Array.of(0, Number.POSITIVE_INFINITY) };
  expect(() => requireNumbers(lost, at)).toThrow("after epoch 4 the mean holds Infinity");
});
