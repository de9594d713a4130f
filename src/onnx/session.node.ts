import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import type { InferenceSession } from "onnxruntime-node";
import { HeparError } from "../core/index.ts";
import { type OrtModule, openWith, type Session } from "./session.ts";

export interface SessionOptions {
  /** Processor threads inside an operation; all, if not given. */
  readonly threads?: number;
}

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
  return openWith(ort, model, {
    runtime: `${name} (${native ? `cpu, ${threads} threads` : "wasm"})`,
    options: {
      executionProviders: [native ? "cpu" : "wasm"],
      graphOptimizationLevel: "all",
      ...(native ? nativeOptions(threads) : {}),
      logSeverityLevel: 3,
    },
  });
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
