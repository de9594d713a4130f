import { HeparError } from "../core/index.ts";
import { readNetwork } from "../model/index.node.ts";
import type { NetworkSpec } from "../model/index.ts";
import { bestTarget, openSession } from "../onnx/index.node.ts";
import { decodeModel, encodeModel } from "../onnx/index.ts";
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
  const model = await fastest(inference, spec);
  const session = await openSession(model, threads === undefined ? {} : { threads });
  return { spec, session };
}

/**
 * Convolutions in three dimensions, of which ONNX Runtime's own optimiser blocks none, over channels in
 * blocks: half the processor time (96³, widths 8 to 64), the same numbers but for their last digits.
 */
async function fastest(inference: Uint8Array, { input }: NetworkSpec): Promise<Uint8Array> {
  if (input.kind !== "3d" || !isOurs(inference)) return inference;
  const target = await bestTarget();
  if (target.kind === "plain") return inference;
  try {
    return encodeModel(decodeModel(inference), { target });
  } catch (thrown) {
    if (thrown instanceof HeparError) return inference;
    throw thrown;
  }
}

/**
 * Whether `encodeModel` wrote a file, so that `decodeModel` understands all of it: its producer's name
 * (field 2) comes first, after the version.
 */
const isOurs = (model: Uint8Array): boolean =>
  new TextDecoder("latin1").decode(model.subarray(0, 16)).includes("\u0012\u0005hepar");
