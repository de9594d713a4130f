import type { LesionRow } from "../../study/index.ts";
import type { Language } from "../language.ts";
import type { Figure } from "./drawing.ts";
import { drawnLesions } from "./drawn.ts";
import { histogram } from "./histogram.ts";
import { median } from "./median.ts";
import { palette } from "./palette.ts";

/** RECIST 1.1 counts a lesion as measurable from here on, where slices are at most 5 mm apart. */
const measurableMm = 10;

/**
 * Histogram of the lesions' longest axial diameters, with how many are measurable by RECIST. null
 * when no lesion's is known.
 */
export function lesionDiameters(lesions: readonly LesionRow[], language: Language): Figure | null {
  const diameters = lesions.flatMap((lesion) => lesion.longest_axial_diameter_mm ?? []);
  if (diameters.length === 0) return null;
  const { say, numbers } = language;
  const words = say.figures.diameters;
  return histogram(diameters, {
    id: "lesion-diameters",
    title: words.title,
    text:
      words.text(
        diameters.length,
        numbers.mm(median(diameters)),
        numbers.mm(Math.min(...diameters)),
        numbers.mm(Math.max(...diameters)),
      ) +
      words.measurable(diameters.filter((length) => length >= measurableMm).length) +
      drawnLesions(lesions, { shown: diameters.length, language }),
    axis: words.axis,
    share: say.figures.drawn.lesions(diameters.length, lesions.length),
    count: say.figures.lesions.count,
    colour: palette.tumour,
    scale: "even",
    language,
  });
}
