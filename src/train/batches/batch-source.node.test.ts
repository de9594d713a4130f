import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { randomFrom } from "../../core/index.ts";
import { writeImage, writeMask } from "../../slices/index.node.ts";
import { inputOf, type SliceRow } from "../../slices/index.ts";
import { augmenterOf } from "../augment/augment.ts";
import { noAugmentation, strongAugmentation } from "../augment/augmentation.ts";
import { type BatchSource, type BatchSourceOptions, openBatchSource } from "./batch-source.node.ts";
import type { BatchTask, BatchWorkerSettings } from "./batch-task.ts";
import type { PlannedBatch } from "./sampler.ts";
import { openSliceStore } from "./slice-store.node.ts";

/** The threads that were started, with what they were given. */
const threads: { worker: Worker; settings: BatchWorkerSettings; tasks: BatchTask[] }[] = [];
let ended = 0;

vi.mock(import("node:worker_threads"), async (original) => {
  const actual = await original();
  class Watched extends actual.Worker {
    readonly #tasks: BatchTask[] = [];
    constructor(...[file, options]: ConstructorParameters<typeof Worker>) {
      super(file, options);
      threads.push({ worker: this, settings: options?.workerData, tasks: this.#tasks });
      this.on("exit", () => ended++);
    }
    override postMessage(...given: Parameters<Worker["postMessage"]>): void {
      this.#tasks.push(given[0]);
      super.postMessage(...given);
    }
  }
  return { ...actual, Worker: Watched };
});

const size = 16;
const pixels = size * size;
let cohort: string;
let rows: SliceRow[];

async function writeSlice(name: string, slice: number): Promise<SliceRow> {
  const random = randomFrom(`${name} ${slice}`);
  const channels = Uint8Array.from({ length: 3 * pixels }, () => random.below(256));
  const labels = Uint8Array.from({ length: pixels }, () => random.below(3));
  const image = `slices/images/${name}/${name}_slice_${slice}.jpg`;
  const mask = `slices/masks/${name}/${name}_slice_${slice}.png`;
  await writeImage(join(cohort, image), { width: size, height: size, channels });
  await writeMask(join(cohort, mask), { width: size, height: size, labels });
  const crop = { crop_x: 0, crop_y: 0, crop_width: size, crop_height: size };
  const counts = { liver_pixels: null, tumour_pixels: null };
  const cut = { orientation: "radiological", ...crop, ...counts } as const;
  const place = { case: name, slice, z_mm: null, width: size, height: size, image, mask, ...cut };
  return { ...place, labels: "0:86 1:85 2:85" };
}

beforeAll(async () => {
  cohort = await mkdtemp(join(tmpdir(), "hepar-batches-"));
  const slices = ["a", "b"].flatMap((name) => [0, 1, 2, 3].map((k) => [name, k] as const));
  rows = await Promise.all(slices.map(([name, slice]) => writeSlice(name, slice)));
});

afterEach(() => {
  threads.length = 0;
  ended = 0;
});

afterAll(() => rm(cohort, { recursive: true, force: true }));

/** Batches of two slices each. */
const planOf = (...batches: readonly (readonly number[])[]): PlannedBatch[] =>
  batches.map((slices, number) => ({ slices, seed: `7/${number}` }));

const plan = planOf([0, 1], [2, 3], [4, 5], [6, 7], [7, 0], [3, 3], [5, 2], [1, 6]);

const open = (options: Partial<BatchSourceOptions> = {}): BatchSource =>
  openBatchSource({
    ...{ cohort, rows, batches: plan, batchSize: 2, imageSize: size },
    augmentation: strongAugmentation,
    workers: 1,
    ...options,
  });

/** Copies of all batches, and an end. */
async function take(source: BatchSource, count = plan.length) {
  const taken: { image: Float32Array; labels: Uint8Array }[] = [];
  try {
    for (let n = 0; n < count; n++) {
      const { image, labels } = await source.next();
      taken.push({ image: image.slice(), labels: labels.slice() });
    }
  } finally {
    await source.close();
  }
  return taken;
}

const readings = (): string[] =>
  threads.flatMap(({ tasks }) => tasks.flatMap((task) => task.readings.map(({ image }) => image)));

test("the same bits from one, two and three workers, and as made without any", async () => {
  const [one, two, three] = await Promise.all(
    [1, 2, 3].map((workers) => take(open({ workers, neighbours: 1 }))),
  );
  expect(two).toEqual(one);
  expect(three).toEqual(one);
  const store = openSliceStore(cohort, { rows, imageSize: size, neighbours: 1 });
  const augment = augmenterOf(strongAugmentation, { size });
  for (const [number, { slices, seed }] of plan.entries()) {
    const images = new Float32Array(2 * 9 * pixels);
    const labels = new Uint8Array(2 * pixels);
    for (const [index, position] of slices.entries()) {
      const random = randomFrom(seed).fork(index);
      augment(await store.get(position), { images, labels, index }, { random });
    }
    expect(one[number]).toEqual({ image: images, labels });
  }
  expect(ended).toBe(6);
});

test("neighbours are channels, from the lowest slice to the highest, the ends repeated", async () => {
  const batches = planOf([4, 6]);
  const [{ image }] = await take(open({ batches, neighbours: 1, augmentation: noAugmentation }), 1);
  const store = openSliceStore(cohort, { rows, imageSize: size });
  const inputs = await Promise.all(
    [4, 4, 5, 5, 6, 7].map(async (position) => inputOf((await store.get(position)).slices[0])),
  );
  expect(image).toEqual(Float32Array.from(inputs.flatMap((input) => [...input])));
});

test("each slice is read once, whoever needs it, while memory allows", async () => {
  await take(open({ workers: 2 }));
  expect(readings().sort()).toEqual(rows.map(({ image }) => join(cohort, image)).sort());
});

test("within a bound, slices are read again and the bits are the same", async () => {
  const [bound, unbound] = await Promise.all(
    [0, 1e9].map((budget) => take(open({ ahead: 1, budget }))),
  );
  expect(bound).toEqual(unbound);
  const bytes = threads.map(({ settings }) =>
    settings.memory.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0),
  );
  // Two batches of two slices at work at once, of 4 · 16² bytes; or all eight slices.
  expect(bytes).toEqual([4 * 1024, 8 * 1024]);
  expect(threads.map(({ tasks }) => tasks.flatMap((task) => task.readings).length)).toEqual([
    14, 8,
  ]);
});

test("no more batches are made than there is room for, and taken ones give theirs back", async () => {
  const source = open({ ahead: 2 });
  const posted = (): number => threads[0].tasks.length;
  expect(posted()).toBe(3);
  const first = await source.next();
  expect(posted()).toBe(3);
  expect(first.image).toHaveLength(2 * 3 * pixels);
  await source.next();
  expect(posted()).toBe(4);
  expect(first.image).toHaveLength(0);
  await source.close();
});

test("after the last batch there is none", async () => {
  const source = open({ batches: planOf([0, 1]) });
  await source.next();
  await expect(source.next()).rejects.toThrow("every planned batch was taken");
  await source.close();
});

test("a damaged slice is named, when its batch is asked for and not before", async () => {
  const image = "slices/images/a/damaged.jpg";
  await writeFile(join(cohort, image), "no picture");
  const damaged = rows.map((row, position) => (position === 2 ? { ...row, image } : row));
  for (const workers of [1, 2]) {
    // The second worker's batch needs the slice that the first one's reading has failed on.
    const batches = planOf([0, 1], [1, 0], [2, 3], [3, 2]);
    const source = open({ rows: damaged, batches, workers, ahead: 3 });
    await source.next();
    await source.next();
    const failure = { code: "image.unreadable", file: join(cohort, image) };
    await expect(source.next()).rejects.toMatchObject(failure);
    await expect(source.next()).rejects.toMatchObject(failure);
    await source.close();
  }
  expect(ended).toBe(3);
});

test("a missing slice is named", async () => {
  const source = open({ rows: rows.map((row) => ({ ...row, mask: "slices/none.png" })) });
  await expect(source.next()).rejects.toMatchObject({
    code: "input.missing",
    file: join(cohort, "slices/none.png"),
  });
  await source.close();
});

test("a killed worker ends the training, and another that waits for it ends too", async () => {
  // The second batch needs a slice that the first one's worker was to read.
  const source = open({ batches: planOf([0, 1], [1, 2]), workers: 2 });
  await threads[0].worker.terminate();
  await expect(source.next()).rejects.toMatchObject({
    code: "defect",
    message: expect.stringContaining("a thread that makes batches ended"),
  });
  await source.close();
  expect(ended).toBe(2);
});

test("when it is stopped nothing is waited for, and all threads end", async () => {
  const stop = new AbortController();
  const source = open({ workers: 2, signal: stop.signal });
  const waiting = source.next();
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: "run.stopped" });
  await source.close();
  await source.close();
  expect(ended).toBe(2);
});

test("slices missing in between are told of, once", async () => {
  const messages: string[] = [];
  const sparse = rows.filter((row) => row.case === "b" || row.slice % 2 === 0);
  const source = open({
    ...{ rows: sparse, batches: planOf([0, 1]), neighbours: 1 },
    progress: (event) => {
      if (event.kind === "note") messages.push(event.message);
    },
  });
  await take(source, 1);
  expect(messages).toEqual([
    "slices are missing in between in a: the nearest that exist are taken for neighbours",
  ]);
});
