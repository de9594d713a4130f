import type { LesionScoreRow } from "./lesion-row.ts";

/** How many lesions were found. */
export interface Detection {
  readonly references: number;
  /** Reference lesions that were found. */
  readonly found: number;
  readonly predictions: number;
  /** Predicted lesions that are one of the reference's. */
  readonly correct: number;
  /** correct / predictions; null when nothing was predicted. */
  readonly precision: number | null;
  /** found / references; null when there is nothing to find. */
  readonly recall: number | null;
  /** Harmonic mean of the two; 0 when either is 0, or undefined while the other is not; null when both are. */
  readonly f1: number | null;
}

/** When a lesion counts as found, and a prediction as correct. */
export type Criterion = "any overlap" | { readonly iouAbove: number };

/**
 * Detection over any lesions, of one case or of many. `any overlap`: a lesion that shares a voxel with
 * the other side. `iouAbove`: its one-to-one pair has an IoU above that.
 */
export function detectionOf(lesions: readonly LesionScoreRow[], criterion: Criterion): Detection {
  const counts = { references: 0, found: 0, predictions: 0, correct: 0 };
  for (const { side, overlaps, iou } of lesions) {
    const hit = (criterion === "any overlap" ? overlaps : iou > criterion.iouAbove) ? 1 : 0;
    counts[side === "reference" ? "references" : "predictions"]++;
    counts[side === "reference" ? "found" : "correct"] += hit;
  }
  const { references, found, predictions, correct } = counts;
  const precision = predictions === 0 ? null : correct / predictions;
  const recall = references === 0 ? null : found / references;
  return { ...counts, precision, recall, f1: f1Of(precision, recall) };
}

function f1Of(precision: number | null, recall: number | null): number | null {
  if (precision === null && recall === null) return null;
  const [p, r] = [precision ?? 0, recall ?? 0];
  return p + r === 0 ? 0 : (2 * p * r) / (p + r);
}

/** Sizes by longest axial diameter. */
export const sizeClasses = ["below10mm", "from10to20mm", "above20mm", "unknown"] as const;

export type SizeClass = (typeof sizeClasses)[number];

/** The class of a lesion; 10 and 20 mm themselves are in the middle. */
export function sizeClassOf({
  longest_axial_diameter_mm: mm,
}: Pick<LesionScoreRow, "longest_axial_diameter_mm">): SizeClass {
  if (mm === null) return "unknown";
  if (mm < 10) return "below10mm";
  return mm <= 20 ? "from10to20mm" : "above20mm";
}
