import { axisX, axisY, gridY, rectY, ruleY } from "@observablehq/plot";
import type { LesionRow } from "../../study/index.ts";
import type { Language } from "../language.ts";
import { draw, type Figure } from "./drawing.ts";
import { median } from "./median.ts";
import { palette } from "./palette.ts";
import { wholeStep } from "./steps.ts";

const binsPerDecade = 4;

export interface SizeBin {
  /** log10 of the bin's ends; the upper end is outside. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Lesions counted in quarter decades, over whole decades: [] for none. Sizes are above 0. */
export function sizeBins(sizes: readonly number[]): SizeBin[] {
  if (sizes.length === 0) return [];
  const logs = sizes.map(Math.log10);
  const first = Math.floor(Math.min(...logs));
  const last = Math.max(first + 1, Math.floor(Math.max(...logs)) + 1);
  const bins = Array.from({ length: (last - first) * binsPerDecade }, (_, index) => ({
    from: first + index / binsPerDecade,
    to: first + (index + 1) / binsPerDecade,
    count: 0,
  }));
  for (const log of logs) {
    const bin = bins[Math.floor((log - first) * binsPerDecade)];
    if (bin !== undefined) bin.count++;
  }
  return bins;
}

/**
 * Histogram of lesion sizes on a logarithmic axis: in mL where the spacing is known, in voxels when
 * it is known for none. null when there is no lesion.
 */
export function lesionVolumes(lesions: readonly LesionRow[], language: Language): Figure | null {
  if (lesions.length === 0) return null;
  const { say, numbers } = language;
  const words = say.figures.lesions;
  const volumes = lesions.flatMap((lesion) => lesion.volume_ml ?? []);
  const known = volumes.length > 0;
  const sizes = known ? volumes : lesions.map((lesion) => lesion.voxels);
  const written = known
    ? numbers.ml
    : (size: number): string => words.voxels(numbers.significant(size, 6));
  const leftOut = lesions.length - sizes.length;
  const bins = sizeBins(sizes);
  const decades = bins.flatMap((bin) => [bin.from, bin.to]).filter(Number.isInteger);
  return draw({
    id: "lesion-volumes",
    title: words.title,
    text:
      words.text(
        sizes.length,
        written(median(sizes)),
        written(Math.min(...sizes)),
        written(Math.max(...sizes)),
      ) +
      (leftOut > 0 ? words.leftOut(leftOut) : "") +
      (known ? "" : words.inVoxels),
    width: 760,
    height: 300,
    marginTop: 30,
    marginLeft: 48,
    marginBottom: 44,
    y: { nice: 5 },
    marks: [
      gridY({ stroke: palette.grid, strokeOpacity: 1, interval: countInterval(bins) }),
      rectY(bins, { x1: "from", x2: "to", y: "count", fill: palette.tumour, inset: 0.5 }),
      ruleY([0], { stroke: palette.ink }),
      axisY({
        label: words.count,
        labelArrow: "none",
        interval: countInterval(bins),
        tickFormat: numbers.whole,
      }),
      axisX({
        ticks: [...new Set(decades)],
        tickFormat: (decade: number) => numbers.significant(10 ** decade, 3),
        label: known ? words.axisMl : words.axisVoxels,
        labelAnchor: "center",
        labelArrow: "none",
      }),
    ],
  });
}

/** A step for counts that gives about five ticks. */
const countInterval = (bins: readonly SizeBin[]): number =>
  wholeStep(Math.max(...bins.map((bin) => bin.count)) / 5);
