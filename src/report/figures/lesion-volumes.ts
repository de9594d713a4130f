import type { LesionRow } from "../../study/index.ts";
import type { Language } from "../language.ts";
import type { Figure } from "./drawing.ts";
import { drawnLesions } from "./drawn.ts";
import { histogram } from "./histogram.ts";
import { median } from "./median.ts";
import { palette } from "./palette.ts";

/**
 * Histogram of lesion sizes on a logarithmic axis: in mL where the spacing is known, in voxels when
 * it is known for none. null when there is no lesion.
 */
export function lesionVolumes(lesions: readonly LesionRow[], language: Language): Figure | null {
  if (lesions.length === 0) return null;
  const { say, numbers } = language;
  const words = say.figures.lesions;
  const volumes = lesions.flatMap((lesion) => lesion.volume_ml ?? []);
  const known = volumes.length > 0;
  const sizes = known ? volumes : lesions.map((lesion) => lesion.voxels);
  const written = known
    ? numbers.ml
    : (size: number): string => words.voxels(numbers.significant(size, 6));
  return histogram(sizes, {
    id: "lesion-volumes",
    title: words.title,
    text:
      words.text(
        sizes.length,
        written(median(sizes)),
        written(Math.min(...sizes)),
        written(Math.max(...sizes)),
      ) +
      (known ? "" : words.inVoxels) +
      drawnLesions(lesions, { shown: sizes.length, language }),
    share: say.figures.drawn.lesions(sizes.length, lesions.length),
    axis: known ? words.axisMl : words.axisVoxels,
    count: words.count,
    colour: palette.tumour,
    scale: "decades",
    language,
  });
}
