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

/** All scores of a case: the columns of evaluation/<model>/cases.parquet, which cases.csv has too. */
export interface FullCaseRow
  extends Omit<CaseScoreRow, "status">,
    StructureColumns<"liver">,
    StructureColumns<"tumour"> {
  /** `no-reference`: a prediction that there is nothing to compare with; it has no scores. */
  readonly status: "scored" | "missing" | "no-reference";
  readonly reference_lesions: number;
  readonly predicted_lesions: number;
  /** One-to-one pairs of IoU above 0.5. */
  readonly matched_lesions: number;
  /** PQ = SQ · RQ; null when neither has a lesion. */
  readonly lesion_pq: number | null;
  /** Mean IoU of the matched pairs; null without any. */
  readonly lesion_sq: number | null;
  /** 2 · matched / (reference + predicted lesions). */
  readonly lesion_rq: number | null;
  readonly reference_burden_percent: number | null;
  readonly predicted_burden_percent: number | null;
}

type StructureColumns<Name extends string> = {
  readonly [Column in `${Name}_${(typeof structureNumbers)[number]}`]: number | null;
} & { readonly [Column in `${Name}_distances`]: string | null };

/** A structure's scores beside Dice, as their columns end. */
export const structureNumbers = [
  "iou",
  "voe",
  "rvd",
  "assd_mm",
  "msd_mm",
  "rmsd_mm",
  "hd95_mm",
  "nsd",
] as const;

const structureColumns = <Name extends string>(name: Name): Columns<StructureColumns<Name>> =>
  ({
    ...Object.fromEntries(structureNumbers.map((column) => [`${name}_${column}`, "number"])),
    [`${name}_distances`]: "text",
  }) as Columns<StructureColumns<Name>>; // one entry for each of the names above

export const fullCaseColumns: Columns<FullCaseRow> = {
  ...caseScoreColumns,
  ...structureColumns("liver"),
  ...structureColumns("tumour"),
  reference_lesions: "whole",
  predicted_lesions: "whole",
  matched_lesions: "whole",
  lesion_pq: "number",
  lesion_sq: "number",
  lesion_rq: "number",
  reference_burden_percent: "number",
  predicted_burden_percent: "number",
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
