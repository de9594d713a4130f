import type * as onnxruntime from "onnxruntime-web";
import { HeparError } from "../core/index.ts";
import { encodeModel } from "./encode.ts";
import { input, neg } from "./ops.ts";
import { type Shape, sizeOf } from "./value.ts";

/** Numbers by name. Integers stay what they are; booleans are not fed. */
export type Feeds = Readonly<Record<string, Float32Array | Uint8Array>>;

/** Shapes by the names of inputs, where an input's own leaves lengths open. */
export type FeedShapes = Readonly<Record<string, Shape>>;

/** A graph made ready to run. */
export interface Session {
  /** Feeds every input, gives every output. Calls must not overlap. */
  run(feeds: Feeds, shapes?: FeedShapes): Promise<Readonly<Record<string, Float32Array>>>;
  /** Of a graph from elsewhere: its inputs, null for a length that is open. */
  readonly inputs?: readonly {
    readonly name: string;
    readonly shape: readonly (number | null)[];
  }[];
  /** Of a graph from elsewhere: the names of its outputs. */
  readonly outputs?: readonly string[];
  /** Frees the runtime's memory; the session is of no use afterwards. */
  release(): Promise<void>;
  /** Which runtime it is, such as `onnxruntime-node 1.30.0 (cpu, 2 threads)`. */
  readonly runtime: string;
}

/** How many threads, in words. */
export const inThreads = (threads: number): string =>
  threads === 1 ? "1 thread" : `${threads} threads`;

/** The part of ONNX Runtime's JavaScript API that its packages for Node and for browsers share. */
export type OrtModule = Pick<typeof onnxruntime, "InferenceSession" | "Tensor">;

/** How ONNX Runtime opens a session. */
export type RuntimeOptions = onnxruntime.InferenceSession.SessionOptions;

/**
 * Tries a runtime with the smallest of graphs, so that what is missing on this machine is not taken
 * for a fault of the model.
 *
 * @throws `runtime.missing`, with the words given
 */
export async function requireRuntime(
  ort: OrtModule,
  options: RuntimeOptions,
  lacking: { readonly message: string; readonly hint: string },
): Promise<void> {
  try {
    const smallest = encodeModel({ y: neg(input("x", [1])) });
    await (await ort.InferenceSession.create(smallest, options)).release();
  } catch (cause) {
    throw new HeparError("runtime.missing", lacking.message, { hint: lacking.hint, cause });
  }
}

/**
 * A session of the given runtime.
 *
 * @throws `model.invalid` when it refuses the model
 */
export async function openWith(
  ort: OrtModule,
  model: Uint8Array,
  how: {
    readonly runtime: string;
    readonly options: RuntimeOptions;
  },
): Promise<Session> {
  let session: onnxruntime.InferenceSession;
  try {
    session = await ort.InferenceSession.create(model, how.options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HeparError("model.invalid", `ONNX Runtime refuses the model: ${reason}`, { cause });
  }
  return {
    runtime: how.runtime,
    inputs: session.inputMetadata.map((input) => ({
      name: input.name,
      shape: input.isTensor ? input.shape.map(lengthOf) : [],
    })),
    outputs: session.outputNames,
    run: (feeds, shapes = {}) => runSession({ ort, session, shapes }, feeds),
    release: () => session.release(),
  };
}

/** A length of an input; null when it is a name or not known. */
const lengthOf = (length: number | string): number | null =>
  typeof length === "number" && length > 0 ? length : null;

async function runSession(
  {
    ort,
    session,
    shapes,
  }: {
    readonly ort: OrtModule;
    readonly session: onnxruntime.InferenceSession;
    readonly shapes: FeedShapes;
  },
  feeds: Feeds,
): Promise<Record<string, Float32Array>> {
  const tensors: Record<string, onnxruntime.Tensor> = {};
  for (const input of session.inputMetadata) {
    if (!input.isTensor) continue;
    const data = feeds[input.name];
    const shape = shapes[input.name] ?? input.shape.map(Number);
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
