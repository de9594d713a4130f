import type { ScoreComparison } from "./compare.ts";
import type { Detection } from "./detection.ts";
import type { FullStructureSummary, FullSummary, ScoreSummary } from "./full-summary.ts";
import type { LitsSummary } from "./lits-summary.ts";

/** A summary as people read it: what was left out and what counts as the worst is said. */
export function summaryLines(summary: FullSummary): string[] {
  const { lesions, burden, worstFirst, withoutReference, missing } = summary;
  const percent = (value: number | null): string =>
    value === null ? "–" : `${value.toFixed(2)} %`;
  return [
    `cases: ${summary.cases}, of ${summary.patients} patients${missing > 0 ? `; ${missing} without a prediction, counted as missed` : ""}`,
    ...(withoutReference.length > 0
      ? [`predictions without a reference, not scored: ${withoutReference.join(", ")}`]
      : []),
    ...structureLines("liver", summary.liver),
    ...structureLines("tumour", summary.tumour),
    `lesions, any overlap: ${detectionText(lesions.anyOverlap)}`,
    `lesions, IoU > 0.5:   ${detectionText(lesions.iouAbove50)}`,
    ...Object.entries(lesions.bySize)
      .filter(([, { anyOverlap }]) => anyOverlap.references + anyOverlap.predictions > 0)
      .map(([size, { anyOverlap }]) => `  ${size.padEnd(13)} ${detectionText(anyOverlap)}`),
    `panoptic quality: PQ ${three(lesions.panoptic.pq)}, SQ ${three(lesions.panoptic.sq)}, RQ ${three(lesions.panoptic.rq)}`,
    `tumour burden: RMSE ${percent(burden.rmsePercent)}, largest ${percent(burden.maxPercent)} signed, ${percent(burden.maxAbsolutePercent)} absolute`,
    ...(worstFirst.length > 1 ? [`worst first: ${worstFirst.slice(0, 5).join(", ")}`] : []),
  ];
}

/** The official scorer's numbers, by its names, to three decimals as it prints them. */
export const litsLines = (summary: LitsSummary): string[] =>
  Object.entries(summary).map(([name, value]) => `${name}: ${value?.toFixed(3) ?? "–"}`);

const three = (value: number | null): string => value?.toFixed(3) ?? "–";

function structureLines(name: string, summary: FullStructureSummary): string[] {
  const { dice, iou, voe, rvd, nsd, assd_mm, rmsd_mm, msd_mm, hd95_mm } = summary.scores;
  const global = `over all voxels ${three(summary.diceGlobal)}`;
  const counted = [
    ...(dice.undefinedCases > 0 ? [`${dice.undefinedCases} cases have none: not defined`] : []),
    ...(assd_mm.worstCases > 0
      ? [`${assd_mm.worstCases} with the structure in one mask only: the worst`]
      : []),
    ...(assd_mm.undefinedCases > dice.undefinedCases
      ? [`${assd_mm.undefinedCases - dice.undefinedCases} of unknown spacing: no distances`]
      : []),
  ];
  return [
    `${name}: Dice ${scoreText(dice)}, ${global}; IoU ${three(iou.value)}, VOE ${three(voe.value)}, RVD ${three(rvd.value)}, NSD ${scoreText(nsd)}`,
    `  mm: ASSD ${three(assd_mm.value)}, RMSD ${three(rmsd_mm.value)}, MSD ${three(msd_mm.value)}, HD95 ${three(hd95_mm.value)}`,
    ...(counted.length > 0 ? [`  ${counted.join("; ")}`] : []),
  ];
}

function scoreText({ value, ci95 }: ScoreSummary): string {
  const interval = ci95 === null ? "" : ` (95 % CI ${three(ci95.low)} to ${three(ci95.high)})`;
  return `${three(value)}${interval}`;
}

const detectionText = (of: Detection): string =>
  `precision ${three(of.precision)} (${of.correct}/${of.predictions}), recall ${three(of.recall)} (${of.found}/${of.references}), F1 ${three(of.f1)}`;

/** Two models beside each other, one line a score. */
export const comparisonLines = (comparison: readonly ScoreComparison[]): string[] =>
  comparison.map(({ structure, score, value, ci95, p, cases, patients }) => {
    const interval = ci95 === null ? "" : ` (95 % CI ${three(ci95.low)} to ${three(ci95.high)})`;
    const test = p === null ? "" : `, p = ${p.toPrecision(2)}`;
    return `difference in ${structure} ${score}: ${three(value)}${interval}${test} (${cases} cases, ${patients} patients)`;
  });
