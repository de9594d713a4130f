import sharp from "sharp";
import { axialSlice, channelsOf, classesOf } from "../slices/index.ts";
import type { LesionRow, StudiedRow } from "../study/index.ts";
import { readCt, readLabels } from "../volume/index.node.ts";
import { type CtVolume, type LabelVolume, reorient, requireSameShape } from "../volume/index.ts";
import { evenlySpread } from "./choice.ts";
import { writeFigures } from "./figure-files.node.ts";
import { type OriginalAndMask, originalAndMask } from "./figures/original-and-mask.ts";
import { studyFigures } from "./figures/study-figures.ts";
import { type LanguageTag, languageOf } from "./language.ts";
import { type GrayPlane, overlayLabels } from "./overlay.ts";

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
    const slice = await exampleSlice(row).catch(() => null);
    if (slice !== null) slices.push(slice);
  }
  return slices;
}

async function exampleSlice(row: StudiedRow): Promise<OriginalAndMask | null> {
  if (row.mask_source === null) return null;
  const { scan } = await readCt(row.scan_source);
  const stored = await readLabels(row.mask_source);
  requireSameShape(scan, stored);
  const { affine, affineFrom } = scan;
  const mask = reorient({ ...stored, affine, affineFrom }, "LPS");
  const slice = fullestSlice(mask);
  const { gray, width, height } = liverWindow(reorient(scan, "LPS"), slice);
  const labels = classesOf(Uint16Array.from(axialSlice(mask, slice)));
  const plane = { width, height, gray };
  return {
    case: row.case,
    slice,
    original: await pngOf(gray, { width, height, channels: 1 }),
    mask: await pngOf(overlayLabels(plane, labels), { width, height, channels: 3 }),
    aspect: width / height,
  };
}

/** The slice with the most tumour, or without tumour the most liver; the first of an empty mask. */
function fullestSlice(mask: LabelVolume): number {
  const counts = Array.from({ length: mask.dims[2] }, (_, slice) => {
    let tumour = 0;
    let liver = 0;
    for (const label of axialSlice(mask, slice)) {
      if (label === 2) tumour++;
      else if (label === 1) liver++;
    }
    return { slice, tumour, liver };
  });
  const [fullest] = counts.sort((a, b) => b.tumour - a.tumour || b.liver - a.liver);
  return fullest?.slice ?? 0;
}

/** The first of the network's channels is the CT in the liver window. */
function liverWindow(scan: CtVolume, slice: number): GrayPlane {
  const [width, height] = scan.dims;
  const channels = channelsOf(axialSlice<Int16Array | Float32Array>(scan, slice));
  return { width, height, gray: channels.subarray(0, width * height) };
}

async function pngOf(
  pixels: Uint8Array,
  raw: { readonly width: number; readonly height: number; readonly channels: 1 | 3 },
): Promise<string> {
  const png = await sharp(pixels, { raw }).png().toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}
