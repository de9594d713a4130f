import { join } from "node:path";
import { type LoadedModel, openModel, predictCase } from "../predict/index.node.ts";
import type { StudiedRow } from "../study/index.ts";
import { isUsable } from "./catalogue.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { describe, hashOfModel, type ModelPlace } from "./model.node.ts";
import type { CohortRun } from "./run.node.ts";
import { runCases } from "./step.node.ts";

/**
 * The model's masks, on their scans' own grids, of every usable case that it did not learn from.
 *
 * @throws `model.invalid`, `runtime.missing`
 */
export async function predict(
  run: CohortRun,
  rows: readonly StudiedRow[],
  model: ModelPlace,
): Promise<void> {
  const description = await describe(model);
  const unseen = rows.filter(
    (row) => isUsable(row) && !learnedFrom(model, description.training.trainCases, row),
  );
  const { name } = model;
  let loaded: LoadedModel | undefined;
  await runCases(run, {
    step: "predict",
    of: name,
    version: 1,
    unit: "scans",
    settings: {},
    rows: unseen,
    inputsOf: (row) => [row.sha256, hashOfModel(description)],
    isThere: (row) => exists(join(run.folder, layout.prediction(name, row.case))),
    outputsOf: (case_) => [layout.prediction(name, case_), layout.predictedSlices(name, case_)],
    work: async (row) => {
      loaded ??= await openModel(model.folder);
      return predictCase(row, { cohort: run.folder, model: loaded, name });
    },
  });
}

// A model from elsewhere may have learned from other cases of the same name.
const learnedFrom = (model: ModelPlace, trained: readonly string[], row: StudiedRow): boolean =>
  model.own && trained.includes(row.case);
