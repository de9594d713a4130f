import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HeparError } from "../core/index.ts";
import { readJson, writeAtomically, writeJson } from "../files/index.node.ts";
import { encodeModel, input } from "../onnx/index.ts";
import { type ModelDescription, modelDescriptionSchema } from "./description.ts";
import { parametersOf, splitFlat } from "./parameters.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import { unet } from "./unet.ts";

/** Files of a model's folder. */
const fileNames = {
  description: "model.json",
  weights: "weights.safetensors",
  inference: "model.onnx",
} as const;

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/**
 * Writes a trained network: weights.safetensors, model.onnx (inference: image [1, c, s, s] → logits
 * [1, classes, s, s]) and, last, model.json, so that a folder with a model.json is whole.
 *
 * @param weights - all parameters as one flat vector, in the network's order
 */
export async function writeModel(
  folder: string,
  {
    description,
    weights,
  }: {
    readonly description: Omit<ModelDescription, "format" | "weightsSha256">;
    readonly weights: Float32Array;
  },
): Promise<void> {
  const { architecture, imageSize } = description;
  const network = unet(architecture);
  const imageShape = [1, architecture.channels, imageSize, imageSize];
  const parameters = parametersOf(network, imageShape);
  const pieces = splitFlat(weights, parameters);
  const bytes = encodeSafetensors({
    tensors: Object.fromEntries(
      parameters.map(({ name, shape }) => [name, { shape, data: pieces[name] }]),
    ),
    metadata: { format: "hepar-model/1" },
  });
  const logits = network(input("image", imageShape), (name, shape) => input(name, shape));
  const whole: ModelDescription = {
    format: "hepar-model/1",
    ...description,
    weightsSha256: sha256(bytes),
  };
  const model = encodeModel(
    { logits },
    { weights: pieces, metadata: { hepar: JSON.stringify(whole) } },
  );
  await writeAtomically(join(folder, fileNames.weights), bytes);
  await writeAtomically(join(folder, fileNames.inference), model);
  await writeJson(join(folder, fileNames.description), whole);
}

export interface StoredModel {
  readonly description: ModelDescription;
  /** The inference graph's ONNX bytes. */
  readonly inference: Uint8Array;
}

/**
 * A model's folder, checked.
 *
 * @throws `model.missing` when there is none; `model.invalid` when its files do not belong together
 */
export async function readModel(folder: string): Promise<StoredModel> {
  const read = async (name: string): Promise<Uint8Array> => {
    try {
      return await readFile(join(folder, name));
    } catch (cause) {
      throw new HeparError("model.missing", `there is no ${name} in ${folder}`, {
        file: join(folder, name),
        hint: "train a model first, or name the folder of one (it holds a model.json)",
        cause,
      });
    }
  };
  await read(fileNames.description);
  const path = join(folder, fileNames.description);
  const description = await readJson(path, modelDescriptionSchema).catch((cause: Error) => {
    throw new HeparError("model.invalid", cause.message, { file: path, cause });
  });
  const weights = await read(fileNames.weights);
  if (sha256(weights) !== description.weightsSha256) {
    throw new HeparError(
      "model.invalid",
      `${fileNames.weights} is not the one that ${fileNames.description} names (its SHA-256 differs)`,
      { file: join(folder, fileNames.weights), hint: "copy the model's folder again" },
    );
  }
  decodeSafetensors(weights);
  return { description, inference: await read(fileNames.inference) };
}
