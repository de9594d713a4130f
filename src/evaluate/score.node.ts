import type { CatalogRow } from "../catalog/index.ts";
import { HeparError } from "../core/index.ts";
import { readLabels } from "../volume/index.node.ts";
import { compareGrids, type LabelVolume, requireSameGrid, resample } from "../volume/index.ts";
import { rowsOf, type ScoredCase } from "./case-row.ts";
import { type LitsCase, scoreLitsCase } from "./lits.ts";
import { type ScoreOptions, scorePair } from "./pair-scores.ts";

/** How files are compared. */
export interface FileScoreOptions extends ScoreOptions {
  /** A prediction on another grid is brought onto the reference's, from the nearest voxel. */
  readonly resample?: boolean | undefined;
}

/**
 * A case's scores. A case without a prediction is a row too, with Dice 0 for liver and tumour alike:
 * also for a tumour that the reference lacks, since nobody said that there is none.
 *
 * @throws `cohort.no-masks` when the case has no mask; `geometry.mismatch` or `geometry.orientation`
 *   when the prediction lies on another grid; what `readLabels` throws
 */
export async function scoreCase(
  row: Pick<CatalogRow, "case" | "mask_source">,
  { predictionPath, ...options }: FileScoreOptions & { readonly predictionPath: string },
): Promise<ScoredCase> {
  if (row.mask_source === null) {
    throw new HeparError("cohort.no-masks", `${row.case} has no mask to compare with`);
  }
  const paths = { reference: row.mask_source, prediction: predictionPath };
  const { reference, prediction } = await readPair(paths, options);
  const status = prediction === undefined ? "missing" : "scored";
  return rowsOf({ case: row.case, status }, scorePair(reference, prediction, options));
}

/** The same as the official LiTS scorer scores it; throws as `scoreCase`. */
export async function scoreLitsFiles(
  paths: PairPaths,
  options: FileScoreOptions = {},
): Promise<LitsCase> {
  const { reference, prediction } = await readPair(paths, options);
  return scoreLitsCase(reference, prediction);
}

/** Where a reference and its prediction are. */
export interface PairPaths {
  readonly reference: string;
  readonly prediction: string | null;
}

/** The two masks, on one grid; the prediction undefined when there is none. Throws as `scoreCase`. */
export async function readPair(
  paths: PairPaths,
  options: FileScoreOptions,
): Promise<{ readonly reference: LabelVolume; readonly prediction: LabelVolume | undefined }> {
  const reference = await readLabels(paths.reference);
  const file = paths.prediction;
  const prediction = file === null ? undefined : await readIfThere(file);
  if (file === null || prediction === undefined) return { reference, prediction: undefined };
  if (compareGrids(reference, prediction).same) return { reference, prediction };
  if (options.resample) return { reference, prediction: resample(prediction, reference) };
  try {
    requireSameGrid(reference, prediction, { what: "prediction" });
  } catch (thrown) {
    if (!(thrown instanceof HeparError)) throw thrown;
    const hint = `${thrown.hint}; or hepar score --resample, which takes the nearest voxels`;
    throw new HeparError(thrown.code, thrown.message, { file, hint });
  }
  return { reference, prediction };
}

async function readIfThere(path: string): Promise<LabelVolume | undefined> {
  try {
    return await readLabels(path);
  } catch (thrown) {
    if (thrown instanceof HeparError && thrown.code === "input.missing") return undefined;
    throw thrown;
  }
}
