import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../files/index.node.ts";
import { decodeSafetensors, encodeSafetensors } from "../model/index.ts";
import type { EpochRow } from "./row.ts";
import type { StepState } from "./stepper.ts";

/** Everything that training needs to go on as if it had never stopped. */
export interface TrainingState extends StepState {
  readonly epochs: readonly EpochRow[];
}

const fileName = "state.safetensors";
const weightsName = "weights";
const statisticsName = "statistics";

const metadataSchema = z.object({
  key: z.string(),
  steps: z.number(),
  epochs: z.array(z.custom<EpochRow>((row) => typeof row === "object" && row !== null)),
});

/** Writes the state as one file, so that it is whole or the one before. */
export function writeState(folder: string, key: string, state: TrainingState): Promise<void> {
  const { weights, statistics, memory } = state;
  const kept = statistics.length === 0 ? {} : { [statisticsName]: statistics };
  const vectors = { [weightsName]: weights, ...kept, ...memory };
  const metadata = JSON.stringify({ key, steps: state.steps, epochs: state.epochs });
  return writeAtomically(
    join(folder, fileName),
    encodeSafetensors({
      tensors: Object.fromEntries(
        Object.entries(vectors).map(([name, data]) => [name, { shape: [data.length], data }]),
      ),
      metadata: { state: metadata },
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
    const left = metadataSchema.parse(JSON.parse(metadata.state));
    const { [weightsName]: weights, [statisticsName]: statistics, ...memory } = tensors;
    const state: TrainingState = {
      weights: weights.data,
      statistics: statistics?.data ?? new Float32Array(0),
      memory: Object.fromEntries(Object.entries(memory).map(([name, { data }]) => [name, data])),
      steps: left.steps,
      epochs: left.epochs,
    };
    return { key: left.key, state };
  } catch {
    return undefined;
  }
}

/** Removes the state: the training is done. */
export const removeState = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true });
