import { HeparError } from "../core/index.ts";
import { decodeModel, type Session } from "../onnx/index.ts";
import {
  grantedThreads,
  openSession as openInOnnxRuntime,
  type SessionOptions,
} from "../onnx/index.web.ts";
import { machineFor } from "./machine.ts";
import { compile } from "./program.ts";
import { hasFusedMultiplyAdd } from "./relaxed-simd.ts";

/**
 * What a helping thread does: it waits for its turn, takes its share of the graph, and again. Written
 * as text, so that no bundler and no server has to know of a second file.
 */
const helper = `onmessage = async ({ data: { module, memory, thread } }) => {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const turn = new Int32Array(memory.buffer, 0, 1);
  postMessage("ready");
  for (let done = 0; ; done++) {
    Atomics.wait(turn, 0, done);
    exports.run(thread);
  }
};`;

/**
 * A session for an ONNX model's bytes in a browser. On the processor a model that hepar wrote runs in
 * WebAssembly compiled for its shapes: about twice as fast as ONNX Runtime's, in a fraction of its
 * memory (docs/decisions/0013). Others' models, and the graphics card, are ONNX Runtime's. It computes
 * on the thread that calls it, so it belongs into a worker.
 *
 * @throws `runtime.missing` without what is asked for; `model.invalid` when ONNX Runtime refuses too
 */
export async function openSession(model: Uint8Array, options: SessionOptions): Promise<Session> {
  if (options.device === "webgpu") return openInOnnxRuntime(model, options);
  const outputs = readable(model);
  return outputs === undefined ? openInOnnxRuntime(model, options) : openCompiled(outputs, options);
}

type Outputs = ReturnType<typeof decodeModel>;

function readable(model: Uint8Array): Outputs | undefined {
  try {
    return decodeModel(model);
  } catch (thrown) {
    if (thrown instanceof HeparError) return undefined;
    throw thrown;
  }
}

async function openCompiled(outputs: Outputs, options: SessionOptions): Promise<Session> {
  const threads = grantedThreads(options.threads);
  const program = compile(outputs, { threads, fused: hasFusedMultiplyAdd() });
  const machine = await machineFor(program);
  const { module, memory } = machine;
  const run = await machine.start();
  const turn = new Int32Array(memory.buffer, 0, 1);
  const helpers = await Promise.all(
    Array.from({ length: threads - 1 }, (_, n) => startHelper({ module, memory, thread: n + 1 })),
  );
  return {
    runtime: `hepar (wasm, ${threads === 1 ? "1 thread" : `${threads} threads`})`,
    async run(feeds) {
      machine.feed(feeds);
      if (threads > 1) {
        Atomics.add(turn, 0, 1);
        Atomics.notify(turn, 0);
      }
      run(0);
      return machine.results();
    },
    async release() {
      for (const worker of helpers) worker.terminate();
    },
  };
}

function startHelper(job: {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
}): Promise<Worker> {
  const address = URL.createObjectURL(new Blob([helper], { type: "text/javascript" }));
  const worker = new Worker(address);
  return new Promise((resolve, reject) => {
    worker.onmessage = () => {
      URL.revokeObjectURL(address);
      resolve(worker);
    };
    worker.onerror = reject;
    worker.postMessage(job);
  });
}
