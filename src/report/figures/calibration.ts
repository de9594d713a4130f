import {
  axisX,
  axisY,
  dot,
  gridX,
  gridY,
  line,
  rectY,
  ruleX,
  ruleY,
  text,
} from "@observablehq/plot";
import type { Language } from "../language.ts";
import { draw, type Figure, keyHeight, labelHeight } from "./drawing.ts";
import { palette } from "./palette.ts";

/** Predicted lesions whose probabilities lie between two numbers. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly lesions: number;
  /** Mean of what was predicted; null when it is empty. */
  readonly predicted: number | null;
  /** Share of them that was real; null when it is empty. */
  readonly observed: number | null;
}

export interface Reliability {
  readonly bins: readonly ReliabilityBin[];
  /** Expected calibration error: Σ lesions ÷ all · |share real − mean predicted|. */
  readonly ece: number;
  /** Mean of (predicted − real)². */
  readonly brier: number;
}

/**
 * Wilson's 95 % interval of a share.
 *
 * @param of - above 0
 * @see Wilson 1927, doi:10.1080/01621459.1927.10502953
 */
export function wilson(found: number, of: number): readonly [low: number, high: number] {
  const z = 1.959963985;
  const share = found / of;
  const middle = (share + z ** 2 / (2 * of)) / (1 + z ** 2 / of);
  const half =
    (z / (1 + z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** Reliability diagram: share real over mean predicted of each bin, and how many lie in it. */
export function calibration({ bins, ece, brier }: Reliability, language: Language): Figure | null {
  const { say, numbers } = language;
  const words = say.drawings.calibration;
  const full = bins.flatMap((bin) => {
    const { lesions, predicted, observed } = bin;
    if (lesions === 0 || predicted === null || observed === null) return [];
    const real = Math.round(observed * lesions);
    const [low, high] = wilson(real, lesions);
    return [{ ...bin, real, x: predicted, share: observed, low, high }];
  });
  if (full.length === 0) return null;
  const count = full.reduce((sum, bin) => sum + bin.lesions, 0);
  const most = Math.max(...full.map((bin) => bin.lesions));
  // Counts stand as bars in the lowest quarter, by the axis of shares.
  const bars = full.map((bin) => ({ ...bin, height: (0.25 * bin.lesions) / most }));
  const share = (value: number): string => numbers.fixed(value, 2);
  const axis = {
    labelArrow: "none",
    tickFormat: (value: number) => numbers.fixed(value, 1),
  } as const;
  return draw({
    id: "calibration",
    title: words.title,
    text:
      words.text(count, full.length, numbers.fixed(ece, 3), numbers.fixed(brier, 3)) +
      full
        .map((bin) =>
          words.bin(share(bin.from), share(bin.to), bin.lesions, numbers.whole(bin.real)),
        )
        .join(""),
    keys: [
      { text: words.model, colour: palette.tumour, shape: "circle" },
      { text: words.perfect, colour: palette.muted, shape: "dashed" },
      { text: words.count, colour: palette.band, shape: "square" },
    ],
    keysTop: labelHeight,
    width: 520,
    height: 520,
    marginTop: keyHeight + labelHeight + 10,
    marginLeft: 58,
    marginRight: 20,
    marginBottom: 44,
    x: { domain: [0, 1] },
    y: { domain: [0, 1] },
    marks: [
      gridX({ stroke: palette.grid, strokeOpacity: 1 }),
      gridY({ stroke: palette.grid, strokeOpacity: 1 }),
      rectY(bars, {
        x1: "from",
        x2: "to",
        y: "height",
        fill: palette.band,
        stroke: palette.muted,
        inset: 1,
      }),
      text(bars, {
        x: (bin: ReliabilityBin) => (bin.from + bin.to) / 2,
        y: 0,
        text: (bin: ReliabilityBin) => numbers.whole(bin.lesions),
        dy: -9,
        fill: palette.muted,
      }),
      line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: palette.muted, strokeWidth: 1.5, strokeDasharray: "4 3" },
      ),
      ruleY([0], { stroke: palette.ink }),
      ruleX(full, { x: "x", y1: "low", y2: "high", stroke: palette.tumour, strokeWidth: 1.5 }),
      line(full, { x: "x", y: "share", stroke: palette.tumour, strokeWidth: 1.5 }),
      dot(full, { x: "x", y: "share", fill: palette.tumour, r: 4.5 }),
      axisX({ ...axis, label: words.predicted, labelAnchor: "center" }),
      axisY({ ...axis, label: words.observed }),
    ],
  });
}
