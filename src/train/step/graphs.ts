import { HeparError } from "../../core/index.ts";
import {
  type Built,
  build,
  cutFlat,
  type Inventory,
  inventoryOf,
  lengthOf,
  type Network,
  type Parameter,
  splitFlat,
} from "../../model/index.ts";
import {
  add,
  concat,
  div,
  encodeModel,
  expand,
  flatten,
  gradient,
  greater,
  inOrder,
  input,
  mul,
  reduceSum,
  type Shape,
  scalar,
  sqrt,
  type Target,
  type Value,
  where,
} from "../../onnx/index.ts";
import { lossOfOutputs } from "./deep-supervision.ts";
import type { Losses, LossSettings } from "./loss.ts";
import { type OptimiserSettings, optimiserOf } from "./optimisers.ts";

/** How a step changes the weights. */
export interface Optimisation {
  readonly optimiser: OptimiserSettings;
  /** A gradient whose Euclidean norm is larger is scaled down to it. */
  readonly clipNorm?: number | undefined;
  /** Keeps a running average of the weights, of which each step leaves this share. */
  readonly averageDecay?: number | undefined;
  /** Batches whose gradients' mean one step takes. Default: 1. */
  readonly accumulate?: number | undefined;
}

/** One training step's graph, as ONNX bytes, and what it works on. */
export interface TrainingGraph {
  /** A step on a batch; where gradients of several are gathered, all of it but the optimiser's. */
  readonly model: Uint8Array;
  /** The optimiser's step by itself, once enough is gathered; undefined where `model` takes it. */
  readonly apply: Uint8Array | undefined;
  readonly inventory: Inventory;
  readonly optimisation: Optimisation;
}

/** The memory in which the average of the weights is kept. */
export const averageName = "average";

/** Names of the flat vectors that go from step to step besides the weights. */
export const memoryNames = ({ optimiser, averageDecay }: Optimisation): string[] => [
  ...optimiserOf(optimiser).memory,
  ...(averageDecay === undefined ? [] : [averageName]),
];

/** The vector of what a network keeps besides its weights, where it keeps anything. */
export const statisticsName = "statistics";

/** The vector in which gradients of several batches are added up. */
export const gatheredName = "gathered";

/** What the new value of a vector is called among a step's results. */
export const nextName = (name: string): string => `next_${name}`;

/**
 * Forward, backward and optimiser step as **one** ONNX graph. It is fed the weights and memories, the
 * statistics where the network has any, the image, the labels, the rate and the optimiser's numbers;
 * it gives what the weights, memories and statistics are next, and the losses.
 *
 * Where gradients are accumulated, forward and backward add to a vector of gradients, and the
 * optimiser is a graph of its own: a step on one batch pays nothing for it, and one on many does not
 * run the optimiser for each.
 *
 * @param imageShape - [n, channels, …]; labels are uint8 [n, …], of the logits' size
 */
export function trainingGraph(network: Network, settings: StepSettings): TrainingGraph {
  const { step, apply, decays, ...about } = stepValues(network, settings);
  const { target } = settings;
  const constants = { weights: { decays }, target };
  return apply === undefined
    ? { ...about, model: encodeModel(step, constants), apply }
    : { ...about, model: encodeModel(step, { target }), apply: encodeModel(apply, constants) };
}

/** What a training step is made of. */
export interface StepSettings extends Optimisation, GraphSettings {}

/** What a graph works on, and where. */
export interface GraphSettings {
  /** [n, channels, …] */
  readonly imageShape: Shape;
  readonly loss: LossSettings;
  /** Default: plain, which runs anywhere. */
  readonly target?: Target | undefined;
}

/** A training step's results by name, before they are written as ONNX. */
export interface StepValues {
  readonly step: Vectors;
  /** The optimiser's, where gradients are accumulated. */
  readonly apply: Vectors | undefined;
  /** 1 where weight decay acts, else 0: the numbers of the input `decays`. */
  readonly decays: Float32Array;
  readonly inventory: Inventory;
  readonly optimisation: Optimisation;
}

/** As `trainingGraph`, but as values, from which its memory can be told. */
export function stepValues(network: Network, settings: StepSettings): StepValues {
  const { imageShape, loss, ...optimisation } = settings;
  const inventory = inventoryOf(network, imageShape);
  const { parameters } = inventory;
  const weights = input("weights", [lengthOf(parameters)]);
  const tensors = tensorsFrom({ weights, inventory });
  const built = buildFrom(tensors, { network, imageShape, mode: "train" });
  const losses = lossesOf(built.outputs, loss);
  const { gradients, decays } = learningOf(losses.total, { parameters, tensors });
  const { accumulate = 1 } = optimisation;
  const results = {
    ...nextOnes(statisticsOf(built, tensors)),
    loss: losses.total,
    crossEntropy: losses.crossEntropy,
    dice: losses.dice,
  };
  if (accumulate === 1) {
    const next = nextOnes(optimised(gradients, { weights, optimisation }));
    const step = { ...next, ...results };
    return { step, apply: undefined, decays, inventory, optimisation };
  }
  const gathered = input(gatheredName, weights.shape);
  const sum = nextOnes({ [gatheredName]: add(gathered, gradients) });
  const mean = mul(gathered, 1 / accumulate);
  const apply = nextOnes(optimised(mean, { weights, optimisation }));
  return { step: { ...sum, ...results }, apply, decays, inventory, optimisation };
}

/**
 * The gradients of all parameters, and where weight decay acts, as flat vectors. Parameters that the
 * loss does not depend on, such as those of an output that does not count, get neither and stay.
 */
function learningOf(
  loss: Value,
  { parameters, tensors }: { parameters: readonly Parameter[]; tensors: Tensors },
): { readonly gradients: Value; readonly decays: Float32Array } {
  const reached = new Set(inOrder([loss]));
  const learns = parameters.filter(({ name }) => reached.has(tensors(name)));
  const slopes = gradient(
    loss,
    learns.map(({ name }) => tensors(name)),
  );
  const slopeOf = new Map(learns.map(({ name }, index) => [name, slopes[index]]));
  const decays = new Float32Array(lengthOf(parameters));
  const pieces = splitFlat(decays, parameters);
  for (const parameter of learns) if (parameter.decays) pieces[parameter.name].fill(1);
  const all = parameters.map(({ name, shape }) => slopeOf.get(name) ?? expand(scalar(0), shape));
  return { gradients: concat(all.map(flatten), 0), decays };
}

type Vectors = Readonly<Record<string, Value>>;

const nextOnes = (vectors: Vectors): Vectors =>
  Object.fromEntries(Object.entries(vectors).map(([name, value]) => [nextName(name), value]));

/** Weights and memories after a step along a gradient. */
function optimised(
  gradient: Value,
  { weights, optimisation }: { readonly weights: Value; readonly optimisation: Optimisation },
): Vectors {
  const flat = (name: string): Value => input(name, weights.shape);
  const optimiser = optimiserOf(optimisation.optimiser);
  const next = optimiser.step({
    weights,
    gradient: clipped(gradient, optimisation.clipNorm),
    decays: flat("decays"),
    rate: input("rate", [1]),
    memory: Object.fromEntries(optimiser.memory.map((name) => [name, flat(name)])),
    numbers: Object.fromEntries(
      Object.keys(optimiser.numbers(1)).map((name) => [name, input(name, [1])]),
    ),
  });
  return {
    weights: next.weights,
    ...next.memory,
    ...averageOf(flat(averageName), next.weights, optimisation.averageDecay),
  };
}

/** g · min(1, most / (|g| + 1e-6)), as torch.nn.utils.clip_grad_norm_. */
function clipped(gradients: Value, most: number | undefined): Value {
  if (most === undefined) return gradients;
  const norm = sqrt(reduceSum(mul(gradients, gradients)));
  const factor = div(most, add(norm, 1e-6));
  return mul(gradients, where(greater(factor, 1), 1, factor));
}

/** a = d · a + (1 − d) · w */
function averageOf(average: Value, weights: Value, decay: number | undefined): Vectors {
  if (decay === undefined) return {};
  return { [averageName]: add(mul(average, decay), mul(weights, 1 - decay)) };
}

/** Forward and loss only, for patients that training never sees: loss and logits. */
export const validationGraph = (network: Network, settings: GraphSettings): Uint8Array =>
  encodeModel(validationValues(network, settings), { target: settings.target });

/** As `validationGraph`, but as values. */
export function validationValues(network: Network, { imageShape, loss }: GraphSettings): Vectors {
  const inventory = inventoryOf(network, imageShape);
  const weights = input("weights", [lengthOf(inventory.parameters)]);
  const tensors = tensorsFrom({ weights, inventory });
  const { outputs } = buildFrom(tensors, { network, imageShape, mode: "eval" });
  return { logits: outputs[0], loss: lossesOf(outputs, loss).total };
}

/** The value of each of a network's tensors, by name. */
type Tensors = (name: string) => Value;

/** Every tensor as a piece of the weights, or of the statistics. */
function tensorsFrom({ weights, inventory }: { weights: Value; inventory: Inventory }): Tensors {
  const { parameters, statistics } = inventory;
  const pieces = cutFlat(weights, parameters);
  if (statistics.length > 0) {
    const kept = input(statisticsName, [lengthOf(statistics)]);
    for (const [name, value] of cutFlat(kept, statistics)) pieces.set(name, value);
  }
  return (name) => {
    const piece = pieces.get(name);
    if (piece !== undefined) return piece;
    throw new HeparError("defect", `the network asks for ${name} only at times`);
  };
}

const buildFrom = (
  tensor: Tensors,
  { network, imageShape, mode }: { network: Network; imageShape: Shape; mode: "train" | "eval" },
): Built => build(network, input("image", imageShape), { mode, tensor });

/** What the statistics are next, as one vector; nothing where there are none. */
function statisticsOf({ inventory, updates }: Built, tensors: Tensors): Vectors {
  const next = inventory.statistics.map(({ name }) => flatten(updates.get(name) ?? tensors(name)));
  return next.length === 0 ? {} : { [statisticsName]: concat(next, 0) };
}

/** Labels lie on the logits: networks without padding see more of the image than they label. */
function lossesOf(outputs: readonly Value[], loss: LossSettings): Losses {
  const [batch, , ...spatial] = outputs[0].shape;
  return lossOfOutputs(outputs, input("labels", [batch, ...spatial], "uint8"), loss);
}
