import type { NetworkVectors } from "../../model/index.ts";
import type { Session } from "../../onnx/index.ts";
import {
  averageName,
  gatheredName,
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
  /** The optimiser's steps that are done. */
  readonly steps: number;
  /** Gradients that wait for more batches before the optimiser's step; undefined right after one. */
  readonly gathered?: { readonly gradient: Float32Array; readonly batches: number };
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
  /** A step on a batch; with gradients accumulated, the optimiser's step comes with the last of them. */
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

/** A training graph's steps on sessions of any machine: `open` gives one for a model's bytes. */
export async function stepperOn(
  graph: TrainingGraph,
  open: (model: Uint8Array) => Promise<Session>,
): Promise<Stepper> {
  const model = await open(graph.model);
  const apply = await openApply(graph, open).catch(async (thrown) => {
    await model.release();
    throw thrown;
  });
  return {
    runtime: model.runtime,
    async release() {
      await model.release();
      await apply?.release();
    },
    step: (state, batch) =>
      apply === undefined
        ? wholeStep(model, { graph, state, batch })
        : partOfStep(model, { graph, state, batch, apply }),
  };
}

const openApply = async (
  { apply }: TrainingGraph,
  open: (model: Uint8Array) => Promise<Session>,
): Promise<Session | undefined> => (apply === undefined ? undefined : open(apply));

interface Job {
  readonly graph: TrainingGraph;
  readonly state: StepState;
  readonly batch: Batch & { readonly rate: number };
}

type Stepped = Awaited<ReturnType<Stepper["step"]>>;
type Results = Awaited<ReturnType<Session["run"]>>;

async function wholeStep(session: Session, job: Job): Promise<Stepped> {
  const { graph, state, batch } = job;
  const results = await session.run({
    ...optimiserFeeds(job),
    [statisticsName]: state.statistics,
    image: batch.image,
    labels: batch.labels,
  });
  return {
    state: { ...after(results, { graph, state }), statistics: statisticsIn(results, state) },
    losses: lossesIn(results),
  };
}

async function partOfStep(
  session: Session,
  { apply, ...job }: Job & { readonly apply: Session },
): Promise<Stepped> {
  const { graph, state, batch } = job;
  const { weights, statistics } = state;
  const gathered = state.gathered ?? { gradient: new Float32Array(weights.length), batches: 0 };
  const results = await session.run({
    weights,
    [statisticsName]: statistics,
    [gatheredName]: gathered.gradient,
    image: batch.image,
    labels: batch.labels,
  });
  const gradient = results[nextName(gatheredName)];
  const batches = gathered.batches + 1;
  const known = { ...state, statistics: statisticsIn(results, state) };
  const losses = lossesIn(results);
  if (batches < (graph.optimisation.accumulate ?? 1)) {
    return { state: { ...known, gathered: { gradient, batches } }, losses };
  }
  const applied = await apply.run({ ...optimiserFeeds(job), [gatheredName]: gradient });
  return { state: after(applied, { graph, state: known }), losses };
}

function optimiserFeeds({ graph, state, batch }: Job): Record<string, Float32Array> {
  const optimiser = optimiserOf(graph.optimisation.optimiser);
  const numbers = { rate: batch.rate, ...optimiser.numbers(state.steps + 1) };
  return {
    weights: state.weights,
    ...state.memory,
    ...Object.fromEntries(
      Object.entries(numbers).map(([name, value]) => [name, Float32Array.of(value)]),
    ),
  };
}

/** The state after the optimiser's step; statistics are not the optimiser's. */
function after(results: Results, { graph, state }: Pick<Job, "graph" | "state">): StepState {
  const memory = memoryNames(graph.optimisation).map((name) => [name, results[nextName(name)]]);
  return {
    weights: results[nextName("weights")],
    statistics: state.statistics,
    memory: Object.fromEntries(memory),
    steps: state.steps + 1,
  };
}

const statisticsIn = (results: Results, { statistics }: StepState): Float32Array =>
  results[nextName(statisticsName)] ?? statistics;

const lossesIn = (results: Results): StepLosses => ({
  total: results.loss[0],
  crossEntropy: results.crossEntropy[0],
  dice: results.dice[0],
});
