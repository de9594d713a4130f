import type { StudiedRow } from "../../study/index.ts";
import type { Language } from "../language.ts";
import type { Figure } from "./drawing.ts";
import { drawnScans } from "./drawn.ts";
import { histogram } from "./histogram.ts";
import { median } from "./median.ts";
import { palette } from "./palette.ts";

/**
 * Histogram of tumour in percent of the liver (the burden) over the scans that have a tumour, on a
 * logarithmic axis; the others are counted in words. null when no scan has a tumour in a liver.
 */
export function burdenDistribution(rows: readonly StudiedRow[], language: Language): Figure | null {
  const burdens = rows.filter(shows).flatMap((row) => row.tumour_percent_of_liver ?? []);
  if (burdens.length === 0) return null;
  const { say, numbers } = language;
  const words = say.figures.burden;
  return histogram(burdens, {
    id: "tumour-burden",
    title: words.title,
    text:
      words.text(
        burdens.length,
        numbers.percent(Math.min(...burdens)),
        numbers.percent(median(burdens)),
        numbers.percent(Math.max(...burdens)),
      ) + drawnScans(rows, { shows, needs, language }),
    axis: words.axis,
    share: say.figures.drawn.scans(burdens.length, rows.length),
    count: say.figures.scansAxis,
    colour: palette.tumour,
    scale: "decades",
    language,
  });
}

const shows = (row: StudiedRow): boolean => (row.tumour_percent_of_liver ?? 0) > 0;
const needs = ["unusable", "noMask", "noLiver", "noTumour"] as const;
