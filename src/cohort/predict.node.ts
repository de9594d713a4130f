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
import { hashOfModel, type ModelPlace, networksOf } from "./model.node.ts";
import type { CohortRun } from "./run.node.ts";
import { type CaseStep, runCases } from "./step.node.ts";
import { judgesOf } from "./unseen.ts";

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
  const { name } = model;
  const networks = networksOf(model);
  const { judges } = judgesOf(networks, rows);
  const usable = rows.filter(isUsable);
  const unseen = usable.filter((row) => judges.has(row));
  if (!model.own && unseen.length < usable.length) {
    const message = `${name} learned from ${usable.length - unseen.length} of these scans: they are not predicted`;
    run.progress({ kind: "note", message });
  }
  const judgeOf = (row: StudiedRow): ModelPlace => judges.get(row) ?? model;
  const shelf = oneAtATime();
  const step: CaseStep<StudiedRow, Prediction> = {
    step: "predict",
    of: name,
    version: 1,
    unit: "scans",
    settings: {},
    // Network by network, so that each is opened once.
    rows: networks.flatMap((network) => unseen.filter((row) => judgeOf(row) === network)),
    inputsOf: (row) => [row.sha256, hashOfModel(judgeOf(row).description)],
    isThere: async (row) =>
      (await exists(join(run.folder, layout.prediction(name, row.case)))) &&
      (await exists(join(run.folder, layout.predictedSlices(name, row.case)))),
    outputsOf: (case_) => [layout.prediction(name, case_), layout.predictedSlices(name, case_)],
    work: async (row) => {
      const loaded = await shelf.open(judgeOf(row).folder);
      const { folder: cohort, signal } = run;
      return predictCase(row, { cohort, model: loaded, name, signal });
    },
  };
  try {
    await runCases(run, step);
  } finally {
    await shelf.close();
  }
}

/** Networks by their folders, of which one is open at a time. */
function oneAtATime() {
  let held: { readonly folder: string; readonly model: LoadedModel } | undefined;
  const close = async (): Promise<void> => {
    await held?.model.session.release();
    held = undefined;
  };
  return {
    close,
    async open(folder: string): Promise<LoadedModel> {
      if (held?.folder === folder) return held.model;
      await close();
      const model = await openModel(folder);
      held = { folder, model };
      return model;
    },
  };
}
