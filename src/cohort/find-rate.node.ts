import { join } from "node:path";
import { writeTable } from "../catalog/index.node.ts";
import { drawRateFinder } from "../report/index.node.ts";
import type { LanguageTag } from "../report/index.ts";
import { findRate } from "../train/index.node.ts";
import {
  type RatePoint,
  type RateSuggestions,
  ratePointColumns,
  suggestRates,
} from "../train/index.ts";
import { sliceSettingsOf } from "./convert.node.ts";
import { caseOfSlice, throwDamage } from "./damage.node.ts";
import { layout } from "./layout.ts";
import { type CohortRun, warn } from "./run.node.ts";
import { dealOut } from "./split.node.ts";
import { learnable, type TrainCases, type TrainChoices } from "./train.node.ts";
import { requireTrainable } from "./trainable.ts";

/** What the learning-rate finder found. */
export interface RateFinding {
  /** null where the loss never falls, or the sweep ended at once. */
  readonly suggestions: RateSuggestions;
  readonly points: readonly RatePoint[];
  /** Relative to the cohort: the table, and the curve as SVG and PNG. */
  readonly files: readonly string[];
}

/**
 * Looks for a learning rate on the cases that a training with these choices would learn from, of the
 * first fold where each is trained. Weights and `splits.json` stay as they are.
 *
 * @throws as `train`, but for divergence, which is what it looks for
 */
export async function findRateOf(
  run: CohortRun,
  cases: TrainCases,
  choices: TrainChoices & { readonly language: LanguageTag },
): Promise<RateFinding> {
  const { recipe, seed, threads, encoderWeights, language, model } = choices;
  for (const note of requireTrainable(await sliceSettingsOf(run), recipe)) warn(run, note);
  const { rows, slices } = learnable(cases);
  const { chosen } = dealOut(run, rows, { ...choices, watchShare: recipe.watchShare });
  run.journal.seed = seed;
  const points = await findRate({
    ...{ cohort: run.folder, recipe, seed, slices, cases: chosen[0].split.train },
    ...(encoderWeights === undefined ? {} : { encoderWeights }),
    ...(threads === undefined ? {} : { threads }),
    progress: run.progress,
    signal: run.signal,
  }).catch((thrown) =>
    throwDamage(run, thrown, { step: "convert", caseOf: caseOfSlice(run.folder, slices) }),
  );
  const folder = layout.model(model);
  const table = `${folder}/rate-finder.csv`;
  await writeTable(join(run.folder, table), ratePointColumns, points);
  const figures = await drawRateFinder(points, { cohort: run.folder, folder, language });
  return { suggestions: suggestRates(points), points, files: [table, ...figures] };
}
