import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { randomFrom } from "../core/index.ts";
import { readModel } from "../model/index.node.ts";
import { writeImage, writeMask } from "../slices/index.node.ts";
import type { SliceRow } from "../slices/index.ts";
import { recipes } from "./recipes.ts";
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
  const place = { case: name, slice, z_mm: null, width: size, height: size, image, mask };
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

test("stopped twice and gone on, it ends with the same bits", async () => {
  for (const stopAt of [1.6, 4.2]) {
    const stop = new AbortController();
    const stopped = trainModel({
      ...options("stopped"),
      signal: stop.signal,
      progress: (event) => {
        if (event.kind === "advance" && event.done > stopAt) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: "run.stopped" });
  }
  const notes: string[] = [];
  await trainModel({
    ...options("stopped"),
    progress: (event) => {
      if (event.kind === "note") notes.push(event.message);
    },
  });
  expect(notes).toEqual(["training goes on after epoch 4"]);
  expect(await weightsOf("stopped")).toEqual(await weightsOf("whole"));
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
