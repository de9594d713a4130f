import { dice, type Overlap } from "./overlap.ts";
import type { CaseScoreRow, EvaluationSummary, StructureSummary } from "./row.ts";

/**
 * Scores over all cases: the mean of the cases where Dice is defined (a missing prediction counts
 * as 0), with how many those were, and Dice over all voxels of all cases together. No case: null.
 */
export function summarise(
  of: Pick<EvaluationSummary, "model" | "unseen">,
  rows: readonly CaseScoreRow[],
): EvaluationSummary {
  return {
    ...of,
    cases: rows.length,
    missing: rows.filter(({ status }) => status === "missing").length,
    liver: summariseStructure(
      rows.map((row) => ({
        dice: row.liver_dice,
        reference: row.liver_reference_voxels,
        predicted: row.liver_predicted_voxels,
        common: row.liver_common_voxels,
      })),
    ),
    tumour: summariseStructure(
      rows.map((row) => ({
        dice: row.tumour_dice,
        reference: row.tumour_reference_voxels,
        predicted: row.tumour_predicted_voxels,
        common: row.tumour_common_voxels,
      })),
    ),
  };
}

function summariseStructure(
  cases: readonly (Overlap & { readonly dice: number | null })[],
): StructureSummary {
  const defined = cases.flatMap((one) => (one.dice === null ? [] : [one.dice]));
  const total = (count: keyof Overlap): number => cases.reduce((sum, one) => sum + one[count], 0);
  const pooled = dice({
    reference: total("reference"),
    predicted: total("predicted"),
    common: total("common"),
  });
  return {
    dicePerCase:
      defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length,
    definedCases: defined.length,
    undefinedCases: cases.length - defined.length,
    diceGlobal: pooled.defined ? pooled.value : null,
  };
}
