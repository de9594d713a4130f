import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { evaluate, gradient, input } from "../../onnx/index.ts";
import { type LossSettings, type LossTerm, lossOf } from "./loss.ts";

const oracle = JSON.parse(
  readFileSync(new URL("../../../test/oracle/train/losses.json", import.meta.url), "utf8"),
) as { cases: Record<string, { loss: number; gradient: number[] }> };

const shape = [2, 3, 4, 5];
const image = Float64Array.from({ length: 120 }, (_, n) => 2 * Math.sin(n * 0.7 + 0.3));
const labels = Array.from({ length: 40 }, (_, n) => ((n * 7) % 11) % 3);
/** The first three pixels of each sample's first row are to be ignored. */
const ignored = labels.map((label, n) => (n % 20 < 3 ? 255 : label));

const one = (term: LossTerm): LossSettings => ({ terms: [term] });
const crossEntropy = { kind: "cross-entropy", weight: 1 } as const;
const tversky = { kind: "tversky", alpha: 0.3, beta: 0.7, weight: 1 } as const;
const cases: Record<string, LossSettings> = {
  "cross-entropy": one(crossEntropy),
  "cross-entropy, class weights": one({ ...crossEntropy, classWeights: [0.2, 1, 3] }),
  "cross-entropy, ignore": { terms: [crossEntropy], ignoreLabel: 255 },
  focal: one({ kind: "focal", gamma: 2, weight: 1 }),
  "dice, batch": one({ kind: "dice", per: "batch", weight: 1 }),
  "dice, sample": one({ kind: "dice", per: "sample", weight: 1 }),
  "dice, ignore": { terms: [{ kind: "dice", per: "batch", weight: 1 }], ignoreLabel: 255 },
  tversky: one(tversky),
  sum: { terms: [crossEntropy, { ...tversky, weight: 0.5 }] },
};

const valueAndGradient = (settings: LossSettings, target: readonly number[]) => {
  const logits = input("logits", shape);
  const { total } = lossOf(logits, input("labels", [2, 4, 5], "uint8"), settings);
  const feeds = { logits: image, labels: target };
  const [value, slope] = evaluate([total, ...gradient(total, [logits])], feeds);
  return { loss: value.data[0], gradient: [...slope.data] };
};

test("every case of the oracle is tested", () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(oracle.cases).sort());
});

test.each(Object.entries(cases))("%s equals PyTorch's, with its gradient", (name, settings) => {
  const target = settings.ignoreLabel === undefined ? labels : ignored;
  const got = valueAndGradient(settings, target);
  const expected = oracle.cases[name];
  expect(got.loss).toBeCloseTo(expected.loss, 9);
  got.gradient.forEach((value, n) => {
    expect(value).toBeCloseTo(expected.gradient[n], 8);
  });
});

test("all pixels ignored: a loss of 0 without a gradient, not NaN", () => {
  const settings = { terms: [crossEntropy], ignoreLabel: 255 };
  const { loss, gradient: slope } = valueAndGradient(settings, new Array(40).fill(255));
  expect(loss).toBeCloseTo(0, 12);
  expect(slope.every((value) => value === 0)).toBe(true);
});

test("class weights that are not one a class are refused", () => {
  const settings = one({ ...crossEntropy, classWeights: [1, 2] });
  expect(() => valueAndGradient(settings, labels)).toThrow("3 classes need as many weights");
});
