import type { CaseScoreRow, EvaluationSummary } from "../evaluate/index.ts";
import type { PredictedLesion } from "../predict/index.ts";
import type { LesionRow, StudiedRow } from "../study/index.ts";
import type { PictureRow, RunFacts } from "./content.ts";
import type { PictureInDocument } from "./document/document.ts";

/** Where the mask that was measured comes from. */
export type MaskOrigin =
  /** Given with the scan. */
  | { readonly kind: "given" }
  /** Drawn by a network; `summary` is how it did on patients it never saw, where that is known. */
  | {
      readonly kind: "predicted";
      readonly model: string;
      readonly summary: EvaluationSummary | null;
      /** What the network thought of each lesion; null where it was not calibrated. */
      readonly lesions: readonly PredictedLesion[] | null;
      /** What somebody who relies on the mask has to know. */
      readonly warnings: readonly PredictionWarning[];
    };

/** A finding of the prediction, its message in English. */
interface PredictionWarning {
  readonly code: string;
  readonly message: string;
}

/**
 * How likely a lesion is real, 0 to 1. The network counts lesions in another order: they are matched by
 * their voxels, and where two lesions have as many, neither is told.
 *
 * @returns null where it is not known
 */
export function probabilityOf(
  { voxels }: Pick<LesionRow, "voxels">,
  { mask, lesions }: Pick<PatientContent, "mask" | "lesions">,
): number | null {
  if (mask.kind === "given" || mask.lesions === null) return null;
  const found = mask.lesions.filter((lesion) => lesion.voxels === voxels);
  const own = lesions.filter((lesion) => lesion.voxels === voxels);
  return found.length === 1 && own.length === 1 ? (found[0]?.probability ?? null) : null;
}

/** The slice of a lesion's longest axial diameter, or the one with most of it. */
export interface LesionView {
  readonly lesion: number;
  readonly slice: number;
  /** Cut out around the lesion, with its diameters where they are known. */
  readonly cut: PictureBytes;
  /** All of the slice, with the mask. */
  readonly whole: PictureBytes;
}

export type PictureBytes = Omit<PictureInDocument, "alt" | "label">;

/** One slice without a lesion: the CT, and the mask over it. */
export interface PlainView {
  readonly slice: number;
  readonly original: PictureBytes;
  readonly whole: PictureBytes | null;
}

/** All that the report of one patient says, as plain data. */
export interface PatientContent {
  readonly run: RunFacts;
  /** The catalogue's row with what the study adds; sizes are its numbers. */
  readonly row: StudiedRow;
  /** Largest first. */
  readonly lesions: readonly LesionRow[];
  readonly mask: MaskOrigin;
  readonly views: readonly LesionView[];
  /** Where there is no lesion to show; null without slices. */
  readonly plain: PlainView | null;
  /** A network's prediction of this case against its mask; null when there is none. */
  readonly score: CaseScoreRow | null;
  /** Prediction beside reference; null without a prediction. */
  readonly compared: PictureRow | null;
  /** Other cases of the same patient. */
  readonly visits: readonly StudiedRow[];
  /** The page of the whole cohort, relative to this one; null when there is none. */
  readonly back: string | null;
}

/** The findings as JSON tells them, with the units in the names. */
export const patientData = ({ row, lesions, mask, score, visits }: PatientContent): object => ({
  case: row.case,
  mask,
  scan: row,
  lesions,
  score,
  visits: visits.map(({ case: name, visit, tumour_ml, lesion_count }) => ({
    case: name,
    visit,
    tumour_ml,
    lesion_count,
  })),
});
