import { HeparError } from "../core/index.ts";
import {
  type CtVolume,
  type LabelVolume,
  type NiftiHeader,
  requireSameShape,
} from "../volume/index.ts";
import { notLabels } from "./check/are-labels.ts";
import type { Finding } from "./check/finding.ts";
import { checkMask } from "./check/pair.ts";
import { isWarning } from "./check/rules.ts";
import { checkScan, type Underlay } from "./check/scan.ts";
import { gridColumns } from "./grid-columns.ts";
import { countLabels, formatLabelCounts } from "./label-counts.ts";
import type { CatalogRow } from "./row.ts";

/** Findings about a case, before they become a cell of the table. */
export type Warnings = readonly Finding[];

type ScanColumns = ReturnType<typeof gridColumns> & Pick<CatalogRow, "hu_min" | "hu_max">;

/**
 * What a scan's voxels and geometry say, what is odd about them, and what its mask is to be held
 * against.
 */
export function inspectScan(
  scan: CtVolume,
  header?: NiftiHeader,
): { columns: ScanColumns; warnings: Warnings; underlay: Underlay } {
  const { findings, levels, underlay } = checkScan(scan, header);
  return {
    columns: {
      ...gridColumns(scan),
      hu_min: levels.min,
      hu_max: levels.max,
    },
    warnings: warningsAmong(findings),
    underlay,
  };
}

/**
 * What a mask says, and what is odd about it and its place on the scan.
 *
 * A mask whose axes run in other directions is refused, not warned about: laid on voxel by voxel,
 * as everything after this does, it would mark the mirrored side of the patient, and nothing
 * downstream could notice. If only its header is wrong, writing it anew mends it.
 *
 * @throws `geometry.mismatch` when the shapes differ; `geometry.orientation` when the axes run in
 *   other directions; `labels.value` when the mask does not hold labels
 */
export function inspectMask(
  mask: LabelVolume,
  scan: Underlay,
): { columns: Pick<CatalogRow, "labels">; warnings: Warnings } {
  requireSameShape(scan, mask);
  const counts = countLabels(mask.voxels);
  const findings = checkMask(mask, { scan, counts });
  requireSameAxes(findings);
  requireOwnKind(findings);
  return {
    columns: { labels: formatLabelCounts(counts) },
    warnings: warningsAmong(findings),
  };
}

/** @throws `geometry.orientation` when the findings say that a mask's axes run in other directions */
export function requireSameAxes(findings: readonly Finding[]): void {
  const turned = findings.find(({ code }) => code === "geometry.orientation");
  if (turned === undefined) return;
  throw new HeparError(
    "geometry.orientation",
    `the mask's axes run in other directions than its scan's: expected ${turned.expected}, got ${turned.detail}`,
    { hint: "save the mask again on the scan's own grid, with the scan's header" },
  );
}

/** @throws `labels.value` when the findings say that a mask holds grey values, or the scan labels */
function requireOwnKind(findings: readonly Finding[]): void {
  const wrong = findings.find(({ code }) => code === "swapped" || code === "labels-grey");
  if (wrong !== undefined) throw notLabels(wrong);
}

const warningsAmong = (findings: readonly Finding[]): Warnings =>
  findings.filter(({ code }) => isWarning(code));
