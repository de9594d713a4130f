import { join } from "node:path";
import { HeparError } from "../core/index.ts";
import { readJson, writeJson } from "../files/index.node.ts";
import { lesionExamples, openNetwork } from "../predict/index.node.ts";
import {
  type Calibration,
  calibrationSchema,
  fitLesions,
  type LesionExample,
  type LoadedNetwork,
  leftOutProbabilities,
  lesionProbability,
  type PredictionChoices,
  reliabilityOf,
} from "../predict/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { isUsable } from "./catalogue.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { type ModelPlace, networksOf } from "./model.node.ts";
import { requestFor } from "./prediction-request.node.ts";
import { type CohortRun, requireGoing } from "./run.node.ts";
import { judgesOf } from "./unseen.ts";

/** What a model knows of the lesions that it predicts; undefined when it was not calibrated. */
export async function calibrationOf(model: ModelPlace): Promise<Calibration | undefined> {
  const file = join(model.folder, layout.lesionCalibration);
  return (await exists(file)) ? readJson(file, calibrationSchema) : undefined;
}

/**
 * Learns how likely each lesion that a model predicts is real, from scans with masks that its weights did
 * not learn from: those set aside to choose its epoch (`--watch`), and then it is measured on the held-out
 * ones; or, where none were set aside, the held-out ones, each patient judged by a fit on the others. No
 * mask changes by it. Written to lesions.json in the model's folder.
 *
 * @throws `cohort.no-masks` when there is no lesion to learn from
 */
export async function calibrate(
  run: CohortRun,
  rows: readonly StudiedRow[],
  model: ModelPlace,
): Promise<Calibration> {
  const masked = rows.filter((row) => isUsable(row) && row.mask_source !== null);
  const networks = networksOf(model);
  const { judges } = judgesOf(networks, rows);
  const watched = new Set(model.own ? (model.description?.training.watchCases ?? []) : []);
  const setAside = networks.length === 1 ? masked.filter((row) => watched.has(row.case)) : [];
  const heldOut = masked.filter((row) => judges.has(row));
  const judgesFor = (row: StudiedRow): readonly ModelPlace[] => judges.get(row) ?? networks;
  // Lesions as they are predicted: with the mirrors and steps that were chosen.
  const { choices } = await requestFor(run, model.name, undefined);
  const how = { judgesFor, choices };
  const fitted = await examplesOf(run, setAside, how);
  const test = await examplesOf(run, heldOut, how);
  const isSetAside = fitted.length > 0;
  const learned = isSetAside ? fitted : test;
  if (learned.length === 0) {
    throw new HeparError(
      "cohort.no-masks",
      `${model.name} predicts no lesion in a scan with a mask that it did not learn from`,
      {
        file: run.folder,
        hint: "add cases with masks, or train with --watch 0.2",
      },
    );
  }
  const fit = fitLesions(learned);
  const said = isSetAside
    ? test.map(({ features }) => lesionProbability(features, fit))
    : leftOutProbabilities(test);
  const calibration: Calibration = {
    format: "hepar-lesions/1",
    ...fit,
    lesions: learned.length,
    patients: new Set(learned.map(({ patient }) => patient)).size,
    fittedOn: isSetAside ? "set-aside" : "held-out",
    reliability:
      said === null
        ? null
        : reliabilityOf(
            said,
            test.map(({ isReal }) => isReal),
          ),
  };
  await writeJson(join(model.folder, layout.lesionCalibration), calibration);
  return calibration;
}

async function examplesOf(
  run: CohortRun,
  rows: readonly StudiedRow[],
  how: {
    readonly judgesFor: (row: StudiedRow) => readonly ModelPlace[];
    readonly choices: PredictionChoices;
  },
): Promise<LesionExample[]> {
  const examples: LesionExample[] = [];
  for (const [n, row] of rows.entries()) {
    requireGoing(run);
    if (row.mask_source === null) continue;
    const networks: LoadedNetwork[] = [];
    try {
      for (const { folder } of how.judgesFor(row)) networks.push(await openNetwork(folder));
      const { scan_source: scan, mask_source: reference, patient } = row;
      const made = await lesionExamples(
        { scan, reference, patient },
        {
          ...{ networks, choices: how.choices, signal: run.signal },
        },
      );
      examples.push(...made);
    } finally {
      for (const { session } of networks) await session.release();
    }
    run.progress({ kind: "note", message: `${n + 1} of ${rows.length}: ${row.case}` });
  }
  return examples;
}
