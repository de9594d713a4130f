import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../files/index.node.ts";
import { decodeSafetensors, encodeSafetensors } from "../model/index.ts";
import type { EpochRow } from "./row.ts";

/** Everything that training needs to go on as if it had never stopped. */
export interface TrainingState {
  readonly weights: Float32Array;
  /** AdamW's running means of the gradient and of its square. */
  readonly mean: Float32Array;
  readonly square: Float32Array;
  /** Optimiser steps done. */
  readonly steps: number;
  readonly epochs: readonly EpochRow[];
}

const fileName = "state.safetensors";

const metadataSchema = z.object({
  key: z.string(),
  steps: z.number(),
  epochs: z.array(z.custom<EpochRow>((row) => typeof row === "object" && row !== null)),
});

/** Writes the state as one file, so that it is whole or the one before. */
export function writeState(folder: string, key: string, state: TrainingState): Promise<void> {
  const shape = [state.weights.length];
  const metadata = JSON.stringify({ key, steps: state.steps, epochs: state.epochs });
  return writeAtomically(
    join(folder, fileName),
    encodeSafetensors({
      tensors: {
        weights: { shape, data: state.weights },
        mean: { shape, data: state.mean },
        square: { shape, data: state.square },
      },
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
    const state: TrainingState = {
      weights: tensors.weights.data,
      mean: tensors.mean.data,
      square: tensors.square.data,
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
