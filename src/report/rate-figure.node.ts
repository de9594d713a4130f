import type { RatePoint } from "../train/index.ts";
import { writeFigures } from "./figure-files.node.ts";
import { rateCurve } from "./figures/rate-curve.ts";
import { type LanguageTag, languageOf } from "./language.ts";

/**
 * Draws the learning-rate finder's curve into a folder of the cohort, as rate-finder.svg and .png.
 *
 * @param options.folder - relative to the cohort folder
 * @returns the files' paths relative to the cohort folder; [] without steps
 * @throws `output.full`, `output.unwritable`
 */
export async function drawRateFinder(
  points: readonly RatePoint[],
  options: {
    readonly cohort: string;
    readonly folder: string;
    readonly language: LanguageTag;
  },
): Promise<readonly string[]> {
  const { cohort, folder, language } = options;
  const figure = rateCurve(points, languageOf(language));
  return writeFigures(cohort, figure === null ? [] : [figure], { folder });
}
