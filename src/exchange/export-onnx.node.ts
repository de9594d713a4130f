import { sha256OfBytes, writeAtomically } from "../files/index.node.ts";
import { isForeignNetwork, readDescription, readNetwork } from "../model/index.node.ts";
import type { NetworkSpec } from "../model/index.ts";
import { withMetadata } from "../onnx/index.ts";
import { networkMetadata } from "./network-metadata.ts";

/** An ONNX file that says how to run it. */
export interface ExportedOnnx {
  readonly spec: NetworkSpec;
  readonly sha256: string;
  /** Of the numbers alone. */
  readonly weightsSha256: string;
  readonly bytes: number;
}

/**
 * Writes a model as one ONNX file with, in its metadata, all that a stranger needs to run it: see
 * `networkMetadata`. Nothing in it says whom the network learned from.
 *
 * @param model - the folder of one network
 * @param options.version - hepar's
 * @throws `model.missing`, `model.invalid`; `output.full`, `output.unwritable`
 */
export async function exportOnnx(
  model: string,
  options: { readonly out: string; readonly name: string; readonly version: string },
): Promise<ExportedOnnx> {
  const { out, name, version } = options;
  const { spec: read, inference } = await readNetwork(model);
  const spec = { ...read, name };
  const weightsSha256 = (await isForeignNetwork(model))
    ? sha256OfBytes(inference)
    : (await readDescription(model)).weightsSha256;
  const bytes = withMetadata(inference, networkMetadata({ spec, version, weightsSha256 }));
  await writeAtomically(out, bytes);
  return { spec, weightsSha256, sha256: sha256OfBytes(bytes), bytes: bytes.length };
}
