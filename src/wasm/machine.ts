import { HeparError } from "../core/index.ts";
import { type Feeds, sizeOf } from "../onnx/index.ts";
import type { Place } from "./place.ts";
import type { Program } from "./program.ts";

/** A program with its memory. */
export interface Machine {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The program itself: each thread calls it with its number. */
  start(): Promise<(thread: number) => void>;
  /** Puts the inputs where the program expects them. */
  feed(feeds: Feeds): void;
  /** Copies of the outputs. */
  results(): Record<string, Float32Array>;
}

export async function machineFor({ bytes, pages, threads, schedule }: Program): Promise<Machine> {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: threads > 1 });
  const view = ({ buffer, shape }: Place): Float32Array =>
    new Float32Array(memory.buffer, buffer.address, sizeOf(shape));
  const inputs = [...schedule.inputs].map(([name, place]) => ({ name, numbers: view(place) }));
  const outputs = [...schedule.outputs].map(([name, place]) => ({ name, numbers: view(place) }));
  for (const [place, numbers] of schedule.constants) view(place).set(numbers);
  const module = await WebAssembly.compile(bytes);
  return {
    module,
    memory,
    async start() {
      const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
      return exports.run as (thread: number) => void;
    },
    feed(feeds) {
      for (const { name, numbers } of inputs) {
        const data = feeds[name];
        if (data?.length !== numbers.length) {
          throw new HeparError(
            "graph.shape",
            `the input ${name} takes ${numbers.length} numbers, got ${data?.length ?? "none"}`,
          );
        }
        numbers.set(data);
      }
    },
    results: () => Object.fromEntries(outputs.map(({ name, numbers }) => [name, numbers.slice()])),
  };
}
