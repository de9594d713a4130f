import { readModel } from "../model/index.node.ts";
import type { ModelDescription } from "../model/index.ts";
import { openSession } from "../onnx/index.node.ts";
import type { Session } from "../onnx/index.ts";

/** A trained network, ready to run. */
export interface LoadedModel {
  readonly description: ModelDescription;
  readonly session: Session;
}

/**
 * Opens a model's folder.
 *
 * @throws `model.missing`, `model.invalid`, `runtime.missing`
 */
export async function openModel(
  folder: string,
  { threads }: { readonly threads?: number } = {},
): Promise<LoadedModel> {
  const { description, inference } = await readModel(folder);
  const session = await openSession(inference, threads === undefined ? {} : { threads });
  return { description, session };
}
