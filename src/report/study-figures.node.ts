import type { LesionRow, StudiedRow } from "../study/index.ts";
import { evenlySpread } from "./choice.ts";
import { writeFigures } from "./figure-files.node.ts";
import { sliceAndMask } from "./figures/case-figures.node.ts";
import { type OriginalAndMask, originalAndMask } from "./figures/original-and-mask.ts";
import { studyFigures } from "./figures/study-figures.ts";
import { type LanguageTag, languageOf } from "./language.ts";

const mostCases = 3;

/**
 * Draws the figures of a study into report/figures, as SVG and PNG: those of the tables, and original
 * beside mask for three cases with a mask (with tumour, if there are any), which are read from their
 * own files.
 *
 * @returns the files' paths relative to the cohort folder; [] when there is nothing to draw
 * @throws `output.full`, `output.unwritable`; a case that cannot be read is left out
 */
export async function drawStudyFigures({
  cohort,
  rows,
  lesions,
  language: tag,
}: {
  /** The cohort folder. */
  readonly cohort: string;
  readonly rows: readonly StudiedRow[];
  readonly lesions: readonly LesionRow[];
  readonly language: LanguageTag;
}): Promise<readonly string[]> {
  const language = languageOf(tag);
  const figures = [
    ...studyFigures({ cases: rows, lesions }, language),
    originalAndMask(await exampleSlices(rows), language),
  ];
  return writeFigures(
    cohort,
    figures.filter((figure) => figure !== null),
  );
}

async function exampleSlices(rows: readonly StudiedRow[]): Promise<readonly OriginalAndMask[]> {
  const masked = rows.filter((row) => row.has_tumour !== null && row.mask_source !== null);
  const withTumour = masked.filter((row) => row.has_tumour);
  const chosen = evenlySpread(withTumour.length > 0 ? withTumour : masked, mostCases);
  const slices: OriginalAndMask[] = [];
  for (const row of chosen) {
    // Each volume may be hundreds of megabytes: one after the other, and only the slice is kept.
    const { case: name, scan_source: scan, mask_source: mask } = row;
    if (mask === null) continue;
    const slice = await sliceAndMask({ name, scan, mask }).catch(() => null);
    if (slice !== null) slices.push(slice);
  }
  return slices;
}
