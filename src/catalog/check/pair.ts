import { compareGrids, type Grid, type LabelVolume } from "../../volume/index.ts";
import type { LabelCounts } from "../label-counts.ts";
import { type Finding, when } from "./finding.ts";
import { checkFit } from "./fit.ts";
import { checkLabels } from "./labels.ts";
import { previewMask } from "./preview.ts";
import type { Underlay } from "./scan.ts";

/** A mask's findings, as labels and as laid on its scan. */
export function checkMask(
  mask: LabelVolume,
  { scan, counts }: { readonly scan: Underlay; readonly counts: LabelCounts },
): readonly Finding[] {
  const labels = checkLabels(mask, counts);
  const isGrey = labels.some(({ code }) => code === "labels-grey");
  if (isGrey && scan.isLabels) return when(true, "swapped");
  const places = comparePlaces(scan, mask);
  const isJudged = scan.preview !== undefined && !isGrey && isMostlyLiver(counts);
  const fit = isJudged ? checkFit(scan.preview, previewMask(mask)) : [];
  return [...places, ...fit, ...labels];
}

/** The edges of a liver stand out from any place; those of tumours alone hardly do. */
const isMostlyLiver = (counts: LabelCounts): boolean =>
  (counts.get(1) ?? 0) > (counts.get(2) ?? 0) / 2;

/** Whether the headers place the mask where the scan is, by what `compareGrids` lets pass. */
export function comparePlaces(scan: Grid, mask: Grid): readonly Finding[] {
  const shapes = [scan, mask].map(({ dims }) => dims.join(" × "));
  if (shapes[0] !== shapes[1]) {
    return [{ code: "geometry.mismatch", detail: shapes[1], expected: shapes[0] }];
  }
  const unplaced = [scan, mask].filter(({ affineFrom }) => affineFrom === "default");
  if (unplaced.length > 0) {
    const which = unplaced[0] === scan ? "scan's" : "mask's";
    return when(unplaced.length === 1, "geometry-one-sided", which);
  }
  const { same, distanceMm, differences } = compareGrids(scan, mask);
  if (same) return [];
  const turned = differences.find((difference) => difference.kind === "orientation");
  return turned === undefined
    ? when(true, "affine-mismatch", `${distanceMm?.toFixed(2)} mm`)
    : [{ code: "geometry.orientation", detail: turned.found, expected: turned.expected }];
}
