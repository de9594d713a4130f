import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HeparError } from "../core/index.ts";
import { readJson, sha256OfBytes, writeAtomically, writeJson } from "../files/index.node.ts";
import { encodeModel, input, type Shape } from "../onnx/index.ts";
import { networkOf } from "./architectures.ts";
import { build, inventoryOf } from "./build.ts";
import { tensorsOf, vectorsOf } from "./checkpoint.ts";
import { type ModelDescription, modelDescriptionSchema } from "./description.ts";
import type { NetworkVectors } from "./flat.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

/** Files of a model's folder. */
const fileNames = {
  description: "model.json",
  weights: "weights.safetensors",
  inference: "model.onnx",
} as const;

/**
 * Writes a trained network: weights.safetensors, model.onnx (inference: image [1, c, s, s] → logits
 * [1, classes, s, s]) and, last, model.json, so that a folder with a model.json is whole.
 *
 * @param vectors - all numbers of the network, in the order of its inventory
 */
export async function writeModel(
  folder: string,
  {
    description,
    vectors,
  }: {
    readonly description: Omit<ModelDescription, "format" | "weightsSha256" | "onnxSha256">;
    readonly vectors: NetworkVectors;
  },
): Promise<void> {
  const network = networkOf(description.architecture);
  const imageShape = imageShapeOf(description);
  const tensors = tensorsOf(vectors, inventoryOf(network, imageShape));
  const bytes = encodeSafetensors({ tensors, metadata: { format: "hepar-model/1" } });
  const [logits] = build(network, input("image", imageShape), { mode: "eval" }).outputs;
  const weightsSha256 = sha256OfBytes(bytes);
  // How to run it, not whom it learned from: the file may be handed on, and runtimes look into it.
  const { training: _private, ...howToRun } = description;
  const metadata = { format: "hepar-model/1", ...howToRun, weightsSha256 };
  const model = encodeModel(
    { logits },
    {
      weights: Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data])),
      metadata: { hepar: JSON.stringify(metadata) },
    },
  );
  await writeAtomically(join(folder, fileNames.weights), bytes);
  await writeAtomically(join(folder, fileNames.inference), model);
  const whole: ModelDescription = {
    format: "hepar-model/1",
    ...description,
    weightsSha256,
    onnxSha256: sha256OfBytes(model),
  };
  await writeJson(join(folder, fileNames.description), whole);
}

export interface StoredModel {
  readonly description: ModelDescription;
  /** All numbers of its network. */
  readonly vectors: NetworkVectors;
  /** The inference graph's ONNX bytes. */
  readonly inference: Uint8Array;
}

/**
 * What a model says of itself.
 *
 * @throws `model.missing` when there is none; `model.invalid` when it cannot be understood
 */
export async function readDescription(folder: string): Promise<ModelDescription> {
  await readFrom(folder, fileNames.description);
  const path = join(folder, fileNames.description);
  return readJson(path, modelDescriptionSchema).catch((cause: Error) => {
    throw new HeparError("model.invalid", cause.message, { file: path, cause });
  });
}

/**
 * A model's folder, checked.
 *
 * @throws `model.missing` when there is none; `model.invalid` when its files are damaged or do not
 *   belong together, with what differs
 */
export async function readModel(folder: string): Promise<StoredModel> {
  const description = await readDescription(folder);
  const { weightsSha256, onnxSha256 } = description;
  const weights = await readFrom(folder, fileNames.weights);
  // Before the hash, which only says that something differs.
  const vectors = numbersOf(weights, { folder, description });
  requireHash(weights, { folder, name: fileNames.weights, expected: weightsSha256 });
  const inference = await readFrom(folder, fileNames.inference);
  if (onnxSha256 !== undefined) {
    requireHash(inference, { folder, name: fileNames.inference, expected: onnxSha256 });
  }
  return { description, vectors, inference };
}

function numbersOf(
  weights: Uint8Array,
  { folder, description }: { readonly folder: string; readonly description: ModelDescription },
): NetworkVectors {
  const inventory = readAs(join(folder, fileNames.description), () =>
    inventoryOf(networkOf(description.architecture), imageShapeOf(description)),
  );
  return readAs(join(folder, fileNames.weights), () =>
    vectorsOf(decodeSafetensors(weights).tensors, inventory),
  );
}

/** Whatever a file makes impossible, the file is invalid. */
function readAs<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof HeparError)) throw thrown;
    const { message, hint = "copy the model's folder again" } = thrown;
    throw new HeparError("model.invalid", message, { file, hint, cause: thrown });
  }
}

/** One image of the network's. */
const imageShapeOf = ({
  architecture,
  imageSize,
}: Pick<ModelDescription, "architecture" | "imageSize">): Shape => [
  1,
  architecture.channels,
  imageSize,
  imageSize,
];

async function readFrom(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, name));
  } catch (cause) {
    throw new HeparError("model.missing", `there is no ${name} in ${folder}`, {
      file: join(folder, name),
      hint: "train a model first, or name the folder of one (it holds a model.json)",
      cause,
    });
  }
}

function requireHash(
  bytes: Uint8Array,
  { folder, name, expected }: Readonly<Record<"folder" | "name" | "expected", string>>,
): void {
  const got = sha256OfBytes(bytes);
  if (got === expected) return;
  throw new HeparError(
    "model.invalid",
    `${name} is not the one that ${fileNames.description} names: SHA-256 expected ${expected}, got ${got}`,
    { file: join(folder, name), hint: "copy the model's folder again" },
  );
}
