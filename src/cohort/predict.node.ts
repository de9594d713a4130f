import { join } from "node:path";
import {
  type LoadedModel,
  openModel,
  type Prediction,
  predictCase,
} from "../predict/index.node.ts";
import type { StudiedRow } from "../study/index.ts";
import { isUsable } from "./catalogue.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { hashOfModel, type ModelPlace } from "./model.node.ts";
import type { CohortRun } from "./run.node.ts";
import { type CaseStep, runCases } from "./step.node.ts";
import { unseenBy } from "./unseen.ts";

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
  const { name, description } = model;
  const usable = rows.filter(isUsable);
  const unseen = unseenBy(model, rows).rows.filter(isUsable);
  if (!model.own && unseen.length < usable.length) {
    const message = `${name} learned from ${usable.length - unseen.length} of these scans: they are not predicted`;
    run.progress({ kind: "note", message });
  }
  let loaded: LoadedModel | undefined;
  const step: CaseStep<StudiedRow, Prediction> = {
    step: "predict",
    of: name,
    version: 1,
    unit: "scans",
    settings: {},
    rows: unseen,
    inputsOf: (row) => [row.sha256, hashOfModel(description)],
    isThere: async (row) =>
      (await exists(join(run.folder, layout.prediction(name, row.case)))) &&
      (await exists(join(run.folder, layout.predictedSlices(name, row.case)))),
    outputsOf: (case_) => [layout.prediction(name, case_), layout.predictedSlices(name, case_)],
    work: async (row) => {
      loaded ??= await openModel(model.folder);
      const { folder: cohort, signal } = run;
      return predictCase(row, { cohort, model: loaded, name, signal });
    },
  };
  try {
    await runCases(run, step);
  } finally {
    await loaded?.session.release();
  }
}
