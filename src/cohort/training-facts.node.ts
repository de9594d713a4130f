import { join } from "node:path";
import { readJson, writeJson } from "../files/index.node.ts";
import { type NetworkSpec, networkSpecSchema } from "../model/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { type ModelPlace, networksOf } from "./model.node.ts";

export type TrainingFacts = NetworkSpec["training"];

/**
 * What the scans that a model learned from were like, by which an unlike one is told: as its description
 * says, or as the study of its own cohort found (`keepTrainingFacts`).
 */
export async function trainingFactsOf(model: ModelPlace): Promise<TrainingFacts> {
  const file = join(model.folder, layout.trainingFacts);
  if (!(await exists(file))) return model.spec.training;
  return readJson(file, networkSpecSchema.shape.training);
}

/** Keeps in the folder of a cohort's own model what the study says of the livers it learned from. */
export async function keepTrainingFacts(
  model: ModelPlace,
  rows: readonly StudiedRow[],
  tumourFree?: TrainingFacts["tumourFree"],
): Promise<void> {
  if (!model.own) return;
  const known = tumourFree ?? (await trainingFactsOf(model)).tumourFree;
  const facts = { ...factsOf(learnedFrom(model, rows)), ...(known && { tumourFree: known }) };
  if (Object.keys(facts).length > 0) {
    await writeJson(join(model.folder, layout.trainingFacts), facts);
  }
}

/**
 * In how many scans without a tumour, by their masks, the model sees one all the same: of those that it did
 * not learn from. Undefined where there is none.
 */
export function tumourFreeOf(
  rows: readonly Pick<StudiedRow, "case" | "has_tumour">[],
  predictions: ReadonlyMap<string, { readonly labels: Readonly<Record<string, number>> }>,
): TrainingFacts["tumourFree"] {
  const free = rows.flatMap((row) =>
    row.has_tumour === false ? (predictions.get(row.case) ?? []) : [],
  );
  if (free.length === 0) return undefined;
  const scansWithTumour = free.filter(({ labels }) => (labels[2] ?? 0) > 0).length;
  return { scans: free.length, scansWithTumour };
}

function learnedFrom(model: ModelPlace, rows: readonly StudiedRow[]): readonly StudiedRow[] {
  const names = networksOf(model).flatMap(
    ({ description }) => description?.training.trainCases ?? [],
  );
  const learned = new Set(names);
  return rows.filter((row) => learned.has(row.case));
}

/** Undefined where no liver was studied. */
export function factsOf(
  rows: readonly Pick<StudiedRow, "liver_mean_hu" | "liver_ml">[],
): TrainingFacts | undefined {
  const hu = rows.flatMap((row) => row.liver_mean_hu ?? []);
  const ml = rows.flatMap((row) => row.liver_ml ?? []);
  if (hu.length < 2) return undefined;
  const mean = hu.reduce((sum, value) => sum + value, 0) / hu.length;
  const squares = hu.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const [least, most] = [Math.min(...ml), Math.max(...ml)];
  return {
    scans: hu.length,
    // n − 1: the next scan is another one.
    liverHu: { mean, sd: Math.sqrt(squares / (hu.length - 1)) },
    ...(least < most ? { liverMl: [least, most] } : {}),
  };
}
