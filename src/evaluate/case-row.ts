import type { LesionScoreRow } from "./lesion-row.ts";
import type { Overlap } from "./overlap.ts";
import type { PairScores, StructureScores } from "./pair-scores.ts";
import type { FullCaseRow } from "./row.ts";

/** A case's scores as rows of the two tables. */
export interface ScoredCase {
  readonly row: FullCaseRow;
  readonly lesions: readonly LesionScoreRow[];
}

/** The rows of one case. */
export function rowsOf(
  { case: name, status }: Pick<FullCaseRow, "case" | "status">,
  scores: PairScores,
): ScoredCase {
  const lesions = scores.lesions.map((lesion) => ({ case: name, ...lesion }));
  const references = lesions.filter(({ side }) => side === "reference");
  const matched = references.filter((lesion) => lesion.iou > 0.5);
  const both = lesions.length;
  const rq = both === 0 ? null : (2 * matched.length) / both;
  const sq =
    matched.length === 0 ? null : matched.reduce((sum, one) => sum + one.iou, 0) / matched.length;
  const row: FullCaseRow = {
    case: name,
    status,
    ...columnsOf("liver", scores.liver),
    ...columnsOf("tumour", scores.tumour),
    reference_lesions: references.length,
    predicted_lesions: both - references.length,
    matched_lesions: matched.length,
    lesion_pq: rq === null ? null : rq * (sq ?? 0),
    lesion_sq: sq,
    lesion_rq: rq,
    reference_burden_percent: scores.burdenPercent.reference,
    predicted_burden_percent: scores.burdenPercent.predicted,
  };
  return { row, lesions };
}

type StructureRow<Name extends string> = {
  readonly [Column in keyof FullCaseRow as Column extends `${Name}_${string}`
    ? Column
    : never]: FullCaseRow[Column];
};

function columnsOf<Name extends "liver" | "tumour">(
  name: Name,
  scores: StructureScores,
): StructureRow<Name> {
  const counts = Object.entries(scores.voxels).map(([side, count]) => [`${side}_voxels`, count]);
  const values: Record<string, unknown> = {
    dice: scores.dice,
    ...Object.fromEntries(counts),
    iou: scores.iou,
    voe: scores.voe,
    rvd: scores.rvd,
    assd_mm: scores.assdMm,
    msd_mm: scores.msdMm,
    rmsd_mm: scores.rmsdMm,
    hd95_mm: scores.hd95Mm,
    nsd: scores.nsd,
    distances: scores.distances,
  };
  return Object.fromEntries(
    Object.entries(values).map(([column, value]) => [`${name}_${column}`, value]),
  ) as StructureRow<Name>; // every column that begins with the name
}

const none: Overlap = { reference: 0, predicted: 0, common: 0 };

/** The row of a prediction that has no reference: no scores, but there. */
export function unreferenced(name: string): ScoredCase {
  const empty: StructureScores = {
    voxels: none,
    dice: null,
    iou: null,
    voe: null,
    rvd: null,
    assdMm: null,
    msdMm: null,
    rmsdMm: null,
    hd95Mm: null,
    nsd: null,
    distances: "both empty",
  };
  const scores = { liver: empty, tumour: empty, lesions: [] };
  const burdenPercent = { reference: null, predicted: null };
  return rowsOf({ case: name, status: "no-reference" }, { ...scores, burdenPercent });
}
