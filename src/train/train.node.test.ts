import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { randomFrom } from "../core/index.ts";
import { readModel } from "../model/index.node.ts";
import { writeImage, writeMask } from "../slices/index.node.ts";
import type { SliceRow } from "../slices/index.ts";
import type { Recipe } from "./recipe.ts";
import { recipes } from "./recipes.ts";
import { readState } from "./state.node.ts";
import { type TrainOptions, trainModel } from "./train.node.ts";

/** Networks in memory, and how many there is room for. */
const memory = { open: 0, room: Number.POSITIVE_INFINITY };

vi.mock(import("../onnx/index.node.ts"), async (original) => {
  const onnx = await original();
  const openSession: typeof onnx.openSession = async (...given) => {
    if (memory.open >= memory.room) throw new Error("no room for another network");
    const session = await onnx.openSession(...given);
    memory.open++;
    const release = async (): Promise<void> => {
      memory.open--;
      await session.release();
    };
    return { ...session, run: session.run.bind(session), release };
  };
  return { ...onnx, openSession };
});

const size = 16;
let cohort: string;
let slices: SliceRow[];

/** Bright liver discs on a dark ground, some with a dark tumour: four patients of six slices. */
async function writeSlice(name: string, slice: number): Promise<SliceRow> {
  const random = randomFrom(`${name} ${slice}`);
  const [x, y, radius] = [random.between(6, 10), random.between(6, 10), random.between(3, 5)];
  const labels = new Uint8Array(size * size);
  const channels = new Uint8Array(3 * size * size);
  for (let at = 0; at < labels.length; at++) {
    const distance = Math.hypot((at % size) - x, Math.floor(at / size) - y);
    labels[at] = distance > radius ? 0 : slice % 2 === 0 && distance < 1.5 ? 2 : 1;
    const grey = [40, 200, 110][labels[at]] + 10 * random.normal();
    for (let channel = 0; channel < 3; channel++) channels[channel * size * size + at] = grey;
  }
  const image = `slices/images/${name}/${name}_slice_${slice}.jpg`;
  const mask = `slices/masks/${name}/${name}_slice_${slice}.png`;
  await writeImage(join(cohort, image), { width: size, height: size, channels });
  await writeMask(join(cohort, mask), { width: size, height: size, labels });
  const crop = { crop_x: 0, crop_y: 0, crop_width: size, crop_height: size };
  const counts = { liver_pixels: null, tumour_pixels: null };
  const cut = { orientation: "radiological", ...crop, ...counts } as const;
  const place = { case: name, slice, z_mm: null, width: size, height: size, image, mask, ...cut };
  return { ...place, labels: slice % 2 === 0 ? "0:200 1:40 2:7" : "0:200 1:56" };
}

beforeAll(async () => {
  cohort = await mkdtemp(join(tmpdir(), "hepar-train-"));
  const names = ["a", "b", "c", "d"];
  slices = await Promise.all(
    names.flatMap((name) => [0, 1, 2, 3, 4, 5].map((slice) => writeSlice(name, slice))),
  );
});

afterAll(() => rm(cohort, { recursive: true, force: true }));

function options(model: string): TrainOptions {
  return {
    cohort,
    folder: `models/${model}`,
    recipe: {
      ...recipes.small,
      name: "test",
      imageSize: size,
      network: { architecture: "unet", widths: [4, 8], convolutions: 2 },
      batchSize: 2,
      epochs: 8,
      learningRate: 0.02,
    },
    seed: 3,
    fold: 0,
    split: { train: ["a", "b", "c"], watch: [], heldOut: ["d"] },
    trainScans: ["a", "b", "c"].map((name) => ({ case: name, patient: name, sha256: name })),
    slices,
    provenance: "made once",
    threads: 1,
    now: () => 0,
  };
}

const weightsOf = (model: string): Promise<Buffer> =>
  readFile(join(cohort, "models", model, "weights.safetensors"));

test("it learns, writes a whole model, and the journal says how", async () => {
  const { epochs } = await trainModel(options("whole"));
  expect(epochs).toHaveLength(8);
  expect(epochs[7].train_loss).toBeLessThan(0.7 * epochs[0].train_loss);
  expect(epochs[7].held_out_liver_dice).toBeGreaterThan(0.8);
  const { description } = await readModel(join(cohort, "models/whole"));
  expect(description.training).toMatchObject({
    trainCases: ["a", "b", "c"],
    heldOutCases: ["d"],
    steps: 72,
  });
  const journal = await readFile(join(cohort, "models/whole/training.csv"), "utf8");
  expect(journal.trim().split("\n")).toHaveLength(9);
});

/** Case c chooses the epoch, two batches make a step. */
function choosing(model: string, changes: Partial<Recipe> = {}): TrainOptions {
  const usual = options(model);
  return {
    ...usual,
    recipe: {
      ...usual.recipe,
      ...{ epochs: 6, accumulate: 2, averageDecay: 0.8, watchShare: 0.3, ...changes },
    },
    split: { train: ["a", "b"], watch: ["c"], heldOut: ["d"] },
  };
}

/** Every file of a model, but for those that tell how fast it was made. */
async function filesOf(model: string): Promise<Record<string, string>> {
  const folder = join(cohort, "models", model);
  const names = (await readdir(folder)).sort();
  const read = names.map(async (name) => [name, await readFile(join(folder, name), "base64")]);
  return Object.fromEntries(await Promise.all(read));
}

test.each<[string, (model: string) => TrainOptions]>([
  ["plain", options],
  ["with an epoch chosen, gradients accumulated, weights averaged", choosing],
])("stopped twice and gone on, it ends with the same bits: %s", async (how, training) => {
  const [whole, stopped] = [`whole ${how}`, `stopped ${how}`];
  await trainModel(training(whole));
  for (const stopAt of [1.6, 4.2]) {
    const stop = new AbortController();
    const ended = trainModel({
      ...training(stopped),
      signal: stop.signal,
      progress: (event) => {
        if (event.kind === "advance" && event.done > stopAt) stop.abort();
      },
    });
    await expect(ended).rejects.toMatchObject({ code: "run.stopped" });
  }
  const notes: string[] = [];
  await trainModel({
    ...training(stopped),
    progress: (event) => {
      if (event.kind === "note") notes.push(event.message);
    },
  });
  expect(notes).toEqual(["training goes on after epoch 4"]);
  expect(await filesOf(stopped)).toEqual(await filesOf(whole));
});

test("the epoch that segments the patients set aside best is the model, the last is beside it", async () => {
  // No schedule and no averaging: it goes up and down.
  const restless: Partial<Recipe> = {
    schedule: { kind: "constant" },
    learningRate: 1,
    averageDecay: undefined,
  };
  const { epochs } = await trainModel(choosing("chosen", restless));
  const scores = epochs.map(
    ({ watch_liver_dice: liver, watch_tumour_dice: tumour }) =>
      ((liver ?? Number.NaN) + (tumour ?? liver ?? Number.NaN)) / 2,
  );
  const best = scores.indexOf(Math.max(...scores)) + 1;
  const { description } = await readModel(join(cohort, "models/chosen"));
  expect(description.training).toMatchObject({
    ...{ trainCases: ["a", "b"], watchCases: ["c"], heldOutCases: ["d"] },
    // Twelve slices make three steps of two batches of two.
    ...{ epochs: 6, steps: 18 },
    chosen: { by: "set-aside", epoch: best, score: expect.closeTo(scores[best - 1], 12) },
  });
  // A training that ends with the best epoch has the same weights, and they are its last.
  await trainModel(choosing("cut", { ...restless, epochs: best }));
  const [longer, cut] = [await filesOf("chosen"), await filesOf("cut")];
  expect(longer["weights.safetensors"]).toBe(cut["weights.safetensors"]);
  expect(best).toBeLessThan(6);
  expect(longer["last.safetensors"]).not.toBe(cut["last.safetensors"]);
});

test("training ends after so many epochs that were no better", async () => {
  // A rate at which nothing moves: no epoch is better than the first.
  const still = { learningRate: 1e-30, averageDecay: undefined, patience: 2 };
  const { epochs } = await trainModel(choosing("patient", still));
  expect(epochs).toHaveLength(3);
  const { description } = await readModel(join(cohort, "models/patient"));
  expect(description.training).toMatchObject({ epochs: 3, steps: 9, chosen: { epoch: 1 } });
});

test("a loss that is no number stops with the batch's slices; the last good state stays", async () => {
  const usual = options("diverged");
  const recipe: Recipe = {
    ...usual.recipe,
    // Kernels grow by 1 − 1 · 8 = −7 a step: too much for float32 in the second epoch's nine.
    optimiser: { kind: "sgd", momentum: 0, nesterov: false, weightDecay: 8 },
    schedule: { kind: "constant" },
    learningRate: 1,
  };
  const error = await trainModel({ ...usual, recipe }).catch((thrown) => thrown);
  expect(error.code).toBe("train.diverged");
  expect(error.message).toMatch(/^the loss is \S+ at step 1\d, in epoch 2, on [abc] slices? \d/);
  expect(error.hint).toContain("after epoch 1, is kept in models/diverged/state");
  const left = await readState(join(cohort, "models/diverged/state"));
  expect(left?.state.epochs).toHaveLength(1);
  expect(left?.state.weights.every(Number.isFinite)).toBe(true);
});

test("how long the steps wait for data is a share of their time", async () => {
  let clock = 0;
  const training = { ...brief("waiting"), now: () => clock++ };
  const { epochs } = await trainModel(training);
  // The clock ticks when it is read: each batch is waited for one tick of three.
  for (const { waiting_share: share } of epochs) expect(share).toBeCloseTo(1 / 3, 1);
});

const brief = (model: string): TrainOptions => ({
  ...options(model),
  recipe: { ...options(model).recipe, epochs: 2 },
});

/** Trains until the second epoch has begun. */
async function stopInSecondEpoch(training: TrainOptions): Promise<void> {
  const stop = new AbortController();
  const stopped = trainModel({
    ...training,
    signal: stop.signal,
    progress: (event) => {
      if (event.kind === "advance" && event.done > 1.2) stop.abort();
    },
  });
  await expect(stopped).rejects.toMatchObject({ code: "run.stopped" });
}

test.each([
  ["seed", { seed: 4 }],
  ["slices", { provenance: "made anew" }],
])("another training's state is not gone on from: other %s", async (what, changes) => {
  const usual = brief(`other-${what}`);
  await stopInSecondEpoch(usual);
  const warnings: string[] = [];
  await trainModel({
    ...{ ...usual, ...changes },
    progress: (event) => {
      if (event.kind === "warning") warnings.push(event.message);
    },
  });
  expect(warnings).toEqual([expect.stringContaining("stopped after epoch 1 had other settings")]);
});

test("another seed ends elsewhere", async () => {
  await trainModel({ ...options("other"), seed: 4 });
  expect(await weightsOf("other")).not.toEqual(await weightsOf("whole"));
});

test("the journal of a finished model stays until the new one is finished", async () => {
  const journal = (path: string): Promise<string> =>
    readFile(join(cohort, "models/again", path), "utf8");
  await trainModel(brief("again"));
  const first = await journal("training.csv");
  await stopInSecondEpoch({ ...brief("again"), seed: 9 });
  expect(await journal("training.csv")).toBe(first);
  const running = await journal("state/training.csv");
  await trainModel({ ...brief("again"), seed: 9 });
  const second = await journal("training.csv");
  expect(second).not.toBe(first);
  expect(second.startsWith(running)).toBe(true);
});

test("when the second network cannot be opened, the first is released", async () => {
  memory.room = 1;
  await expect(trainModel(options("crowded"))).rejects.toThrow("no room for another network");
  memory.room = Number.POSITIVE_INFINITY;
  expect(memory.open).toBe(0);
});

test("a damaged slice is named", async () => {
  const broken = slices.map((row) =>
    row.slice === 2 ? { ...row, image: "slices/none.jpg" } : row,
  );
  await expect(trainModel({ ...options("broken"), slices: broken })).rejects.toMatchObject({
    code: "input.missing",
    file: join(cohort, "slices/none.jpg"),
  });
});
