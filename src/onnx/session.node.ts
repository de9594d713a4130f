import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import type * as onnxruntime from "onnxruntime-node";
import { HeparError } from "../core/index.ts";
import {
  inThreads,
  type OrtModule,
  openWith,
  type RuntimeOptions,
  requireRuntime,
  type Session,
} from "./session.ts";

/** Where a graph is computed. */
export type Device = "cpu" | "webgpu" | "cuda";

export interface SessionOptions {
  /** The processor, if not given. */
  readonly device?: Device;
  /** Processor threads inside an operation; all, if not given. */
  readonly threads?: number;
}

interface LoadedRuntime {
  readonly ort: OrtModule & Partial<Pick<typeof onnxruntime, "listSupportedBackends">>;
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
      const ort = (await import(name)) as LoadedRuntime["ort"];
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
 * The devices that this runtime is built for. Whether a graphics card is there shows only when a session
 * is opened on it.
 */
export async function runtimeDevices(): Promise<readonly Device[]> {
  const { ort } = await loadRuntime();
  const devices = (ort.listSupportedBackends?.() ?? []).map(({ name }) => name);
  return ["cpu", ...(["webgpu", "cuda"] as const).filter((device) => devices.includes(device))];
}

/**
 * A session for an ONNX model's bytes.
 *
 * @throws `runtime.missing` without ONNX Runtime or the device; `model.invalid` when it refuses the
 *   model
 */
export async function openSession(
  model: Uint8Array,
  { device = "cpu", threads = availableParallelism() }: SessionOptions = {},
): Promise<Session> {
  const { ort, name, native } = await loadRuntime();
  const options: RuntimeOptions = {
    executionProviders: [native ? device : "wasm"],
    graphOptimizationLevel: "all",
    ...(native ? nativeOptions(threads) : {}),
    logSeverityLevel: 3,
  };
  if (device !== "cpu") await requireDevice(device, { ort, native, options });
  const where = device === "cpu" ? `cpu, ${inThreads(threads)}` : device;
  return openWith(ort, model, { runtime: `${name} (${native ? where : "wasm"})`, options });
}

/** What each device needs besides hepar. */
const needs = {
  webgpu: "WebGPU needs a graphics card and, on Linux, its Vulkan driver and libvulkan.so.1",
  cuda: "CUDA needs an NVIDIA card with CUDA and cuDNN, and onnxruntime-node's CUDA library, which its install script fetches (docs/decisions/0005)",
} as const;

async function requireDevice(
  device: Exclude<Device, "cpu">,
  {
    ort,
    native,
    options,
  }: Pick<LoadedRuntime, "ort" | "native"> & {
    readonly options: RuntimeOptions;
  },
): Promise<void> {
  const lacking = {
    message: `ONNX Runtime cannot compute on ${device} on this machine`,
    hint: `${needs[device]}; or leave the device out to compute on the processor`,
  };
  if (!native) throw new HeparError("runtime.missing", lacking.message, lacking);
  await requireRuntime(ort, options, lacking);
}

/**
 * Waiting threads sleep instead of spinning: as fast on a quiet machine (measured), a third faster
 * where other work, such as making the next batch, needs the processor too.
 */
const nativeOptions = (threads: number): RuntimeOptions => ({
  // One plan for all tensors at once costs a third to a half more memory and gains nothing (measured).
  enableMemPattern: false,
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: "0" } } },
});
