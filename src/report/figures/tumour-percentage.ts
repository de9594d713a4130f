import { axisX, axisY, barX, barY, gridX, gridY, ruleX, ruleY, text } from "@observablehq/plot";
import type { StudiedRow } from "../../study/index.ts";
import type { Language } from "../language.ts";
import { caseAxis } from "./case-axis.ts";
import { type DrawingOptions, draw, type Figure, keyHeight, labelHeight } from "./drawing.ts";
import { drawnScans } from "./drawn.ts";
import { palette } from "./palette.ts";

interface Bar {
  readonly position: number;
  readonly ofLiver: number;
  readonly ofAll: number;
  readonly label: string;
}

/**
 * Tumour of each scan with a usable mask: a broad bar in percent of the liver, a thin one within it
 * in percent of all voxels. null when no scan has such a mask.
 *
 * @param rows - the catalogue, in the order to show
 */
export function tumourPercentage(rows: readonly StudiedRow[], language: Language): Figure | null {
  const { say, numbers } = language;
  const words = say.figures.percentage;
  const masked = rows.filter((row) => row.has_tumour !== null);
  if (masked.length === 0) return null;
  const bars = masked.map((row, position): Bar => {
    const ofLiver = row.tumour_percent_of_liver ?? 0;
    const ofAll = row.tumour_percent ?? 0;
    const label = row.has_tumour
      ? `${numbers.percent(ofLiver)} (${numbers.percent(ofAll)})`
      : words.noTumour;
    return { position, ofLiver, ofAll, label };
  });
  const axis = caseAxis(
    masked.map((row) => row.case),
    keyHeight,
  );
  const names = { ticks: [...axis.ticks], tickFormat: axis.name, tickSize: 0, label: null };
  const amounts = {
    label: words.axis,
    labelArrow: "none",
    tickFormat: (value: number) => numbers.significant(value, 3),
  } as const;
  const common: DrawingOptions = {
    id: "tumour-percentage",
    title: words.title,
    text:
      words.text(
        masked.filter((row) => row.has_tumour).length,
        masked.length,
        numbers.percent(Math.max(...bars.map((bar) => bar.ofLiver))),
      ) +
      drawnScans(rows, {
        shows: (row) => row.has_tumour !== null,
        needs: ["unusable", "noMask"],
        language,
      }),
    keys: [
      { text: words.ofLiver, colour: palette.plain, shape: "square" },
      {
        text: axis.direction === "rows" ? `${words.ofAll} ${words.inBrackets}` : words.ofAll,
        colour: palette.tumour,
        shape: "square",
      },
    ],
    width: axis.width,
    height: axis.height,
    marginTop: keyHeight,
    marginLeft: axis.marginLeft,
    marginBottom: axis.marginBottom,
  };
  if (axis.direction === "columns") {
    return draw({
      ...common,
      marginTop: keyHeight + labelHeight,
      keysTop: labelHeight,
      marginRight: 10,
      x: { type: "band", domain: axis.positions, padding: 0.2 },
      y: { nice: true },
      marks: [
        gridY({ stroke: palette.grid, strokeOpacity: 1 }),
        barY(bars, { x: "position", y: "ofLiver", fill: palette.plain }),
        barY(bars, { x: "position", y: "ofAll", fill: palette.tumour, inset: 1 }),
        ruleY([0], { stroke: palette.ink }),
        axisX({ ...names, tickRotate: -90 }),
        axisY(amounts),
      ],
    });
  }
  return draw({
    ...common,
    marginRight: 140,
    y: { type: "band", domain: axis.positions, padding: 0.25 },
    marks: [
      gridX({ stroke: palette.grid, strokeOpacity: 1 }),
      barX(bars, { y: "position", x: "ofLiver", fill: palette.plain }),
      barX(bars, { y: "position", x: "ofAll", fill: palette.tumour, insetTop: 5, insetBottom: 5 }),
      text(bars, { y: "position", x: "ofLiver", text: "label", textAnchor: "start", dx: 5 }),
      ruleX([0], { stroke: palette.ink }),
      axisY(names),
      axisX({ ...amounts, labelAnchor: "center" }),
    ],
  });
}
