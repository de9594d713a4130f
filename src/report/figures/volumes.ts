import type { StudiedRow } from "../../study/index.ts";
import type { Language } from "../language.ts";
import type { Figure } from "./drawing.ts";
import { decadeBins, evenBins, histogram } from "./histogram.ts";
import { median } from "./median.ts";
import { palette } from "./palette.ts";

/** Histogram of the livers' volumes, tumours included; null when none is known. */
export function liverVolumes(rows: readonly StudiedRow[], language: Language): Figure | null {
  const volumes = rows.flatMap((row) => row.liver_ml ?? []).filter((volume) => volume > 0);
  if (volumes.length === 0) return null;
  const words = language.say.figures.liverVolumes;
  return histogram(evenBins(volumes), {
    id: "liver-volumes",
    title: words.title,
    text: words.text(volumes.length, ...spanOf(volumes, language)),
    axis: words.axis,
    count: language.say.figures.scansAxis,
    colour: palette.liver,
    scale: "even",
    language,
  });
}

/** Histogram of the tumour volume of each scan that has any, on a logarithmic axis; null when none is known. */
export function tumourVolumes(rows: readonly StudiedRow[], language: Language): Figure | null {
  const volumes = rows.flatMap((row) => row.tumour_ml ?? []).filter((volume) => volume > 0);
  if (volumes.length === 0) return null;
  const words = language.say.figures.tumourVolumes;
  return histogram(decadeBins(volumes), {
    id: "tumour-volumes",
    title: words.title,
    text: words.text(volumes.length, ...spanOf(volumes, language)),
    axis: words.axis,
    count: language.say.figures.scansAxis,
    colour: palette.tumour,
    scale: "decades",
    language,
  });
}

const spanOf = (
  volumes: readonly number[],
  { numbers }: Language,
): [low: string, middle: string, high: string] => [
  numbers.ml(Math.min(...volumes)),
  numbers.ml(median(volumes)),
  numbers.ml(Math.max(...volumes)),
];
