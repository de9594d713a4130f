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
  reduceSum,
  reshape,
  sizeOf,
  sub,
  type Value,
} from "../onnx/index.ts";

export interface Losses {
  /** Cross-entropy + Dice loss: what is minimised. */
  readonly total: Value;
  readonly crossEntropy: Value;
  readonly dice: Value;
}

/** Keeps the Dice of an absent class defined; as small as in nnU-Net. */
const smooth = 1e-5;

/**
 * Softmax cross-entropy (mean over pixels) and soft Dice loss (1 − Dice, mean over the foreground
 * classes, each pooled over the batch), each as one number.
 *
 * @param logits - [n, classes, …]
 * @param labels - uint8 [n, …], class indices
 * @see Isensee et al. 2021, doi:10.1038/s41592-020-01008-z: batch Dice without background
 */
export function crossEntropyAndDice(logits: Value, labels: Value): Losses {
  const [batch, classes, ...spatial] = logits.shape;
  const indices = constant(
    Array.from({ length: classes }, (_, index) => index),
    [1, classes, ...spatial.map(() => 1)],
  );
  const truth = cast(
    equal(reshape(cast(labels, "float32"), [batch, 1, ...spatial]), indices),
    "float32",
  );
  const logProbabilities = logSoftmax(logits, 1);
  const pixels = batch * sizeOf(spatial);
  const crossEntropy = neg(mul(reduceSum(mul(truth, logProbabilities)), 1 / pixels));

  // Dice_c = (2 Σ p·t + s) / (Σ p + Σ t + s), sums over batch and space
  const probabilities = exp(logProbabilities);
  const axes = [0, ...spatial.map((_, axis) => axis + 2)];
  const common = reduceSum(mul(probabilities, truth), axes);
  const sizes = add(reduceSum(probabilities, axes), reduceSum(truth, axes));
  const diceOf = div(add(mul(common, 2), smooth), add(sizes, smooth));
  const foreground = constant(
    Array.from({ length: classes }, (_, index) => (index === 0 ? 0 : 1 / (classes - 1))),
    diceOf.shape,
  );
  const dice = sub(1, reduceSum(mul(diceOf, foreground)));
  return {
    total: reshape(add(crossEntropy, dice), [1]),
    crossEntropy: reshape(crossEntropy, [1]),
    dice: reshape(dice, [1]),
  };
}
