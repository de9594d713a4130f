import { axisX, axisY, barX, barY, gridX, gridY, ruleX, ruleY, text } from "@observablehq/plot";
import type { StudiedRow } from "../../study/index.ts";
import type { Language } from "../language.ts";
import { caseAxis } from "./case-axis.ts";
import { draw, type Figure } from "./drawing.ts";
import { drawnScans } from "./drawn.ts";
import { median } from "./median.ts";
import { palette } from "./palette.ts";

/**
 * Bars of the number of slices of each scan that could be read; null when there is none.
 *
 * @param rows - the catalogue, in the order to show
 */
export function slicesPerScan(rows: readonly StudiedRow[], language: Language): Figure | null {
  const scans = rows.flatMap((row) => (row.depth === null ? [] : [{ ...row, depth: row.depth }]));
  if (scans.length === 0) return null;
  const { say, numbers } = language;
  const words = say.figures.slices;
  const depths = scans.map((row) => row.depth);
  const top = 14;
  const axis = caseAxis(
    scans.map((row) => row.case),
    top,
  );
  const bars = scans.map((row, position) => ({ position, slices: row.depth }));
  const common = {
    id: "slices-per-scan",
    title: words.title,
    text:
      words.text(
        numbers.whole(Math.min(...depths)),
        numbers.whole(median(depths)),
        numbers.whole(Math.max(...depths)),
      ) + drawnScans(rows, { shows: (row) => row.depth !== null, needs: ["unusable"], language }),
    width: axis.width,
    height: axis.height,
    marginTop: top,
    marginLeft: axis.marginLeft,
    marginBottom: axis.marginBottom,
  };
  const names = { ticks: [...axis.ticks], tickFormat: axis.name, tickSize: 0, label: null };
  const counts = { label: words.axis, labelArrow: "none", tickFormat: numbers.whole } as const;
  if (axis.direction === "columns") {
    return draw({
      ...common,
      marginRight: 10,
      x: { type: "band", domain: axis.positions, padding: 0.2 },
      y: { nice: true },
      marks: [
        gridY({ stroke: palette.grid, strokeOpacity: 1 }),
        barY(bars, { x: "position", y: "slices", fill: palette.plain }),
        ruleY([0], { stroke: palette.ink }),
        axisX({ ...names, tickRotate: -90 }),
        axisY(counts),
      ],
    });
  }
  return draw({
    ...common,
    marginRight: 50,
    y: { type: "band", domain: axis.positions, padding: 0.25 },
    marks: [
      gridX({ stroke: palette.grid, strokeOpacity: 1 }),
      barX(bars, { y: "position", x: "slices", fill: palette.plain }),
      text(bars, {
        y: "position",
        x: "slices",
        text: (bar) => numbers.whole(bar.slices),
        textAnchor: "start",
        dx: 5,
      }),
      ruleX([0], { stroke: palette.ink }),
      axisY(names),
      axisX({ ...counts, labelAnchor: "center" }),
    ],
  });
}
