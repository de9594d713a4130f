import { HeparError } from "../../core/index.ts";
import { add, mul, slice, type Value } from "../../onnx/index.ts";
import { type Losses, type LossSettings, lossOf } from "./loss.ts";

/**
 * The loss of all of a network's outputs: each one's loss against labels of its own resolution, times
 * its weight. The parts for the journal are the finest output's.
 *
 * @param outputs - logits [n, classes, …], finest first
 * @param labels - uint8 [n, …], of the finest output's size
 * @throws `graph.shape` when a coarser output's size does not divide the finest one's
 */
export function lossOfOutputs(
  outputs: readonly Value[],
  labels: Value,
  settings: LossSettings,
): Losses {
  const weights = outputWeights(outputs.length);
  const finest = lossOf(outputs[0], labels, settings);
  // A weight of 0 is no term: what leads to that output alone gets no gradient, as in PyTorch.
  const coarser = outputs.slice(1).filter((_, index) => weights[index + 1] > 0);
  const total = coarser.reduce(
    (sum, logits, index) =>
      add(
        sum,
        mul(lossOf(logits, coarseLabels(labels, logits), settings).total, weights[index + 1]),
      ),
    mul(finest.total, weights[0]),
  );
  return { ...finest, total };
}

/**
 * nnU-Net's weights of outputs, finest first: each half of the one before, the last 0 (unless there
 * is no other), divided by their sum.
 *
 * @see nnunetv2/training/nnUNetTrainer/nnUNetTrainer.py, `_build_loss`
 */
export function outputWeights(count: number): number[] {
  if (count === 1) return [1];
  const halves = Array.from({ length: count }, (_, index) =>
    index < count - 1 ? 0.5 ** index : 0,
  );
  const sum = halves.reduce((total, weight) => total + weight, 0);
  return halves.map((weight) => weight / sum);
}

/**
 * Labels at a coarser output's resolution: of every `step` the middle one, `step >> 1`. This is
 * PyTorch's "nearest-exact", as nnU-Net's DownsampleSegForDSTransform.
 */
function coarseLabels(labels: Value, logits: Value): Value {
  const [batch, ...sizes] = labels.shape;
  const coarse = logits.shape.slice(2);
  const steps = sizes.map((size, axis) => size / coarse[axis]);
  if (steps.some((step) => !Number.isInteger(step))) {
    throw new HeparError(
      "graph.shape",
      `labels of ${sizes.join(" × ")} have no every n-th for an output of ${coarse.join(" × ")}`,
    );
  }
  return slice(labels, {
    starts: [0, ...steps.map((step) => step >> 1)],
    sizes: [batch, ...coarse],
    steps: [1, ...steps],
  });
}
