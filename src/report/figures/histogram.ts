import { axisX, axisY, dodgeY, dot, frame, gridX, gridY, rectY, ruleY } from "@observablehq/plot";
import type { Language } from "../language.ts";
import { draw, type Figure } from "./drawing.ts";
import { palette } from "./palette.ts";
import { wholeStep } from "./steps.ts";

/** How many values lie from one end, included, to the other, excluded. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const binsPerDecade = 4;
const mostBins = 12;

/** Sizes counted in quarter decades, over whole decades, by their log10: [] for none. Sizes are above 0. */
export function decadeBins(sizes: readonly number[]): Bin[] {
  if (sizes.length === 0) return [];
  const logs = sizes.map(Math.log10);
  const first = Math.floor(Math.min(...logs));
  const last = Math.max(first + 1, Math.floor(Math.max(...logs)) + 1);
  return countInto(logs, { first, width: 1 / binsPerDecade, bins: (last - first) * binsPerDecade });
}

/** Values counted in up to twelve bins as wide as 1, 2, 5, 10, 20, 50 …: [] for none. */
export function evenBins(values: readonly number[]): Bin[] {
  if (values.length === 0) return [];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const width = wholeStep((high - low) / mostBins);
  const first = Math.floor(low / width) * width;
  return countInto(values, { first, width, bins: Math.floor((high - first) / width) + 1 });
}

function countInto(
  values: readonly number[],
  { first, width, bins }: { readonly first: number; readonly width: number; readonly bins: number },
): Bin[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor((value - first) / width))]++;
  return counts.map((count, bin) => ({
    from: first + bin * width,
    to: first + (bin + 1) * width,
    count,
  }));
}

export interface HistogramOptions {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Below the axis of values, with their unit. */
  readonly axis: string;
  /** How many of how many there are: behind the axis' name, for who sees the drawing alone. */
  readonly share: string;
  /** Beside the axis of counts. */
  readonly count: string;
  readonly colour: string;
  /** `decades`: bins are of log10 of the values, and ticks stand at the whole decades. */
  readonly scale: "even" | "decades";
}

/** Fewer values than these say nothing by bars: each is a point. */
const fewestBars = 8;

/** Bars of how many of the values lie in each bin; of few values, a point each. At least one value. */
export function histogram(
  values: readonly number[],
  options: HistogramOptions & { readonly language: Language },
): Figure {
  if (values.length < fewestBars) return points(values, options);
  const { id, title, text, count, colour, scale } = options;
  const { numbers } = options.language;
  const bins = scale === "decades" ? decadeBins(values) : evenBins(values);
  const interval = wholeStep(Math.max(...bins.map((bin) => bin.count)) / 5);
  const ends = [...new Set(bins.flatMap(({ from, to }) => [from, to]))];
  return draw({
    id,
    title,
    text,
    width: 760,
    height: 300,
    marginTop: 30,
    marginLeft: 48,
    marginBottom: 44,
    y: { nice: 5 },
    marks: [
      gridY({ stroke: palette.grid, strokeOpacity: 1, interval }),
      rectY(bins, { x1: "from", x2: "to", y: "count", fill: colour, inset: 0.5 }),
      ruleY([0], { stroke: palette.ink }),
      axisY({ label: count, labelArrow: "none", interval, tickFormat: numbers.whole }),
      axisX({
        ticks: scale === "decades" ? ends.filter(Number.isInteger) : ends,
        ...axisOptions(options),
      }),
    ],
  });
}

/** A point for each value; those that would hide each other stand one above the other. */
function points(
  values: readonly number[],
  options: HistogramOptions & { readonly language: Language },
): Figure {
  const { id, title, text, colour, scale, language } = options;
  const isLog = scale === "decades";
  const places = isLog ? values.map(Math.log10) : values;
  const domain = isLog
    ? [Math.floor(Math.min(...places)), Math.floor(Math.max(...places)) + 1]
    : [0, Math.max(...places)];
  const ticks = Array.from({ length: domain[1] - domain[0] + 1 }, (_, n) => domain[0] + n);
  return draw({
    id,
    title,
    text: text + language.say.figures.drawn.points,
    width: 760,
    height: 150,
    marginTop: 10,
    marginLeft: 48,
    marginRight: 48,
    marginBottom: 44,
    x: { domain, nice: !isLog },
    y: { axis: null },
    marks: [
      gridX({ stroke: palette.grid, strokeOpacity: 1, ...(isLog ? { ticks } : {}) }),
      frame({ anchor: "bottom", stroke: palette.ink }),
      dot(places, dodgeY({ x: (place: number) => place, r: 5, padding: 2, fill: colour })),
      axisX({ ...(isLog ? { ticks } : {}), ...axisOptions(options) }),
    ],
  });
}

const axisOptions = ({
  axis,
  share,
  scale,
  language: { numbers },
}: HistogramOptions & { readonly language: Language }) =>
  ({
    tickFormat: (end: number) => numbers.significant(scale === "decades" ? 10 ** end : end, 4),
    label: `${axis} · ${share}`,
    labelAnchor: "center",
    labelArrow: "none",
  }) as const;
