import { axisX, axisY, barX, gridX, ruleX, text } from "@observablehq/plot";
import type { Language } from "../language.ts";
import { draw, type Figure } from "./drawing.ts";
import { palette } from "./palette.ts";

/** Classes of lesions by their longest axial diameter: < 10, 10–20, > 20 mm. */
export const shownSizes = ["below10mm", "from10to20mm", "above20mm"] as const;
export type ShownSize = (typeof shownSizes)[number];

/** How well the lesions of a size are found. */
export interface SizeScore {
  readonly size: ShownSize;
  /** null when there is neither a reference nor a predicted lesion of that size. */
  readonly f1: number | null;
  readonly found: number;
  /** Reference lesions. */
  readonly all: number;
}

/** F1 of detecting lesions by their size, with how many were found; null without any. */
export function f1BySize(
  scores: readonly SizeScore[],
  { model, language }: { readonly model: string; readonly language: Language },
): Figure | null {
  if (scores.every(({ f1 }) => f1 === null)) return null;
  const { say, numbers } = language;
  const words = say.drawings.f1BySize;
  const bars = scores.map(({ size, f1, found, all }) => ({
    size: words.sizes[size],
    f1: f1 ?? 0,
    note: f1 === null ? words.none : `${numbers.fixed(f1, 2)} · ${words.count(found, all)}`,
  }));
  return draw({
    id: "f1-by-size",
    title: words.title,
    text:
      words.text(model) +
      scores
        .map(({ size, f1, found, all }) =>
          f1 === null
            ? ` ${words.sizes[size]}: ${words.none}.`
            : words.one(words.sizes[size], numbers.fixed(f1, 2), found, all),
        )
        .join(""),
    width: 640,
    height: 200,
    marginTop: 10,
    marginLeft: 90,
    marginRight: 190,
    marginBottom: 44,
    x: { domain: [0, 1] },
    y: { domain: bars.map(({ size }) => size), padding: 0.3 },
    marks: [
      gridX({ stroke: palette.grid, strokeOpacity: 1 }),
      barX(bars, { x: "f1", y: "size", fill: palette.tumour }),
      ruleX([0], { stroke: palette.ink }),
      text(bars, {
        x: "f1",
        y: "size",
        text: "note",
        textAnchor: "start",
        dx: 6,
        fill: palette.ink,
      }),
      axisY({ tickSize: 0, label: null }),
      axisX({
        label: words.axis,
        labelAnchor: "center",
        labelArrow: "none",
        tickFormat: (value: number) => numbers.fixed(value, 1),
      }),
    ],
  });
}
