import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../files/index.node.ts";
import { decodeSafetensors, encodeSafetensors, type NetworkVectors } from "../model/index.ts";
import type { BestEpoch } from "./best-epoch.ts";
import type { EpochRow } from "./row.ts";
import type { StepState } from "./step/stepper.ts";

/** Everything that training needs to go on as if it had never stopped: a whole number of epochs. */
export interface TrainingState extends StepState {
  readonly epochs: readonly EpochRow[];
  /** Where patients are set aside to choose an epoch by; undefined before the first has a score. */
  readonly best?: BestEpoch | undefined;
}

const fileName = "state.safetensors";

/** Vectors are kept by these names, the optimiser's by their own. */
const names = {
  weights: "weights",
  statistics: "statistics",
  bestWeights: "best.weights",
  bestStatistics: "best.statistics",
} as const;

const metadataSchema = z.object({
  key: z.string(),
  steps: z.number(),
  epochs: z.array(z.custom<EpochRow>((row) => typeof row === "object" && row !== null)),
  best: z.object({ epoch: z.number(), score: z.number() }).optional(),
});

/** Writes the state as one file, so that it is whole or the one before. */
export function writeState(folder: string, key: string, state: TrainingState): Promise<void> {
  const { weights, statistics, memory, steps, epochs, best } = state;
  const vectors = {
    [names.weights]: weights,
    [names.statistics]: statistics,
    ...(best === undefined
      ? {}
      : {
          [names.bestWeights]: best.vectors.weights,
          [names.bestStatistics]: best.vectors.statistics,
        }),
    ...memory,
  };
  const chosen = best === undefined ? {} : { best: { epoch: best.epoch, score: best.score } };
  const metadata: z.infer<typeof metadataSchema> = { key, steps, epochs: [...epochs], ...chosen };
  return writeAtomically(
    join(folder, fileName),
    encodeSafetensors({
      tensors: Object.fromEntries(
        Object.entries(vectors).map(([name, data]) => [name, { shape: [data.length], data }]),
      ),
      metadata: { state: JSON.stringify(metadata) },
    }),
  );
}

/** A state as it was left. */
export interface StoredState {
  /** Of the settings and the slices; another one means another training. */
  readonly key: string;
  readonly state: TrainingState;
}

/** The state that was left; undefined when there is none, or it is damaged. */
export async function readState(folder: string): Promise<StoredState | undefined> {
  try {
    const { tensors, metadata } = decodeSafetensors(await readFile(join(folder, fileName)));
    const { key, best, ...left } = metadataSchema.parse(JSON.parse(metadata.state));
    const known = new Set<string>(Object.values(names));
    const memory = Object.entries(tensors).filter(([name]) => !known.has(name));
    const vectors = (weights: string, statistics: string): NetworkVectors => ({
      weights: tensors[weights].data,
      statistics: tensors[statistics].data,
    });
    const state: TrainingState = {
      ...left,
      ...vectors(names.weights, names.statistics),
      memory: Object.fromEntries(memory.map(([name, { data }]) => [name, data])),
      ...(best === undefined
        ? {}
        : { best: { ...best, vectors: vectors(names.bestWeights, names.bestStatistics) } }),
    };
    return { key, state };
  } catch {
    return undefined;
  }
}

/** Removes the state: the training is done. */
export const removeState = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true });
