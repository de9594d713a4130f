import type { StudiedRow } from "../../study/index.ts";
import type { Language } from "../language.ts";
import type { Figure } from "./drawing.ts";
import { drawnScans } from "./drawn.ts";
import { histogram } from "./histogram.ts";
import { median } from "./median.ts";
import { palette } from "./palette.ts";

/** Histogram of the livers' volumes, tumours included; null when none is known. */
export function liverVolumes(rows: readonly StudiedRow[], language: Language): Figure | null {
  const shows = (row: StudiedRow): boolean => (row.liver_ml ?? 0) > 0;
  const needs = ["unusable", "noMask", "noLiver", "noSpacing"] as const;
  const volumes = rows.filter(shows).flatMap((row) => row.liver_ml ?? []);
  if (volumes.length === 0) return null;
  const words = language.say.figures.liverVolumes;
  return histogram(volumes, {
    id: "liver-volumes",
    title: words.title,
    text:
      words.text(volumes.length, ...spanOf(volumes, language)) +
      drawnScans(rows, { shows, needs, language }),
    axis: words.axis,
    share: language.say.figures.drawn.scans(volumes.length, rows.length),
    count: language.say.figures.scansAxis,
    colour: palette.liver,
    scale: "even",
    language,
  });
}

/** Histogram of the tumour volume of each scan that has any, on a logarithmic axis; null when none is known. */
export function tumourVolumes(rows: readonly StudiedRow[], language: Language): Figure | null {
  const shows = (row: StudiedRow): boolean => (row.tumour_ml ?? 0) > 0;
  const needs = ["unusable", "noMask", "noTumour", "noSpacing"] as const;
  const volumes = rows.filter(shows).flatMap((row) => row.tumour_ml ?? []);
  if (volumes.length === 0) return null;
  const words = language.say.figures.tumourVolumes;
  return histogram(volumes, {
    id: "tumour-volumes",
    title: words.title,
    text:
      words.text(volumes.length, ...spanOf(volumes, language)) +
      drawnScans(rows, { shows, needs, language }),
    axis: words.axis,
    share: language.say.figures.drawn.scans(volumes.length, rows.length),
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
