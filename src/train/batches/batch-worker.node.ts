import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { randomFrom, toHeparError } from "../../core/index.ts";
import { augmenterOf } from "../augment/augment.ts";
import type { BatchOutcome, BatchTask, BatchWorkerSettings, SliceReading } from "./batch-task.ts";
import { announce, awaitSlice, type SliceMemory, sharedSlice } from "./slice-memory.ts";
import { readSlice } from "./slice-store.node.ts";

/** @file A thread that makes batches, one after another, until it is ended from outside. */

if (parentPort !== null) serve(parentPort, workerData as BatchWorkerSettings);

function serve(port: MessagePort, { memory, augmentation }: BatchWorkerSettings): void {
  const augment = augmenterOf(augmentation, { size: memory.size });

  const make = async (task: BatchTask): Promise<void> => {
    // All readings first: no one who waits for another's can keep a third waiting. One that fails
    // ends the training, and with it whoever waits for it.
    await Promise.all(task.readings.map((reading) => readInto(memory, reading)));
    for (const [index, places] of task.samples.entries()) {
      for (const place of places) awaitSlice(memory, place);
      const slices = places.map(({ slot }) => sharedSlice(memory, slot));
      const { classes } = slices[(slices.length - 1) / 2];
      augment(
        { slices: slices.map(({ channels }) => channels), classes },
        { images: task.image, labels: task.labels, index },
        { random: randomFrom(task.seed).fork(index) },
      );
    }
  };

  let busy: Promise<void> = Promise.resolve();
  port.on("message", (task: BatchTask) => {
    busy = busy.then(async () => {
      const { number, image, labels } = task;
      try {
        await make(task);
        const outcome: BatchOutcome = { number, image, labels };
        port.postMessage(outcome, [image.buffer as ArrayBuffer, labels.buffer as ArrayBuffer]);
      } catch (thrown) {
        const outcome: BatchOutcome = { number, failure: toHeparError(thrown).toJSON() };
        port.postMessage(outcome);
      }
    });
  });
}

async function readInto(memory: SliceMemory, reading: SliceReading): Promise<void> {
  const { channels, classes } = await readSlice(reading, memory.size);
  const shared = sharedSlice(memory, reading.slot);
  shared.channels.set(channels);
  shared.classes.set(classes);
  announce(memory, reading);
}
