import { readNetwork } from "../model/index.node.ts";
import { openSession } from "../onnx/index.node.ts";
import type { LoadedNetwork } from "./network.ts";

/**
 * Opens the network in a folder: hepar's own, or one from elsewhere with its network.json.
 *
 * @throws `model.missing`, `model.invalid`, `runtime.missing`
 */
export async function openNetwork(
  folder: string,
  { threads }: { readonly threads?: number | undefined } = {},
): Promise<LoadedNetwork> {
  const { spec, inference } = await readNetwork(folder);
  const session = await openSession(inference, threads === undefined ? {} : { threads });
  return { spec, session };
}
