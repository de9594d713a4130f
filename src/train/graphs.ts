import {
  countWeights,
  fromFlat,
  type Network,
  type Parameter,
  parametersOf,
} from "../model/index.ts";
import {
  concat,
  encodeModel,
  flatten,
  gradient,
  input,
  type Shape,
  type Value,
} from "../onnx/index.ts";
import { type AdamWSettings, adamWStep } from "./adamw.ts";
import { type Losses, type LossSettings, lossOf } from "./loss.ts";

/** One training step's graph, as ONNX bytes, and what it works on. */
export interface TrainingGraph {
  readonly model: Uint8Array;
  readonly parameters: readonly Parameter[];
  readonly weightCount: number;
}

/**
 * Forward, backward and optimiser step as **one** ONNX graph.
 *
 * @param imageShape - [n, channels, …]; labels are uint8 [n, …], of the logits' size
 */
export function trainingGraph(
  network: Network,
  {
    imageShape,
    loss,
    optimiser,
  }: {
    readonly imageShape: Shape;
    readonly loss: LossSettings;
    readonly optimiser: AdamWSettings;
  },
): TrainingGraph {
  const parameters = parametersOf(network, imageShape);
  const weightCount = countWeights(parameters);
  const flat = (name: string): Value => input(name, [weightCount]);
  const weights = flat("weights");
  const { values, ask } = fromFlat(weights, parameters);
  const losses = lossesOf(network(input("image", imageShape), ask), loss);
  const next = adamWStep(
    {
      weights,
      gradient: concat(gradient(losses.total, values).map(flatten), 0),
      mean: flat("mean"),
      square: flat("square"),
      decays: flat("decays"),
      learningRate: input("rate", [1]),
      meanCorrection: input("correction1", [1]),
      squareCorrection: input("correction2", [1]),
    },
    optimiser,
  );
  const model = encodeModel(
    {
      newWeights: next.weights,
      newMean: next.mean,
      newSquare: next.square,
      loss: losses.total,
      crossEntropy: losses.crossEntropy,
      dice: losses.dice,
    },
    { weights: { decays: decayMask(parameters) } },
  );
  return { model, parameters, weightCount };
}

/** Forward and loss only, for patients that training never sees: loss and logits. */
export function validationGraph(
  network: Network,
  { imageShape, loss }: { readonly imageShape: Shape; readonly loss: LossSettings },
): Uint8Array {
  const parameters = parametersOf(network, imageShape);
  const { ask } = fromFlat(input("weights", [countWeights(parameters)]), parameters);
  const logits = network(input("image", imageShape), ask);
  return encodeModel({ logits, loss: lossesOf(logits, loss).total });
}

/** Labels lie on the logits: networks without padding see more of the image than they label. */
function lossesOf(logits: Value, loss: LossSettings): Losses {
  const [batch, , ...spatial] = logits.shape;
  return lossOf(logits, input("labels", [batch, ...spatial], "uint8"), loss);
}

function decayMask(parameters: readonly Parameter[]): Float32Array {
  const mask = new Float32Array(countWeights(parameters));
  let at = 0;
  for (const { shape, decays } of parameters) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (decays) mask.fill(1, at, at + size);
    at += size;
  }
  return mask;
}
