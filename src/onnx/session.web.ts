import type { Env } from "onnxruntime-web";
import { HeparError } from "../core/index.ts";
import {
  inThreads,
  type OrtModule,
  openWith,
  type RuntimeOptions,
  requireRuntime,
  type Session,
} from "./session.ts";

/** Where a graph is computed: WebAssembly on the processor, or the graphics card. */
export type Device = "cpu" | "webgpu";

export interface SessionOptions {
  /** The processor, if not given. */
  readonly device?: Device;
  /**
   * Processor threads inside an operation; all, if not given, but one where the page is not
   * cross-origin isolated. A tab has one pool: the first session that it opens on a device fixes it.
   */
  readonly threads?: number;
  /**
   * The folder, ending in `/`, under which the page's own server keeps onnxruntime-web's `.mjs` and
   * `.wasm` files. Nothing is ever asked of another server.
   */
  readonly files: URL;
}

type WebOrt = OrtModule & { readonly env: Env };

interface LoadedRuntime {
  readonly ort: WebOrt;
  readonly threads: number;
}

/** Each device has its own build of the runtime, loaded when it is first asked for. */
const packages = {
  cpu: (): Promise<WebOrt> => import("onnxruntime-web/wasm"),
  webgpu: (): Promise<WebOrt> => import("onnxruntime-web/webgpu"),
} as const;

const loaded = new Map<Device, Promise<LoadedRuntime>>();

/**
 * ONNX Runtime's session for a model's bytes, in a browser's tab or, which keeps the page alive while a graph
 * runs, in a worker of it.
 *
 * @throws `runtime.missing` without WebGPU, without threads where several are asked for, or when the
 *   runtime's files are not served; `model.invalid` when it refuses the model
 */
export async function openSession(model: Uint8Array, options: SessionOptions): Promise<Session> {
  const { device = "cpu" } = options;
  const first = loaded.get(device) ?? load(device, options);
  loaded.set(device, first);
  const { ort, threads } = await first.catch((thrown) => {
    loaded.delete(device);
    throw thrown;
  });
  return openWith(ort, model, {
    runtime: `onnxruntime-web ${ort.env.versions.web} (${providers[device]}, ${inThreads(threads)})`,
    options: runtimeOptions(device),
  });
}

/** What ONNX Runtime calls the devices. */
const providers = { cpu: "wasm", webgpu: "webgpu" } as const;

const runtimeOptions = (device: Device): RuntimeOptions => ({
  executionProviders: [providers[device]],
  graphOptimizationLevel: "all",
  logSeverityLevel: 3,
});

async function load(
  device: Device,
  { threads: asked, files }: SessionOptions,
): Promise<LoadedRuntime> {
  const threads = grantedThreads(asked);
  if (device === "webgpu") await requireWebGpu();
  const ort = await packages[device]();
  ort.env.wasm.wasmPaths = files.href;
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.proxy = false;
  await requireRuntime(ort, runtimeOptions(device), {
    message: "ONNX Runtime does not start in this browser",
    hint: `serve the .mjs and .wasm files of onnxruntime-web under ${files.href}`,
  });
  return { ort, threads };
}

/**
 * How many threads a page has: they share memory, which a browser grants to isolated pages alone.
 *
 * @throws `runtime.missing` where several are asked for in a page that is not isolated
 */
export function grantedThreads(asked: number | undefined): number {
  if (crossOriginIsolated) return asked ?? navigator.hardwareConcurrency;
  if (asked === undefined || asked === 1) return 1;
  throw new HeparError(
    "runtime.missing",
    `${asked} threads were asked for, but this page is not cross-origin isolated and has one`,
    {
      hint: "serve the page with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp",
    },
  );
}

async function requireWebGpu(): Promise<void> {
  if ("gpu" in navigator && (await (navigator.gpu as Gpu).requestAdapter()) !== null) return;
  throw new HeparError("runtime.missing", "this browser offers no WebGPU", {
    hint: "train on the processor, or use a browser with WebGPU on a machine with a graphics card",
  });
}

/** The part of WebGPU that is asked here; TypeScript's DOM does not know it yet. */
interface Gpu {
  requestAdapter(): Promise<object | null>;
}
