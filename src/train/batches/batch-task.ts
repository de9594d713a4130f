import type { SerializedError } from "../../core/index.ts";
import type { Augmentation } from "../augment/augmentation.ts";
import type { Batch } from "../step/stepper.ts";
import type { SliceMemory, SlicePlace } from "./slice-memory.ts";

/** @file What the thread that trains and those that make batches say to each other. */

/** What a worker is started with. */
export interface BatchWorkerSettings {
  readonly memory: SliceMemory;
  readonly augmentation: Augmentation;
}

/** A slice to be read into its slot. */
export interface SliceReading extends SlicePlace {
  readonly image: string;
  readonly mask: string;
}

/** One batch to be made. Its arrays go to the worker and come back filled. */
export interface BatchTask extends Batch {
  /** From 0, in the order of the plan. */
  readonly number: number;
  readonly seed: string;
  readonly readings: readonly SliceReading[];
  /** Each sample's slices, lowest first. */
  readonly samples: readonly (readonly SlicePlace[])[];
}

/** How a task ended. */
export type BatchOutcome =
  | (Batch & { readonly number: number })
  | { readonly number: number; readonly failure: SerializedError };
