import { join } from "node:path";
import { HeparError } from "../core/index.ts";
import { writeJson } from "../files/index.node.ts";
import type { StudiedRow } from "../study/index.ts";
import { type Fold, type Split, splitByPatient, splitHoldingOut } from "../train/index.ts";
import { layout } from "./layout.ts";
import type { CohortRun } from "./run.node.ts";

/** What of the split may be chosen. */
export interface SplitChoices {
  /** The patients are dealt into so many parts (5, if not given) … */
  readonly folds?: number | undefined;
  /** … of which this one, from 0, is held out; or each in turn, a network for each. Default: 0. */
  readonly fold?: number | "all" | undefined;
  /** In place of both: the cases to hold out, by name or number. */
  readonly holdOut?: readonly string[] | undefined;
}

/** A fold and its place in the split. */
export interface ChosenFold {
  readonly index: number;
  readonly split: Fold;
}

export const defaultFolds = 5;

/**
 * Refuses, before any work, choices that make no split.
 *
 * @throws `usage.argument`
 */
export function requireSplit({ folds, fold, holdOut }: SplitChoices): void {
  if (holdOut !== undefined && (folds !== undefined || fold !== undefined)) {
    refuse("--hold-out names who is held out, --fold and --folds deal it out: choose one of them");
  }
  const count = folds ?? defaultFolds;
  if (typeof fold === "number" && fold >= count) {
    refuse(`there is no fold ${fold} of ${count}`, `choose --fold from 0 to ${count - 1}, or all`);
  }
}

/** How the cases are divided, and which of the folds are asked for, in order. */
export interface Dealt {
  readonly split: Split;
  readonly chosen: readonly ChosenFold[];
}

/**
 * Deals the cases out.
 *
 * @param rows - cases whose masks can be learned from
 * @throws `cohort.no-masks` without any; `split.too-few`; `usage.argument` when there is no such fold
 *   or case
 */
export function dealOut(run: CohortRun, rows: readonly StudiedRow[], choices: Dealing): Dealt {
  requireMasks(run, rows);
  const split = splitOf(rows, choices);
  const all = split.folds.map((fold, index) => ({ split: fold, index }));
  const { fold: wanted = 0 } = choices;
  if (wanted === "all") return { split, chosen: all };
  const chosen = all[wanted];
  if (chosen !== undefined) return { split, chosen: [chosen] };
  return refuse(
    `there is no fold ${wanted}: the patients make ${all.length} folds, 0 to ${all.length - 1}`,
  );
}

type Dealing = SplitChoices & { readonly seed: number; readonly watchShare: number | undefined };

function splitOf(rows: readonly StudiedRow[], choices: Dealing): Split {
  const cases = rows.map((row) => ({
    case: row.case,
    patient: row.patient,
    hasTumour: row.has_tumour,
  }));
  const { seed, watchShare, holdOut, folds = defaultFolds } = choices;
  return holdOut === undefined
    ? splitByPatient(cases, { folds, seed, watchShare })
    : splitHoldingOut(cases, { heldOut: holdOut, seed, watchShare });
}

/** Writes `splits.json`. */
export const writeSplit = (run: CohortRun, split: Split): Promise<void> =>
  writeJson(join(run.folder, layout.splits), split);

function requireMasks(run: CohortRun, rows: readonly StudiedRow[]): void {
  if (rows.length > 0) return;
  throw new HeparError(
    "cohort.no-masks",
    "no case has a mask that could be converted: there is nothing to learn from",
    {
      file: run.folder,
      hint: "add masks beside the scans (segmentation-0.nii for volume-0.nii), or predict with --model",
    },
  );
}

function refuse(message: string, hint?: string): never {
  throw new HeparError("usage.argument", message, hint === undefined ? {} : { hint });
}
