import { join } from "node:path";
import { writeJson } from "../files/index.node.ts";
import {
  type MapChoices,
  openNetwork,
  type Prediction,
  predictCase,
} from "../predict/index.node.ts";
import type { LoadedNetwork } from "../predict/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { calibrationOf } from "./calibrate.node.ts";
import { isUsable } from "./catalogue.node.ts";
import { orientationOf } from "./convert.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { hashOfModel, type ModelPlace, networksOf } from "./model.node.ts";
import { type PredictionRequest, requestFor } from "./prediction-request.node.ts";
import { type CohortRun, warn } from "./run.node.ts";
import { type CaseStep, runCases } from "./step.node.ts";
import { keepTrainingFacts, trainingFactsOf, tumourFreeOf } from "./training-facts.node.ts";
import { judgesOf } from "./unseen.ts";

/**
 * The model's masks, on their scans' own grids, of every usable case that it did not learn from; of
 * several networks, the mean of those that did not.
 *
 * @param asked - not given: as it was asked last
 * @returns each case's numbers
 * @throws `model.invalid`, `runtime.missing`
 */
export async function predict(
  run: CohortRun,
  rows: readonly StudiedRow[],
  model: ModelPlace,
  asked?: PredictionRequest,
): Promise<ReadonlyMap<string, Prediction>> {
  const { name } = model;
  const request = await requestFor(run, name, asked);
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
  const calibration = await calibrationOf(model);
  await keepTrainingFacts(model, rows);
  const training = await trainingFactsOf(model);
  const shelf = oneSetAtATime();
  const orientation = await orientationOf(run);
  const step: CaseStep<StudiedRow, Prediction> = {
    step: "predict",
    of: name,
    version: 2,
    unit: "scans",
    settings: {
      // The predicted slices lie on the cohort's images.
      ...(orientation === "radiological" ? {} : { orientation }),
      ...request.choices,
      ...request.maps,
    },
    // Set by set of networks, so that each set is opened once.
    rows: [...new Set(unseen.map(jury))].flatMap((one) =>
      unseen.filter((row) => jury(row) === one),
    ),
    inputsOf: (row) => [
      row.sha256,
      ...judgesFor(row).map((judge) => hashOfModel(judge)),
      ...(calibration === undefined ? [] : [calibration]),
    ],
    isThere: async (row) => {
      const outputs = outputsOf(name, row.case, mapNames(request.maps));
      const there = await Promise.all(outputs.map((path) => exists(join(run.folder, path))));
      return there.every(Boolean);
    },
    outputsOf: (case_) => outputsOf(name, case_, ["liver", "tumour", "entropy"]),
    work: async (row) => {
      const networks = await shelf.open(judgesFor(row).map(({ folder }) => folder));
      const { folder: cohort, signal } = run;
      const made = await predictCase(row, {
        ...{ cohort, networks, name, orientation, calibration, training, signal },
        ...request,
      });
      const record = { case: row.case, model: name, ...made };
      await writeJson(join(run.folder, layout.predictionRecord(name, row.case)), record);
      return made;
    },
  };
  try {
    const made = await runCases(run, step);
    const free = tumourFreeOf(rows, made);
    if (free !== undefined) await keepTrainingFacts(model, rows, free);
    for (const [case_, { warnings }] of made) {
      for (const { message } of warnings) warn(run, `${case_}: ${message}`);
    }
    return made;
  } finally {
    await shelf.close();
  }
}

const mapNames = ({ probabilities, entropy }: MapChoices): string[] => [
  ...(probabilities ? ["liver", "tumour"] : []),
  ...(entropy ? ["entropy"] : []),
];

const outputsOf = (model: string, name: string, maps: readonly string[]): string[] => [
  layout.prediction(model, name),
  layout.predictionRecord(model, name),
  layout.predictedSlices(model, name),
  ...maps.map((map) => layout.predictionMap(model, name, map)),
];

/** Networks by their folders, of which those that predict a case together are open. */
function oneSetAtATime() {
  const held = new Map<string, LoadedNetwork>();
  const close = async (but: readonly string[] = []): Promise<void> => {
    for (const [folder, { session }] of held) {
      if (but.includes(folder)) continue;
      held.delete(folder);
      await session.release();
    }
  };
  return {
    close: () => close(),
    async open(folders: readonly string[]): Promise<LoadedNetwork[]> {
      await close(folders);
      const networks: LoadedNetwork[] = [];
      for (const folder of folders) {
        const network = held.get(folder) ?? (await openNetwork(folder));
        held.set(folder, network);
        networks.push(network);
      }
      return networks;
    },
  };
}
