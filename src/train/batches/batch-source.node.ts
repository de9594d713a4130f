import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { HeparError, type Progress, silent, toHeparError } from "../../core/index.ts";
import type { SliceRow } from "../../slices/index.ts";
import type { Augmentation } from "../augment/augmentation.ts";
import type { Batch } from "../step/stepper.ts";
import type { BatchOutcome, BatchTask, BatchWorkerSettings, SliceReading } from "./batch-task.ts";
import { type Neighbourhoods, neighbourhoodsOf } from "./neighbourhood.ts";
import type { PlannedBatch } from "./sampler.ts";
import { bytesPerSlice, openSliceMemory, type SlicePlace } from "./slice-memory.ts";
import { type HeldPlace, SliceSlots } from "./slice-slots.ts";
import { sliceBudget, slicePaths } from "./slice-store.node.ts";

/** A training's batches in the order of their plan, made on other threads ahead of their use. */
export interface BatchSource {
  /**
   * The next batch. Its arrays are taken back (they lose their length) at the next call; calls must
   * not overlap.
   *
   * @throws `input.missing`, `image.unreadable` when a slice of it cannot be read; `run.stopped`
   */
  next(): Promise<Batch>;
  /** Ends the threads; may be called twice. */
  close(): Promise<void>;
}

export interface BatchSourceOptions {
  readonly cohort: string;
  /** The training slices, each with a mask: what the plan's numbers mean. */
  readonly rows: readonly SliceRow[];
  readonly batches: Iterable<PlannedBatch>;
  readonly batchSize: number;
  /** Slices are stretched to imageSize × imageSize. */
  readonly imageSize: number;
  /** Slices below and above that are channels too; none if not given. */
  readonly neighbours?: number | undefined;
  readonly augmentation: Augmentation;
  /** Threads; a quarter of the processors if not given, since the runtime uses them all. */
  readonly workers?: number | undefined;
  /** Batches that are made or being made while another is used; one more than workers, if not given. */
  readonly ahead?: number | undefined;
  /**
   * Bytes that slices may take once read, an eighth of the memory if not given; what was used longest
   * ago makes room. All slices that are at work at once fit in any case.
   */
  readonly budget?: number | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Begins to make the batches of a plan. The same plan gives the same bits whatever the number of
 * workers: each sample's chance is its own.
 *
 * Memory: 4 · size² bytes a slice (a thousand of 256²: 262 MB) up to the budget, and the batches ahead
 * and in use, (12 · slices in a sample + 1) · size² bytes a sample.
 */
export const openBatchSource = (options: BatchSourceOptions): BatchSource =>
  new ThreadedSource(options);

class ThreadedSource implements BatchSource {
  readonly #options: BatchSourceOptions;
  readonly #plan: Iterator<PlannedBatch>;
  readonly #neighbourhoods: Neighbourhoods;
  readonly #slots: SliceSlots;
  readonly #workers: readonly Worker[];
  /** Room for batches that are not being made, made or used. */
  readonly #rooms: Batch[];
  /** Slots in use, by the number of the batch that uses them. */
  readonly #held = new Map<number, readonly SlicePlace[]>();
  readonly #ended = new Map<number, BatchOutcome>();
  #posted = 0;
  #taken = 0;
  #inUse: Batch | undefined;
  #wake: () => void = () => {};
  #failure: HeparError | undefined;
  readonly #onAbort = (): void => this.#fail(stopped());

  constructor(options: BatchSourceOptions) {
    this.#options = options;
    const { rows, batchSize, imageSize: size, neighbours = 0, progress = silent } = options;
    const { workers = Math.max(1, Math.floor(availableParallelism() / 4)) } = options;
    const { ahead = workers + 1, budget = sliceBudget(), signal } = options;
    this.#plan = options.batches[Symbol.iterator]();
    this.#neighbourhoods = neighbourhoodsOf(rows, neighbours);
    if (neighbours > 0) tellOfGaps(this.#neighbourhoods, progress);
    const inSample = 2 * neighbours + 1;
    this.#rooms = Array.from({ length: ahead + 1 }, () => ({
      image: new Float32Array(batchSize * 3 * inSample * size * size),
      labels: new Uint8Array(batchSize * size * size),
    }));
    const slots = Math.min(
      rows.length,
      Math.max((ahead + 1) * batchSize * inSample, Math.floor(budget / bytesPerSlice(size))),
    );
    this.#slots = new SliceSlots(slots);
    const memory = openSliceMemory({ size, slots });
    const settings = { memory, augmentation: options.augmentation };
    this.#workers = Array.from({ length: workers }, () => this.#start(settings));
    signal?.addEventListener("abort", this.#onAbort);
    if (signal?.aborted) this.#onAbort();
    this.#post();
  }

  async next(): Promise<Batch> {
    if (this.#inUse !== undefined) this.#rooms.push(this.#inUse);
    this.#inUse = undefined;
    this.#post();
    const number = this.#taken++;
    if (number >= this.#posted) throw new HeparError("defect", "every planned batch was taken");
    let outcome = this.#ended.get(number);
    while (outcome === undefined) {
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      outcome = this.#ended.get(number);
    }
    this.#ended.delete(number);
    if ("failure" in outcome) {
      this.#fail(toHeparError(outcome.failure));
      throw this.#failure;
    }
    const { image, labels } = outcome;
    this.#inUse = { image, labels };
    return this.#inUse;
  }

  async close(): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#fail(new HeparError("defect", "the source of batches was closed"));
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Gives the workers all the batches that there is room for, so that they never wait for us. */
  #post(): void {
    while (this.#rooms.length > 0) {
      const planned = this.#plan.next();
      if (planned.done) return;
      const room = this.#rooms.pop() as Batch;
      const task = this.#taskOf(planned.value, room);
      const buffers = [task.image.buffer as ArrayBuffer, task.labels.buffer as ArrayBuffer];
      this.#workers[task.number % this.#workers.length].postMessage(task, buffers);
    }
  }

  #taskOf({ slices, seed }: PlannedBatch, room: Batch): BatchTask {
    const { cohort, rows } = this.#options;
    const readings: SliceReading[] = [];
    const hold = (position: number): HeldPlace => {
      const place = this.#slots.hold(position);
      if (place.isNew) readings.push({ ...place, ...slicePaths(cohort, rows[position]) });
      return place;
    };
    const samples = slices.map((position) => this.#neighbourhoods.of[position].map(hold));
    const number = this.#posted++;
    this.#held.set(number, samples.flat());
    return { number, seed, readings, samples, ...room };
  }

  #start(settings: BatchWorkerSettings): Worker {
    // The worker lies beside this file and ends as it does: .ts in tests, .js once compiled.
    const file = new URL(`./batch-worker.node${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, { workerData: settings, name: "batches" });
    worker.on("message", (outcome: BatchOutcome) => this.#finish(outcome));
    worker.on("error", (thrown) => this.#fail(toHeparError(thrown)));
    worker.on("exit", (status) => {
      this.#fail(new HeparError("defect", `a thread that makes batches ended (status ${status})`));
    });
    return worker;
  }

  #finish(outcome: BatchOutcome): void {
    for (const place of this.#held.get(outcome.number) ?? []) this.#slots.release(place);
    this.#held.delete(outcome.number);
    this.#ended.set(outcome.number, outcome);
    this.#wake();
  }

  /** The first failure stays; what is made already can still be taken. */
  #fail(failure: HeparError): void {
    this.#failure ??= failure;
    this.#wake();
  }
}

const stopped = (): HeparError =>
  new HeparError("run.stopped", "stopped while a batch was being made", {
    hint: "give the same command again: training goes on after the last whole epoch",
  });

function tellOfGaps({ casesWithGaps }: Neighbourhoods, progress: Progress): void {
  if (casesWithGaps.length === 0) return;
  const message = `slices are missing in between in ${casesWithGaps.join(", ")}: the nearest that exist are taken for neighbours`;
  progress({ kind: "note", message });
}
