import { axisX, axisY, dot, gridY, line, ruleX } from "@observablehq/plot";
import { type RatePoint, suggestRates } from "../../train/index.ts";
import type { Language } from "../language.ts";
import { draw, type Figure, keyHeight, labelHeight } from "./drawing.ts";
import { palette } from "./palette.ts";

/**
 * The learning-rate finder's curve: each step's loss and the smoothed one over the rate, logarithmic,
 * and the rates that it suggests. null without steps.
 */
export function rateCurve(points: readonly RatePoint[], language: Language): Figure | null {
  if (points.length === 0) return null;
  const { say, numbers } = language;
  const words = say.figures.rates;
  const { valley, steep } = suggestRates(points);
  const written = (rate: number | null): string =>
    rate === null ? say.words.none : numbers.significant(rate, 2);
  const first = points[0].learning_rate;
  const last = Math.max(10 * first, points[points.length - 1].learning_rate);
  // A single step may be far off before the smoothed loss is.
  const top = 1.25 * Math.max(...points.map((point) => point.smoothed_loss));
  const seen = points.filter(({ loss }) => loss <= top);
  const x = "learning_rate";
  return draw({
    id: "rate-finder",
    title: words.title,
    text: words.text(written(valley), written(steep)),
    keys: [
      { text: words.smoothed, colour: palette.ink, shape: "line" },
      { text: words.step, colour: palette.plain, shape: "circle" },
      { text: words.valley, colour: palette.liver, shape: "line" },
      { text: words.steep, colour: palette.tumour, shape: "dashed" },
    ],
    keysTop: labelHeight,
    width: 640,
    height: 320,
    marginTop: keyHeight + labelHeight,
    marginLeft: 58,
    marginRight: 18,
    marginBottom: 44,
    x: { type: "log", domain: [first, last] },
    marks: [
      gridY({ stroke: palette.grid, strokeOpacity: 1 }),
      dot(seen, { x, y: "loss", fill: palette.plain, r: 2 }),
      line(points, { x, y: "smoothed_loss", stroke: palette.ink, strokeWidth: 2 }),
      ruleX(valley === null ? [] : [valley], { stroke: palette.liver, strokeWidth: 2 }),
      ruleX(steep === null ? [] : [steep], {
        stroke: palette.tumour,
        strokeWidth: 2,
        strokeDasharray: "4 3",
      }),
      axisX({
        ticks: decades(first, last),
        tickFormat: (rate: number) => numbers.significant(rate, 1),
        label: words.rateAxis,
        labelAnchor: "center",
        labelArrow: "none",
      }),
      axisY({
        tickFormat: (value: number) => numbers.significant(value, 3),
        label: words.lossAxis,
        labelArrow: "none",
      }),
    ],
  });
}

/** The powers of ten from one number to another, both above 0. */
const decades = (from: number, to: number): number[] => {
  const first = Math.ceil(Math.log10(from) - 1e-9);
  const count = Math.floor(Math.log10(to) + 1e-9) - first + 1;
  // As written, since V8's versions differ in 10 ** -4.
  return Array.from({ length: Math.max(0, count) }, (_, n) => Number(`1e${first + n}`));
};
