import type { Columns } from "../catalog/index.ts";

/** One held-out case's scores: a row of evaluation/<model>/cases.csv. */
export interface CaseScoreRow {
  readonly case: string;
  /** `missing`: there is no prediction, which counts as Dice 0 throughout, never as a case less. */
  readonly status: "scored" | "missing";
  /** Liver = labels 1 and 2: tumours are part of it. null: both empty, so that Dice is undefined. */
  readonly liver_dice: number | null;
  readonly liver_reference_voxels: number;
  readonly liver_predicted_voxels: number;
  readonly liver_common_voxels: number;
  /** Tumour = label 2. null: both empty, so that Dice is undefined. */
  readonly tumour_dice: number | null;
  readonly tumour_reference_voxels: number;
  readonly tumour_predicted_voxels: number;
  readonly tumour_common_voxels: number;
}

export const caseScoreColumns: Columns<CaseScoreRow> = {
  case: "text",
  status: "text",
  liver_dice: "number",
  liver_reference_voxels: "whole",
  liver_predicted_voxels: "whole",
  liver_common_voxels: "whole",
  tumour_dice: "number",
  tumour_reference_voxels: "whole",
  tumour_predicted_voxels: "whole",
  tumour_common_voxels: "whole",
};

/** One structure's scores over all held-out cases. */
export interface StructureSummary {
  /** Mean over the cases where Dice is defined; null when it is defined for none. */
  readonly dicePerCase: number | null;
  readonly definedCases: number;
  /** Reference and prediction both empty. */
  readonly undefinedCases: number;
  /** 2 · Σ common / Σ (reference + predicted), over all voxels of all cases; null when 0 / 0. */
  readonly diceGlobal: number | null;
}

/** evaluation/<model>/summary.json. */
export interface EvaluationSummary {
  readonly model: string;
  /** Whether it is known that the model did not learn from these cases. */
  readonly unseen: boolean;
  readonly cases: number;
  readonly missing: number;
  readonly liver: StructureSummary;
  readonly tumour: StructureSummary;
}
