import { join } from "node:path";
import { z } from "zod";
import { readJson, writeJson } from "../files/index.node.ts";
import type { MapChoices } from "../predict/index.node.ts";
import type { PredictionChoices } from "../predict/index.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import type { CohortRun } from "./run.node.ts";

/** What may be asked of a prediction; see `PredictionChoices`. */
export interface PredictionRequest {
  readonly choices?: PredictionChoices;
  readonly maps?: MapChoices;
}

const choicesSchema = z.object({
  choices: z.record(z.string(), z.union([z.number(), z.boolean(), z.string(), z.null()])),
  maps: z.record(z.string(), z.boolean()),
});

/** What was asked for, or, when nothing was, what was asked for last: a score is of masks as they are. */
export async function requestFor(
  run: CohortRun,
  model: string,
  asked: PredictionRequest | undefined,
): Promise<Required<PredictionRequest>> {
  const file = join(run.folder, layout.predictionChoices(model));
  if (asked === undefined) {
    if (!(await exists(file))) return { choices: {}, maps: {} };
    return (await readJson(file, choicesSchema)) as Required<PredictionRequest>;
  }
  // Only what was chosen: nothing, and a flag that was not given, is no setting.
  const chosen = <Part extends object>(part: Part | undefined): Part =>
    Object.fromEntries(
      Object.entries(part ?? {}).filter(
        ([name, value]) => value !== undefined && !(value === false && flags.has(name)),
      ),
    ) as Part;
  const request = { choices: chosen(asked.choices), maps: chosen(asked.maps) };
  await writeJson(file, request);
  return request;
}

const flags = new Set(["air", "probabilities", "entropy"]);
