import { z } from "zod";
import { HeparError } from "../../core/index.ts";
import {
  add,
  cast,
  constant,
  div,
  equal,
  exp,
  logSoftmax,
  mul,
  neg,
  pow,
  reduceSum,
  reshape,
  sub,
  type Value,
} from "../../onnx/index.ts";

const weight = z.number().positive().default(1);

const termSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    /** −log p of the true class; mean over the pixels, weighted by class where weights are given. */
    kind: z.literal("cross-entropy"),
    weight,
    classWeights: z.array(z.number().min(0)).readonly().optional(),
  }),
  z.strictObject({
    /** −(1 − p)^gamma · log p of the true class: what is easy counts less. Mean over the pixels. */
    kind: z.literal("focal"),
    weight,
    gamma: z.number().min(0),
  }),
  z.strictObject({
    /** 1 − soft Dice, mean over the classes but background. */
    kind: z.literal("dice"),
    weight,
    /** Dice of the batch as a whole, or of each sample and then their mean. */
    per: z.enum(["batch", "sample"]),
  }),
  z.strictObject({
    /** 1 − TP / (TP + alpha · FP + beta · FN), soft, pooled over the batch; mean as for Dice. */
    kind: z.literal("tversky"),
    weight,
    alpha: z.number().min(0),
    beta: z.number().min(0),
  }),
]);

/** A loss as a recipe holds it: the weighted sum of its terms. */
export const lossSchema = z.strictObject({
  terms: z.array(termSchema).min(1).readonly(),
  /** Pixels with this label count nowhere. */
  ignoreLabel: z.number().int().min(0).max(255).optional(),
});

export type LossSettings = Readonly<z.infer<typeof lossSchema>>;

/** One part of a loss and its share of the sum. */
export type LossTerm = LossSettings["terms"][number];

/** What is minimised, and its parts for the journal: one number each, [1]. */
export interface Losses {
  readonly total: Value;
  /** Mean cross-entropy without class weights. */
  readonly crossEntropy: Value;
  /** 1 − batch Dice. */
  readonly dice: Value;
}

/** Cross-entropy and batch Dice in equal parts, as nnU-Net (Isensee et al. 2021). */
export const crossEntropyAndDice: LossSettings = {
  terms: [
    { kind: "cross-entropy", weight: 1 },
    { kind: "dice", per: "batch", weight: 1 },
  ],
};

/** Keeps a ratio defined where a class is absent; as small as nnU-Net's. */
const smooth = 1e-5;

/**
 * The loss of logits against labels.
 *
 * @param logits - [n, classes, …]
 * @param labels - uint8 [n, …], class indices (or the label to ignore)
 * @throws `graph.shape` when class weights are not one a class
 * @see Lin et al. 2017, arXiv:1708.02002 (focal); Salehi et al. 2017, arXiv:1706.05721 (Tversky)
 */
export function lossOf(logits: Value, labels: Value, settings: LossSettings): Losses {
  const parts = partsOf(logits, labels, settings);
  const terms = settings.terms.map((term) => mul(termOf(term, parts), term.weight));
  return {
    total: asOne(terms.reduce((sum, term) => add(sum, term))),
    crossEntropy: asOne(termOf({ kind: "cross-entropy", weight: 1 }, parts)),
    dice: asOne(termOf({ kind: "dice", per: "batch", weight: 1 }, parts)),
  };
}

const asOne = (value: Value): Value => reshape(value, [1]);

/** What the terms share. Pixels to ignore are 0 in `truth` and in `probabilities`. */
interface Parts {
  /** [n, classes, …], one-hot. */
  readonly truth: Value;
  readonly probabilities: Value;
  readonly logProbabilities: Value;
}

function partsOf(logits: Value, labels: Value, { ignoreLabel }: LossSettings): Parts {
  const [batch, classes, ...spatial] = logits.shape;
  const label = reshape(cast(labels, "float32"), [batch, 1, ...spatial]);
  const indices = constant([...Array(classes).keys()], [1, classes, ...spatial.map(() => 1)]);
  const truth = cast(equal(label, indices), "float32");
  const logProbabilities = logSoftmax(logits, 1);
  const probabilities = exp(logProbabilities);
  if (ignoreLabel === undefined) return { truth, probabilities, logProbabilities };
  const counts = sub(1, cast(equal(label, ignoreLabel), "float32"));
  return {
    truth: mul(truth, counts),
    probabilities: mul(probabilities, counts),
    logProbabilities,
  };
}

/** A term, of any rank but with one element. */
function termOf(term: LossTerm, parts: Parts): Value {
  const { truth, probabilities, logProbabilities } = parts;
  switch (term.kind) {
    case "cross-entropy": {
      const weighted = mul(truth, classWeights(truth, term.classWeights));
      return meanOver(mul(weighted, logProbabilities), weighted);
    }
    case "focal": {
      const hardness = pow(sub(1, probabilities), term.gamma);
      return meanOver(mul(mul(truth, hardness), logProbabilities), truth);
    }
    case "dice":
      // Dice = 2 TP / (2 TP + FP + FN)
      return overlapLoss(parts, { alpha: 0.5, beta: 0.5, per: term.per });
    case "tversky":
      return overlapLoss(parts, { ...term, per: "batch" });
  }
}

/** −Σ values / Σ weights; 0 where every pixel is ignored. */
const meanOver = (values: Value, weights: Value): Value =>
  neg(div(reduceSum(values), add(reduceSum(weights), 1e-12)));

function classWeights(truth: Value, weights: readonly number[] | undefined): Value | number {
  if (weights === undefined) return 1;
  const [, classes, ...spatial] = truth.shape;
  if (weights.length !== classes) {
    throw new HeparError("graph.shape", `${classes} classes need as many weights, got ${weights}`);
  }
  return constant(weights, [1, classes, ...spatial.map(() => 1)]);
}

/** 1 − (2 TP + s) / (2 TP + 2α FP + 2β FN + s), mean over the classes but background. */
function overlapLoss(
  { truth, probabilities }: Parts,
  { alpha, beta, per }: { alpha: number; beta: number; per: "batch" | "sample" },
): Value {
  const [batch, classes, ...spatial] = truth.shape;
  const space = spatial.map((_, axis) => axis + 2);
  const axes = per === "batch" ? [0, ...space] : space;
  const common = mul(reduceSum(mul(probabilities, truth), axes), 2);
  const found = mul(reduceSum(probabilities, axes), 2 * alpha);
  const there = mul(reduceSum(truth, axes), 2 * beta);
  // 2α (found − TP) + 2β (there − TP) + 2 TP
  const size = add(mul(common, 1 - alpha - beta), add(found, there));
  const overlap = div(add(common, smooth), add(size, smooth));
  const foreground = constant(
    Array.from({ length: classes }, (_, index) => (index === 0 ? 0 : 1 / (classes - 1))),
    [1, classes, ...spatial.map(() => 1)],
  );
  const samples = per === "batch" ? 1 : batch;
  return sub(1, mul(reduceSum(mul(overlap, foreground)), 1 / samples));
}
