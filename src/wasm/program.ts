import type { Value } from "../onnx/index.ts";
import {
  Assembler,
  add,
  atomic,
  type Body,
  drop,
  get,
  i32,
  type Local,
  lessThan,
  multiply,
  notEqual,
} from "./assembler.ts";
import type { Kernel } from "./kernel.ts";
import { planMemory } from "./memory-plan.ts";
import { extentOf, type Place } from "./place.ts";
import { type Schedule, schedule } from "./schedule.ts";
import { simplify } from "./simplify.ts";

/** A graph as a WebAssembly module over one memory, and where in it everything lies. */
export interface Program {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of 64 KiB. */
  readonly pages: number;
  readonly threads: number;
  readonly schedule: Schedule;
}

/** Words at the start of the memory with which threads wait for one another. */
const words = { arrived: 64, turn: 128, asleep: 192, end: 256 } as const;

/** What is small is not worth sharing. */
const smallCost = 6000;

export interface CompileOptions {
  /** They share the work; all but the first are helpers. */
  readonly threads: number;
  /** Whether the machine knows relaxed SIMD's multiply-add. */
  readonly fused: boolean;
  /** Exports each kernel too, as `kernel0` and so on, for finding out where the time goes. */
  readonly apart?: boolean;
}

/** Compiles a graph: its outputs by the names that they get. */
export function compile(
  outputs: Readonly<Record<string, Value>>,
  options: CompileOptions,
): Program {
  const { threads, fused } = options;
  const plan = schedule(simplify(outputs), threads);
  const end = planMemory(plan, words.end);
  const pages = Math.ceil(end / 65_536) + 1;
  const assembler = new Assembler();
  const barrier = assembler.func(1, (body, [thread]) => writeBarrier(body, thread, threads));
  const kernels = plan.kernels.map((kernel) => {
    const alone = threads === 1 || kernel.cost < smallCost;
    const index = kernel.write({ assembler, threads: alone ? 1 : threads, fused });
    return { ...kernel, index, alone };
  });
  const run = assembler.func(1, (body, [thread]) => {
    const first = (write: () => void): void => body.if(lessThan(get(thread), i32(1)), write);
    const pending: (Kernel & { alone: boolean })[] = [];
    for (const kernel of kernels) {
      const waits = pending.some(
        (before) => !(before.alone && kernel.alone) && disturbs(before, kernel),
      );
      if (waits && threads > 1) {
        body.call(barrier, get(thread));
        pending.length = 0;
      }
      if (kernel.alone) first(() => body.call(kernel.index, i32(0)));
      else body.call(kernel.index, get(thread));
      pending.push(kernel);
    }
    if (threads > 1) body.call(barrier, get(thread));
  });
  assembler.export("run", run);
  if (options.apart) {
    kernels.forEach(({ index }, n) => {
      assembler.export(`kernel${n}`, index);
    });
  }
  return { bytes: assembler.bytes({ pages, shared: threads > 1 }), pages, threads, schedule: plan };
}

const overlap = (some: readonly Place[], others: readonly Place[]): boolean =>
  some.some((one) => {
    const a = extentOf(one);
    return others.some((other) => {
      const b = extentOf(other);
      return a.from < b.to && b.from < a.to;
    });
  });

/** Whether the later kernel must wait for all threads to have done the earlier. */
const disturbs = (before: Kernel, after: Kernel): boolean =>
  overlap(before.writes, [...after.reads, ...after.writes]) || overlap(before.reads, after.writes);

/** Looks so often whether the others are there before it goes to sleep. */
const patience = 20_000;

/** No thread goes on before all have come. The first never sleeps: a page's own thread may not. */
function writeBarrier(body: Body, thread: Local, threads: number): void {
  const turn = body.let("i32", atomic.load(i32(words.turn)));
  const lastOne = (): void => {
    drop(atomic.add(i32(words.arrived), i32(-threads)))(body);
    drop(atomic.add(i32(words.turn), i32(1)))(body);
    body.if(atomic.load(i32(words.asleep)), () =>
      drop(atomic.notify(i32(words.turn), i32(threads)))(body),
    );
  };
  const wait = (): void => {
    const looks = body.let("i32", i32(0));
    body.repeatWhile(() => {
      body.increase(looks, i32(1));
      body.if(lessThan(i32(patience), multiply(get(looks), get(thread))), () => {
        drop(atomic.add(i32(words.asleep), i32(1)))(body);
        drop(atomic.wait(i32(words.turn), get(turn)))(body);
        drop(atomic.add(i32(words.asleep), i32(-1)))(body);
      });
      return notEqual(atomic.load(i32(words.turn)), add(get(turn), i32(1)));
    });
  };
  body.if(lessThan(atomic.add(i32(words.arrived), i32(1)), i32(threads - 1)), wait, lastOne);
}
