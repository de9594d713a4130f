import { type LitsCase, type LitsScores, nothingDetected } from "./lits.ts";
import type { Overlap } from "./overlap.ts";

/** The numbers that the LiTS scorer prints, by its own names, and what they hide. */
export type LitsSummary = Readonly<Record<string, number | null>>;

/** The scorer's numbers over all cases; without any case every number is null. */
export function summariseLits(cases: readonly LitsCase[]): LitsSummary {
  const lesions = cases.flatMap((one) => one.lesions);
  const burdens = cases.flatMap(({ burdenDifference: d }) => (d === null ? [] : [d]));
  const detection = (at: "above0" | "above50") => {
    const sum = (name: keyof LitsCase["detection"]["above0"]): number =>
      cases.reduce((total, one) => total + one.detection[at][name], 0);
    const tp = sum("truePositives");
    const [found, there] = [tp + sum("falsePositives"), tp + sum("falseNegatives")];
    // 0 when undefined, as the scorer has it.
    return { precision: found === 0 ? 0 : tp / found, recall: there === 0 ? 0 : tp / there };
  };
  const [half, zero] = [detection("above50"), detection("above0")];
  if (cases.length === 0) return {};
  return {
    lesion_precision: half.precision,
    lesion_recall: half.recall,
    lesion_precision_greater_zero: zero.precision,
    lesion_recall_greater_zero: zero.recall,
    ...named("lesion", lesions.length === 0 ? [nothingDetected] : lesions),
    lesion_dice_per_case: mean(cases.map(({ lesionDice }) => lesionDice)),
    lesion_dice_global: pooled(cases.map(({ lesionVoxels }) => lesionVoxels)),
    ...named(
      "liver",
      cases.map(({ liver }) => liver),
    ),
    liver_dice_per_case: mean(cases.map(({ liverDice }) => liverDice)),
    liver_dice_global: pooled(cases.map(({ liverVoxels }) => liverVoxels)),
    RMSE_Tumorburden: burdens.length === 0 ? null : Math.sqrt(mean(burdens.map((d) => d * d))),
    MAXERROR_Tumorburden: burdens.length === 0 ? null : Math.max(...burdens),
    // Not the scorer's: its own maximum is signed, so that too large a burden never shows.
    MAXABSERROR_Tumorburden: burdens.length === 0 ? null : Math.max(...burdens.map(Math.abs)),
    detected_lesions: lesions.length,
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const named = (of: string, scores: readonly LitsScores[]): Record<string, number> =>
  Object.fromEntries(
    (Object.keys(nothingDetected) as (keyof LitsScores)[]).map((name) => [
      `${of}_${name}`,
      mean(scores.map((one) => one[name])),
    ]),
  );

function pooled(overlaps: readonly Overlap[]): number | null {
  const sum = (name: keyof Overlap): number => overlaps.reduce((n, one) => n + one[name], 0);
  const all = sum("reference") + sum("predicted");
  return all === 0 ? null : (2 * sum("common")) / all;
}
