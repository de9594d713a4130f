import {
  countWeights,
  fromFlat,
  type Network,
  type Parameter,
  parametersOf,
} from "../model/index.ts";
import {
  add,
  concat,
  div,
  encodeModel,
  flatten,
  gradient,
  greater,
  input,
  mul,
  reduceSum,
  type Shape,
  sizeOf,
  sqrt,
  type Value,
  where,
} from "../onnx/index.ts";
import { type Losses, type LossSettings, lossOf } from "./loss.ts";
import { type OptimiserSettings, optimiserOf } from "./optimisers.ts";

/** How a step changes the weights. */
export interface Optimisation {
  readonly optimiser: OptimiserSettings;
  /** A gradient whose Euclidean norm is larger is scaled down to it. */
  readonly clipNorm?: number | undefined;
  /** Keeps a running average of the weights, of which each step leaves this share. */
  readonly averageDecay?: number | undefined;
}

/** One training step's graph, as ONNX bytes, and what it works on. */
export interface TrainingGraph {
  readonly model: Uint8Array;
  readonly parameters: readonly Parameter[];
  readonly weightCount: number;
  readonly optimisation: Optimisation;
}

/** The memory in which the average of the weights is kept. */
export const averageName = "average";

/** Names of the flat vectors that go from step to step besides the weights. */
export const memoryNames = ({ optimiser, averageDecay }: Optimisation): string[] => [
  ...optimiserOf(optimiser).memory,
  ...(averageDecay === undefined ? [] : [averageName]),
];

/** What the new value of a vector is called among a step's results. */
export const nextName = (name: string): string => `next_${name}`;

/**
 * Forward, backward and optimiser step as **one** ONNX graph. It is fed the weights and memories, the
 * image, the labels, the rate and the optimiser's numbers; it gives the next weights and memories and
 * the losses.
 *
 * @param imageShape - [n, channels, …]; labels are uint8 [n, …], of the logits' size
 */
export function trainingGraph(
  network: Network,
  {
    imageShape,
    loss,
    ...optimisation
  }: Optimisation & { readonly imageShape: Shape; readonly loss: LossSettings },
): TrainingGraph {
  const parameters = parametersOf(network, imageShape);
  const weightCount = countWeights(parameters);
  const flat = (name: string): Value => input(name, [weightCount]);
  const weights = flat("weights");
  const { values, ask } = fromFlat(weights, parameters);
  const losses = lossesOf(network(input("image", imageShape), ask), loss);
  const gradients = concat(gradient(losses.total, values).map(flatten), 0);
  const optimiser = optimiserOf(optimisation.optimiser);
  const next = optimiser.step({
    weights,
    gradient: clipped(gradients, optimisation.clipNorm),
    decays: flat("decays"),
    rate: input("rate", [1]),
    memory: Object.fromEntries(optimiser.memory.map((name) => [name, flat(name)])),
    numbers: Object.fromEntries(
      Object.keys(optimiser.numbers(1)).map((name) => [name, input(name, [1])]),
    ),
  });
  const vectors = {
    weights: next.weights,
    ...next.memory,
    ...averageOf(flat(averageName), next.weights, optimisation.averageDecay),
  };
  const model = encodeModel(
    {
      ...Object.fromEntries(
        Object.entries(vectors).map(([name, value]) => [nextName(name), value]),
      ),
      loss: losses.total,
      crossEntropy: losses.crossEntropy,
      dice: losses.dice,
    },
    { weights: { decays: decayMask(parameters) } },
  );
  return { model, parameters, weightCount, optimisation };
}

/** g · min(1, most / (|g| + 1e-6)), as torch.nn.utils.clip_grad_norm_. */
function clipped(gradients: Value, most: number | undefined): Value {
  if (most === undefined) return gradients;
  const norm = sqrt(reduceSum(mul(gradients, gradients)));
  const factor = div(most, add(norm, 1e-6));
  return mul(gradients, where(greater(factor, 1), 1, factor));
}

/** a = d · a + (1 − d) · w */
function averageOf(
  average: Value,
  weights: Value,
  decay: number | undefined,
): Readonly<Record<string, Value>> {
  if (decay === undefined) return {};
  return { [averageName]: add(mul(average, decay), mul(weights, 1 - decay)) };
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
    if (decays) mask.fill(1, at, at + sizeOf(shape));
    at += sizeOf(shape);
  }
  return mask;
}
