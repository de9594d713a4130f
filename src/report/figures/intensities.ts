import { axisX, axisY, dot, gridX, gridY, type Markish, ruleX, ruleY } from "@observablehq/plot";
import type { StudiedRow } from "../../study/index.ts";
import type { Language } from "../language.ts";
import { caseAxis } from "./case-axis.ts";
import { type DrawingOptions, draw, type Figure, keyHeight, labelHeight } from "./drawing.ts";
import { drawnScans } from "./drawn.ts";
import { median } from "./median.ts";
import { palette } from "./palette.ts";

/** The structures' marks: they differ in shape and side as well as in colour. */
const structures = [
  { name: "liver", symbol: "circle", colour: palette.liver, aside: -1 },
  { name: "tumour", symbol: "diamond", colour: palette.tumour, aside: 1 },
] as const;

/**
 * Intensities of liver (without its tumours) and tumour of each case: a mark at the median, a line
 * over the middle 80 %. null when no case has any.
 */
export function intensities(rows: readonly StudiedRow[], language: Language): Figure | null {
  const measured = rows.filter(shows);
  if (measured.length === 0) return null;
  const { say, numbers } = language;
  const words = say.figures.intensities;
  const axis = caseAxis(
    measured.map((row) => row.case),
    keyHeight,
  );
  const isRows = axis.direction === "rows";
  const apart = isRows ? 4 : 2;
  const marks = structures.flatMap(({ name, symbol, colour, aside }): Markish[] => {
    const spans = measured.flatMap((row, position) => {
      const [low, middle, high] = [
        row[`${name}_p10_hu`],
        row[`${name}_median_hu`],
        row[`${name}_p90_hu`],
      ];
      return middle === null ? [] : [{ position, low, middle, high }];
    });
    const line = { stroke: colour, strokeWidth: isRows ? 2 : 1.5 };
    const mark = { fill: colour, symbol, r: isRows ? 3.5 : 2.2 } as const;
    return isRows
      ? [
          ruleY(spans, { y: "position", x1: "low", x2: "high", dy: apart * aside, ...line }),
          dot(spans, { y: "position", x: "middle", dy: apart * aside, ...mark }),
        ]
      : [
          ruleX(spans, { x: "position", y1: "low", y2: "high", dx: apart * aside, ...line }),
          dot(spans, { x: "position", y: "middle", dx: apart * aside, ...mark }),
        ];
  });
  const medianOf = (name: "liver" | "tumour"): string => {
    const values = measured.flatMap((row) => row[`${name}_median_hu`] ?? []);
    return values.length === 0 ? say.words.unknown : numbers.hu(median(values));
  };
  const common: DrawingOptions = {
    id: "intensities",
    title: words.title,
    text:
      words.text(medianOf("liver"), medianOf("tumour")) +
      drawnScans(rows, { shows, needs: ["unusable", "noMask", "noLiver"], language }),
    keys: structures.map(({ name, symbol, colour }) => ({
      text: words[name],
      colour,
      shape: symbol,
    })),
    width: axis.width,
    height: axis.height,
    marginLeft: axis.marginLeft,
    marginBottom: axis.marginBottom,
  };
  const names = { ticks: [...axis.ticks], tickFormat: axis.name, tickSize: 0, label: null };
  const values = { label: words.axis, labelArrow: "none", tickFormat: numbers.whole } as const;
  const grid = { stroke: palette.grid, strokeOpacity: 1 };
  if (!isRows) {
    return draw({
      ...common,
      marginTop: keyHeight + labelHeight,
      keysTop: labelHeight,
      marginRight: 12,
      x: { type: "point", domain: axis.positions, padding: 0.6 },
      y: { nice: true },
      marks: [gridY(grid), ...marks, axisX({ ...names, tickRotate: -90 }), axisY(values)],
    });
  }
  return draw({
    ...common,
    marginTop: keyHeight,
    marginRight: 30,
    x: { nice: true },
    y: { type: "point", domain: axis.positions, padding: 0.6 },
    marks: [gridX(grid), ...marks, axisY(names), axisX({ ...values, labelAnchor: "center" })],
  });
}

const shows = (row: StudiedRow): boolean =>
  row.liver_median_hu !== null || row.tumour_median_hu !== null;
