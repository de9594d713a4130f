import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { countLabels } from "../catalog/index.ts";
import { byNaturalOrder, type ErrorCode, HeparError, toHeparError } from "../core/index.ts";
import type { LabelVolume } from "../volume/index.ts";
import { rowsOf, unreferenced } from "./case-row.ts";
import type { PatientCase } from "./full-summary.ts";
import { type LitsCase, scoreLitsCase } from "./lits.ts";
import { scorePair } from "./pair-scores.ts";
import { type FileScoreOptions, readPair } from "./score.node.ts";

/** What comparing files came to. */
export interface FileScores {
  readonly cases: readonly PatientCase[];
  /** One for each case with a reference, when the LiTS mode was asked for; else []. */
  readonly lits: readonly LitsCase[];
  readonly warnings: readonly string[];
  /** Cases that could not be compared; the others were. */
  readonly failures: readonly {
    readonly case: string;
    readonly code: ErrorCode;
    readonly reason: string;
  }[];
}

/** A case's two files; one of them may be missing. */
export interface FilePair {
  readonly case: string;
  readonly reference: string | null;
  readonly prediction: string | null;
}

/**
 * Scores of one mask against another, or of a folder of predictions against a folder of references.
 * Every file is a row: a reference without a prediction counts as missed, a prediction without a
 * reference has no scores. Every case is taken to be a patient of its own.
 *
 * @param options.lits - the official LiTS scorer's numbers too
 * @throws `input.missing`, `cohort.no-cases`, `input.ambiguous`; for two files also what comparing
 *   them throws
 */
export async function scoreFiles(
  reference: string,
  prediction: string,
  { lits = false, ...options }: FileScoreOptions & { readonly lits?: boolean } = {},
): Promise<FileScores> {
  const pairs = await pairsOf(reference, prediction);
  const isOne = !(await isFolder(reference));
  const found = {
    cases: [] as PatientCase[],
    lits: [] as LitsCase[],
    warnings: [] as string[],
    failures: [] as FileScores["failures"][number][],
  };
  for (const pair of pairs) {
    const { case: name } = pair;
    if (pair.reference === null) {
      found.cases.push({ ...unreferenced(name), patient: name });
      found.warnings.push(`${name}: a prediction without a reference`);
      continue;
    }
    try {
      const both = await readPair({ ...pair, reference: pair.reference }, options);
      const status = both.prediction === undefined ? "missing" : "scored";
      const scores = scorePair(both.reference, both.prediction, options);
      if (lits) found.lits.push(scoreLitsCase(both.reference, both.prediction));
      found.cases.push({ ...rowsOf({ case: name, status }, scores), patient: name });
      if (status === "missing") found.warnings.push(`${name}: no prediction, counted as missed`);
      found.warnings.push(...labelWarnings(name, both));
    } catch (thrown) {
      const error = toHeparError(thrown);
      if (isOne || error.code === "defect") throw error;
      found.failures.push({ case: name, code: error.code, reason: error.message });
    }
  }
  return found;
}

function labelWarnings(
  name: string,
  masks: { readonly reference: LabelVolume; readonly prediction: LabelVolume | undefined },
): string[] {
  return Object.entries(masks).flatMap(([side, mask]: [string, LabelVolume | undefined]) => {
    if (mask === undefined) return [];
    const others = [...countLabels(mask.voxels).keys()].filter((label) => label < 0 || label > 2);
    if (others.length === 0) return [];
    const list = others.sort((a, b) => a - b).join(", ");
    return [`${name}: the ${side} has other labels (${list}), which are neither liver nor tumour`];
  });
}

/**
 * Files by case: by their names without ending, or, where no two names agree, by the last number in
 * them (`segmentation-7` and `prediction_7`).
 *
 * @throws `input.missing`, `cohort.no-cases`, `input.ambiguous`
 */
export async function pairsOf(reference: string, prediction: string): Promise<FilePair[]> {
  const [isReferenceFolder, isPredictionFolder] = [
    await isFolder(reference),
    await isFolder(prediction),
  ];
  if (isReferenceFolder !== isPredictionFolder) {
    throw new HeparError("usage.argument", "expected two files or two folders, got one of each", {
      hint: "hepar score <reference> <prediction>",
    });
  }
  if (!isReferenceFolder) return [{ case: stemOf(reference), reference, prediction }];
  const [references, predictions] = [await masksIn(reference), await masksIn(prediction)];
  const names = new Set(references.map(stemOf));
  const agree = predictions.some((file) => names.has(stemOf(file)));
  const keyOf = agree ? stemOf : (file: string) => lastNumber(stemOf(file));
  const [a, b] = [byKey(references, keyOf), byKey(predictions, keyOf)];
  const keys = [...new Set([...a.keys(), ...b.keys()])].sort(byNaturalOrder);
  return keys.map((key) => {
    const [one, other] = [a.get(key) ?? null, b.get(key) ?? null];
    return { case: stemOf(one ?? other ?? key), reference: one, prediction: other };
  });
}

const stemOf = (path: string): string => basename(path).replace(/\.nii(\.gz)?$/i, "");

const lastNumber = (stem: string): string =>
  stem.match(/\d+(?=\D*$)/)?.[0].replace(/^0+(?=\d)/, "") ?? stem;

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new HeparError("input.missing", `there is nothing at ${path}`, {
      file: path,
      hint: "check the path: it is a mask (.nii, .nii.gz) or a folder of masks",
      cause,
    });
  });
  return found.isDirectory();
}

async function masksIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter(
    (name) => /\.nii(\.gz)?$/i.test(name) && !name.startsWith("."),
  );
  if (names.length > 0) return names.sort(byNaturalOrder).map((name) => join(folder, name));
  throw new HeparError("cohort.no-cases", `no masks in ${folder}: looked for .nii and .nii.gz`, {
    file: folder,
    hint: "give the folder that holds the masks themselves",
  });
}

function byKey(
  files: readonly string[],
  keyOf: (file: string) => string,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of files) {
    const other = found.get(keyOf(file));
    if (other !== undefined) {
      throw new HeparError("input.ambiguous", `${other} and ${file} would be the same case`, {
        hint: "give both masks of a case the same name, in folders of their own",
      });
    }
    found.set(keyOf(file), file);
  }
  return found;
}
