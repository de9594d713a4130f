import type { StudiedRow } from "../../study/index.ts";
import type { Language } from "../language.ts";
import type { Figure } from "./drawing.ts";
import { decadeBins, histogram } from "./histogram.ts";
import { median } from "./median.ts";
import { palette } from "./palette.ts";

/**
 * Histogram of tumour in percent of the liver (the burden) over the scans that have a tumour, on a
 * logarithmic axis; scans without are counted in words. null when no scan has a tumour in a liver.
 */
export function burdenDistribution(rows: readonly StudiedRow[], language: Language): Figure | null {
  const burdens = rows
    .flatMap((row) => row.tumour_percent_of_liver ?? [])
    .filter((burden) => burden > 0);
  if (burdens.length === 0) return null;
  const { say, numbers } = language;
  const words = say.figures.burden;
  const without = rows.filter((row) => row.has_tumour === false).length;
  return histogram(decadeBins(burdens), {
    id: "tumour-burden",
    title: words.title,
    text:
      words.text(
        burdens.length,
        numbers.percent(Math.min(...burdens)),
        numbers.percent(median(burdens)),
        numbers.percent(Math.max(...burdens)),
      ) + words.without(without),
    axis: words.axis,
    count: say.figures.scansAxis,
    colour: palette.tumour,
    scale: "decades",
    language,
  });
}
