import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { HeparError } from "../core/index.ts";
import { readJson, sha256OfBytes } from "../files/index.node.ts";
import { readDescription, readModel } from "./model-folder.node.ts";
import { type NetworkSpec, networkSpecSchema, specOf } from "./network-spec.ts";

/** What a folder with a network from elsewhere holds, besides its model.onnx. */
export const networkFile = "network.json";

const has = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() ?? false;

/** Whether a folder holds a network from elsewhere (network.json) rather than one of hepar's. */
export const isForeignNetwork = async (folder: string): Promise<boolean> =>
  !(await has(join(folder, "model.json"))) && (await has(join(folder, networkFile)));

/**
 * What the network in a folder wants and gives, hepar's own or one from elsewhere.
 *
 * @throws `model.missing` when there is none; `model.invalid` when it cannot be understood
 */
export async function readNetworkSpec(folder: string): Promise<NetworkSpec> {
  if (!(await isForeignNetwork(folder))) {
    return specOf(await readDescription(folder), { name: basename(folder) });
  }
  const path = join(folder, networkFile);
  return readJson(path, networkSpecSchema).catch((cause: Error) => {
    throw new HeparError("model.invalid", cause.message, { file: path, cause });
  });
}

/**
 * The network in a folder, checked: hepar's own or one from elsewhere.
 *
 * @returns its description, and its inference graph's ONNX bytes
 * @throws `model.missing` when there is none; `model.invalid` when its files are damaged or do not
 *   belong together
 */
export async function readNetwork(
  folder: string,
): Promise<{ readonly spec: NetworkSpec; readonly inference: Uint8Array }> {
  const spec = await readNetworkSpec(folder);
  if (!(await isForeignNetwork(folder))) {
    const { inference } = await readModel(folder);
    return { spec, inference };
  }
  const path = join(folder, "model.onnx");
  const inference = await readFile(path).catch((cause: Error) => {
    throw new HeparError("model.missing", `there is no model.onnx in ${folder}`, {
      file: path,
      hint: "import the network again with: hepar import onnx",
      cause,
    });
  });
  const got = sha256OfBytes(inference);
  if (spec.onnxSha256 === undefined || spec.onnxSha256 === got) return { spec, inference };
  throw new HeparError(
    "model.invalid",
    `model.onnx is not the one that ${networkFile} names: SHA-256 expected ${spec.onnxSha256}, got ${got}`,
    { file: path, hint: "import the network again with: hepar import onnx" },
  );
}
