import { axisX, axisY, dot, gridY, type Markish, rectY, ruleY, text } from "@observablehq/plot";
import type { CaseScoreRow } from "../../evaluate/index.ts";
import type { StudiedRow } from "../../study/index.ts";
import type { Language } from "../language.ts";
import type { Numbers } from "../numbers.ts";
import type { Structure } from "./agreement.ts";
import { draw, type Figure, keyHeight, labelHeight } from "./drawing.ts";
import { palette } from "./palette.ts";

/** A case's two volumes. */
export interface VolumePair {
  readonly case: string;
  readonly referenceMl: number;
  readonly predictedMl: number;
}

/** What of the catalogue volumes need. */
type SpacedRow = Pick<StudiedRow, "case" | "spacing_x_mm" | "spacing_y_mm" | "spacing_z_mm">;

export interface BlandAltman {
  readonly count: number;
  /** Mean of predicted − reference, mL; NaN without any pair. */
  readonly biasMl: number;
  /** null for fewer than two pairs. */
  readonly limits: null | {
    readonly lowMl: number;
    readonly highMl: number;
    /** Half the width of the 95 % interval of the bias, and of each limit. */
    readonly biasHalfMl: number;
    readonly limitHalfMl: number;
  };
}

/**
 * Bias and 95 % limits of agreement of prediction and reference.
 *
 * d = predicted − reference; limits = d̄ ± 1.96 s, s² = Σ(d − d̄)² ÷ (n − 1). Standard errors: of d̄
 * s√(1/n), of a limit about s√(3/n); intervals are of Student's t with n − 1 degrees of freedom.
 *
 * @see Bland and Altman 1986, doi:10.1016/S0140-6736(86)90837-8
 */
export function blandAltmanOf(pairs: readonly VolumePair[]): BlandAltman {
  const differences = pairs.map(({ predictedMl, referenceMl }) => predictedMl - referenceMl);
  const count = differences.length;
  const biasMl = differences.reduce((sum, d) => sum + d, 0) / count;
  if (count < 2) return { count, biasMl, limits: null };
  const s = Math.sqrt(differences.reduce((sum, d) => sum + (d - biasMl) ** 2, 0) / (count - 1));
  const t = studentT(count - 1);
  return {
    count,
    biasMl,
    limits: {
      lowMl: biasMl - 1.96 * s,
      highMl: biasMl + 1.96 * s,
      biasHalfMl: t * s * Math.sqrt(1 / count),
      limitHalfMl: t * s * Math.sqrt(3 / count),
    },
  };
}

/**
 * The 97.5 % point of Student's t. One and two degrees of freedom exactly; more by Hill's expansion
 * of the normal point, to 4 digits from three on.
 *
 * @see Hill 1970, Algorithm 396, doi:10.1145/355598.355600
 */
export function studentT(freedom: number): number {
  if (freedom === 1) return Math.tan(Math.PI * 0.475);
  // P = ½ + x ÷ (2√(2 + x²)) for two, solved for x.
  if (freedom === 2) return 0.95 * Math.sqrt(2 / (1 - 0.95 ** 2));
  const p = 0.05; // both tails
  const a = 1 / (freedom - 0.5);
  const b = 48 / a ** 2;
  let c = ((20700 * a) / b - 98) * a - 16;
  c = c * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * freedom;
  let y = (d * p) ** (2 / freedom);
  if (y > 0.05 + a) {
    const x = -1.959963985;
    y = x * x;
    if (freedom < 5) c += 0.3 * (freedom - 4.5) * (x + 0.6);
    c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c;
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
    y = Math.expm1(a * y ** 2);
  } else {
    y =
      ((1 / (((freedom + 6) / (freedom * y) - 0.089 * d - 0.822) * (freedom + 2) * 3) +
        0.5 / (freedom + 4)) *
        y -
        1) *
        ((freedom + 1) / (freedom + 2)) +
      1 / y;
  }
  return Math.sqrt(freedom * y);
}

/** The cases' volumes, and how many have none because their spacing is unknown. */
export function volumePairs(
  scores: readonly CaseScoreRow[],
  { rows, structure }: { readonly rows: readonly SpacedRow[]; readonly structure: Structure },
): { readonly pairs: readonly VolumePair[]; readonly leftOut: number; readonly missing: number } {
  const byCase = new Map(rows.map((row) => [row.case, row]));
  const pairs: VolumePair[] = [];
  let missing = 0;
  for (const score of scores) {
    const row = byCase.get(score.case);
    const [x, y, z] = [row?.spacing_x_mm, row?.spacing_y_mm, row?.spacing_z_mm];
    if (x == null || y == null || z == null) continue;
    const voxelMl = (x * y * z) / 1000;
    if (score.status === "missing") missing++;
    pairs.push({
      case: score.case,
      referenceMl: voxelMl * score[`${structure}_reference_voxels`],
      predictedMl: voxelMl * score[`${structure}_predicted_voxels`],
    });
  }
  return { pairs, leftOut: scores.length - pairs.length, missing };
}

/**
 * Difference of predicted and reference volume over their mean, a mark a case, with bias and limits of
 * agreement and their intervals as bands. null without a case of known spacing.
 */
export function blandAltman(
  scores: readonly CaseScoreRow[],
  {
    rows,
    structure,
    language,
  }: {
    readonly rows: readonly SpacedRow[];
    readonly structure: Structure;
    readonly language: Language;
  },
): Figure | null {
  const { pairs, leftOut, missing } = volumePairs(scores, { rows, structure });
  if (pairs.length === 0) return null;
  const { say, numbers } = language;
  const words = say.drawings.blandAltman;
  const { biasMl, limits } = blandAltmanOf(pairs);
  const points = pairs.map(({ referenceMl, predictedMl }) => ({
    mean: (referenceMl + predictedMl) / 2,
    difference: predictedMl - referenceMl,
  }));
  const colour = structure === "liver" ? palette.liver : palette.tumour;
  const lines =
    limits === null
      ? [{ y: biasMl, half: 0, name: words.bias(signedMl(numbers, biasMl)) }]
      : [
          { y: biasMl, half: limits.biasHalfMl, name: words.bias(signedMl(numbers, biasMl)) },
          {
            y: limits.highMl,
            half: limits.limitHalfMl,
            name: words.upper(signedMl(numbers, limits.highMl)),
          },
          {
            y: limits.lowMl,
            half: limits.limitHalfMl,
            name: words.lower(signedMl(numbers, limits.lowMl)),
          },
        ];
  // Bands may go beyond: of few cases they are wide.
  const domain = reach(
    [0, ...points.map(({ difference }) => difference), ...lines.map(({ y }) => y)],
    0.2,
  );
  const bands = lines.map(({ y, half }) => ({
    low: Math.max(domain[0], y - half),
    high: Math.min(domain[1], y + half),
  }));
  const marks: Markish[] = [
    rectY(limits === null ? [] : bands, {
      y1: "low",
      y2: "high",
      fill: palette.muted,
      fillOpacity: 0.16,
    }),
    ruleY([0], { stroke: palette.ink }),
    ruleY(lines.slice(0, 1), { y: "y", stroke: colour, strokeWidth: 2 }),
    ruleY(lines.slice(1), { y: "y", stroke: colour, strokeWidth: 2, strokeDasharray: "5 3" }),
    dot(points, {
      x: "mean",
      y: "difference",
      fill: colour,
      symbol: structure === "liver" ? "circle" : "diamond",
      r: pairs.length <= 60 ? 4.5 : 3,
    }),
    ...lines.map((one, place) =>
      text([one], {
        y: "y",
        frameAnchor: "right",
        text: "name",
        textAnchor: "start",
        dx: 8,
        dy: shift(place, { away: Math.abs(one.y - biasMl), domain }),
        fill: palette.ink,
      }),
    ),
  ];
  return draw({
    id: `bland-altman-${structure}`,
    title: words.title(say.words[structure]),
    text: wordsOf({ pairs, leftOut, missing }, language),
    keys: [
      { text: words.limits, colour, shape: "dashed" },
      ...(limits === null
        ? []
        : [{ text: words.interval, colour: palette.band, shape: "square" } as const]),
    ],
    keysTop: labelHeight,
    width: 760,
    height,
    marginTop,
    marginLeft: 64,
    marginRight: 210,
    marginBottom,
    x: {
      domain: reach(
        points.map(({ mean }) => mean),
        0.06,
      ),
    },
    y: { domain },
    marks: [
      gridY({ stroke: palette.grid, strokeOpacity: 1 }),
      ...marks,
      axisX({
        label: words.mean,
        labelAnchor: "center",
        labelArrow: "none",
        tickFormat: (value: number) => numbers.significant(value, 4),
      }),
      axisY({
        label: words.difference,
        labelArrow: "none",
        tickFormat: (value: number) => numbers.significant(value, 4).replace(/^-/, "\u2212"),
      }),
    ],
  });
}

const height = 380;
const marginTop = keyHeight + labelHeight + 6;
const marginBottom = 44;
const lineHeight = 15;

/** With a minus as long as the plus; the numbers' own is a hyphen. */
const signedMl = (numbers: Numbers, value: number): string =>
  numbers.ml(value).replace(/^-/, "\u2212");

/** How far a limit's words stand from its line, so that they do not lie on those of the bias. */
function shift(
  place: number,
  {
    away,
    domain: [low, high],
  }: { readonly away: number; readonly domain: readonly [number, number] },
): number {
  const pixels = (away / (high - low)) * (height - marginTop - marginBottom);
  // The bias, the upper and the lower limit.
  return [0, -1, 1][place] * Math.max(0, lineHeight - pixels);
}

/** From the lowest to the highest of what is drawn, and a share of that more. */
function reach(values: readonly number[], share: number): [low: number, high: number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = high - low;
  // Rounding alone is no range.
  const more = range > 1e-9 * Math.abs(high) ? share * range : 1;
  return [low - more, high + more];
}

function wordsOf(
  { pairs, leftOut, missing }: ReturnType<typeof volumePairs>,
  { say, numbers }: Language,
): string {
  const words = say.drawings.blandAltman;
  const { count, biasMl, limits } = blandAltmanOf(pairs);
  const around = (value: number, half: number): [string, string] => [
    signedMl(numbers, value - half),
    signedMl(numbers, value + half),
  ];
  const left = words.leftOut(leftOut) + words.missing(missing);
  if (limits === null) {
    return (
      words.text(count, signedMl(numbers, biasMl), say.words.unknown, say.words.unknown) +
      words.few +
      left
    );
  }
  const { lowMl, highMl, biasHalfMl, limitHalfMl } = limits;
  return (
    words.text(
      count,
      signedMl(numbers, biasMl),
      signedMl(numbers, lowMl),
      signedMl(numbers, highMl),
    ) +
    words.intervals(
      around(biasMl, biasHalfMl),
      around(lowMl, limitHalfMl),
      around(highMl, limitHalfMl),
    ) +
    words.formula +
    left
  );
}
