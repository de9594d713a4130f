import { join } from "node:path";
import {
  type LoadedModel,
  openModel,
  type Prediction,
  predictCase,
} from "../predict/index.node.ts";
import type { StudiedRow } from "../study/index.ts";
import { isUsable } from "./catalogue.node.ts";
import { orientationOf } from "./convert.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { hashOfModel, type ModelPlace, networksOf } from "./model.node.ts";
import type { CohortRun } from "./run.node.ts";
import { type CaseStep, runCases } from "./step.node.ts";
import { judgesOf } from "./unseen.ts";

/**
 * The model's masks, on their scans' own grids, of every usable case that it did not learn from; of
 * several networks, the mean of those that did not.
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
  const judgesFor = (row: StudiedRow): readonly ModelPlace[] => judges.get(row) ?? [];
  const jury = (row: StudiedRow): string =>
    judgesFor(row)
      .map(({ folder }) => folder)
      .join("\n");
  const shelf = oneSetAtATime();
  const orientation = await orientationOf(run);
  const step: CaseStep<StudiedRow, Prediction> = {
    step: "predict",
    of: name,
    version: 1,
    unit: "scans",
    // The predicted slices lie on the cohort's images.
    settings: orientation === "radiological" ? {} : { orientation },
    // Set by set of networks, so that each set is opened once.
    rows: [...new Set(unseen.map(jury))].flatMap((one) =>
      unseen.filter((row) => jury(row) === one),
    ),
    inputsOf: (row) => [
      row.sha256,
      ...judgesFor(row).map((judge) => hashOfModel(judge.description)),
    ],
    isThere: async (row) =>
      (await exists(join(run.folder, layout.prediction(name, row.case)))) &&
      (await exists(join(run.folder, layout.predictedSlices(name, row.case)))),
    outputsOf: (case_) => [layout.prediction(name, case_), layout.predictedSlices(name, case_)],
    work: async (row) => {
      const networks = await shelf.open(judgesFor(row).map(({ folder }) => folder));
      const { folder: cohort, signal } = run;
      return predictCase(row, { cohort, networks, name, orientation, signal });
    },
  };
  try {
    await runCases(run, step);
  } finally {
    await shelf.close();
  }
}

/** Networks by their folders, of which those that predict a case together are open. */
function oneSetAtATime() {
  const held = new Map<string, LoadedModel>();
  const close = async (but: readonly string[] = []): Promise<void> => {
    for (const [folder, { session }] of held) {
      if (but.includes(folder)) continue;
      held.delete(folder);
      await session.release();
    }
  };
  return {
    close: () => close(),
    async open(folders: readonly string[]): Promise<LoadedModel[]> {
      await close(folders);
      const networks: LoadedModel[] = [];
      for (const folder of folders) {
        const network = held.get(folder) ?? (await openModel(folder));
        held.set(folder, network);
        networks.push(network);
      }
      return networks;
    },
  };
}
