import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { HeparError } from "../core/index.ts";
import { sizeOf } from "./value.ts";

/** Numbers by name. Integers stay what they are; booleans are not fed. */
export type Feeds = Readonly<Record<string, Float32Array | Uint8Array>>;

/** A graph made ready to run. */
export interface Session {
  /** Feeds every input, gives every output. Calls must not overlap. */
  run(feeds: Feeds): Promise<Readonly<Record<string, Float32Array>>>;
  /** Frees the runtime's memory; the session is of no use afterwards. */
  release(): Promise<void>;
  /** Which runtime it is, such as `onnxruntime-node 1.30.0 (cpu, 2 threads)`. */
  readonly runtime: string;
}

export interface SessionOptions {
  /** Processor threads inside an operation; all, if not given. */
  readonly threads?: number;
}

/** The part of ONNX Runtime's JavaScript API that both packages share. */
type OrtModule = Pick<typeof import("onnxruntime-node"), "InferenceSession" | "Tensor">;

interface LoadedRuntime {
  readonly ort: OrtModule;
  readonly name: string;
  readonly native: boolean;
}

let loaded: Promise<LoadedRuntime> | undefined;

/** onnxruntime-node where it is installed and loads, else onnxruntime-web (WASM, slower). */
function loadRuntime(): Promise<LoadedRuntime> {
  loaded ??= loadFirst(["onnxruntime-node", "onnxruntime-web"]);
  return loaded;
}

async function loadFirst(packages: readonly string[]): Promise<LoadedRuntime> {
  // onnxruntime-node reports to its maker unless told not to before it is loaded (decision 0007).
  process.env.ORT_DISABLE_TELEMETRY = "1";
  let cause: unknown;
  for (const name of packages) {
    try {
      const ort = (await import(name)) as OrtModule;
      return { ort, name: `${name} ${versionOf(name)}`, native: name === "onnxruntime-node" };
    } catch (thrown) {
      cause = thrown;
    }
  }
  throw new HeparError("runtime.missing", "ONNX Runtime is not installed", {
    hint: "run npm install again: hepar needs onnxruntime-node or onnxruntime-web",
    cause,
  });
}

function versionOf(name: string): string {
  // The packages export no package.json, so it is found beside their entry.
  const entry = createRequire(import.meta.url).resolve(name);
  const folder = entry.slice(0, entry.lastIndexOf(name) + name.length);
  const { version } = createRequire(import.meta.url)(`${folder}/package.json`) as {
    version: string;
  };
  return version;
}

/** Which runtime would be used, without opening a model. */
export async function runtimeName(): Promise<string> {
  return (await loadRuntime()).name;
}

/**
 * A session for an ONNX model's bytes.
 *
 * @throws `runtime.missing` without ONNX Runtime; `model.invalid` when it refuses the model
 */
export async function openSession(
  model: Uint8Array,
  { threads = availableParallelism() }: SessionOptions = {},
): Promise<Session> {
  const { ort, name, native } = await loadRuntime();
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(model, {
      executionProviders: [native ? "cpu" : "wasm"],
      graphOptimizationLevel: "all",
      ...(native ? nativeOptions(threads) : {}),
      logSeverityLevel: 3,
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HeparError("model.invalid", `ONNX Runtime refuses the model: ${reason}`, { cause });
  }
  return {
    runtime: `${name} (${native ? `cpu, ${threads} threads` : "wasm"})`,
    run: (feeds) => runSession(ort, session, feeds),
    release: () => session.release(),
  };
}

/**
 * Waiting threads sleep instead of spinning: as fast on a quiet machine (measured), a third faster
 * where other work, such as making the next batch, needs the processor too.
 */
const nativeOptions = (threads: number): InferenceSession.SessionOptions => ({
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: "0" } } },
});

async function runSession(
  ort: OrtModule,
  session: InferenceSession,
  feeds: Feeds,
): Promise<Record<string, Float32Array>> {
  const tensors: Record<string, Tensor> = {};
  for (const input of session.inputMetadata) {
    if (!input.isTensor) continue;
    const data = feeds[input.name];
    const shape = input.shape.map(Number);
    if (data?.length !== sizeOf(shape)) {
      throw new HeparError(
        "graph.shape",
        `the input ${input.name} takes ${sizeOf(shape)} numbers, got ${data?.length ?? "none"}`,
      );
    }
    tensors[input.name] = new ort.Tensor(
      data instanceof Uint8Array ? "uint8" : "float32",
      data,
      shape,
    );
  }
  const outputs = await session.run(tensors);
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]),
  );
}
