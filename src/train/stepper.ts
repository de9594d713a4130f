import type { NetworkVectors } from "../model/index.ts";
import type { Session } from "../onnx/index.ts";
import {
  averageName,
  memoryNames,
  nextName,
  statisticsName,
  type TrainingGraph,
} from "./graphs.ts";
import { optimiserOf } from "./optimisers.ts";

/** What goes from step to step. */
export interface StepState extends NetworkVectors {
  /** The optimiser's vectors by name, and the average of the weights where one is kept. */
  readonly memory: Readonly<Record<string, Float32Array>>;
  /** Steps done. */
  readonly steps: number;
}

export interface Batch {
  /** [n, channels, …] */
  readonly image: Float32Array;
  /** [n, …], class numbers. */
  readonly labels: Uint8Array;
}

/** A step's losses before it changed the weights. */
export interface StepLosses {
  readonly total: number;
  readonly crossEntropy: number;
  readonly dice: number;
}

/** A training graph made ready to run. */
export interface Stepper {
  readonly runtime: string;
  step(
    state: StepState,
    batch: Batch & { readonly rate: number },
  ): Promise<{ state: StepState; losses: StepLosses }>;
  release(): Promise<void>;
}

/** The state before the first step: memories are 0, the average is the weights. */
export const firstState = (
  { optimisation }: TrainingGraph,
  { weights, statistics }: NetworkVectors,
): StepState => ({
  weights,
  statistics,
  memory: Object.fromEntries(
    memoryNames(optimisation).map((name) => [
      name,
      name === averageName ? weights : new Float32Array(weights.length),
    ]),
  ),
  steps: 0,
});

/** The numbers to use: the average of the weights where one is kept. */
export const vectorsToUse = ({ weights, statistics, memory }: StepState): NetworkVectors => ({
  weights: memory[averageName] ?? weights,
  statistics,
});

/** A training graph's steps on a session that was opened with its model, on whatever machine. */
export const stepperOf = (graph: TrainingGraph, session: Session): Stepper => ({
  runtime: session.runtime,
  release: () => session.release(),
  step: (state, batch) => runStep({ session, graph, state, batch }),
});

async function runStep(job: {
  readonly session: Session;
  readonly graph: TrainingGraph;
  readonly state: StepState;
  readonly batch: Batch & { readonly rate: number };
}): Promise<{ state: StepState; losses: StepLosses }> {
  const { session, graph, state, batch } = job;
  const { optimisation } = graph;
  const steps = state.steps + 1;
  const numbers = { rate: batch.rate, ...optimiserOf(optimisation.optimiser).numbers(steps) };
  const result = await session.run({
    weights: state.weights,
    [statisticsName]: state.statistics,
    ...state.memory,
    image: batch.image,
    labels: batch.labels,
    ...Object.fromEntries(
      Object.entries(numbers).map(([name, value]) => [name, Float32Array.of(value)]),
    ),
  });
  const memory = memoryNames(optimisation).map((name) => [name, result[nextName(name)]]);
  return {
    state: {
      weights: result[nextName("weights")],
      statistics: result[nextName(statisticsName)] ?? state.statistics,
      memory: Object.fromEntries(memory),
      steps,
    },
    losses: {
      total: result.loss[0],
      crossEntropy: result.crossEntropy[0],
      dice: result.dice[0],
    },
  };
}
