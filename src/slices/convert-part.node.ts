import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { countLabels, formatLabelCounts } from "../catalog/index.ts";
import { inLanes } from "../core/index.ts";
import { writeError } from "../files/index.node.ts";
import { applyAffine, type Grid, spacingIsKnown } from "../volume/index.ts";
import { encodeMaskAs, encodePicture } from "./picture.node.ts";
import type { SliceRow } from "./row.ts";
import { imageFormats } from "./settings.ts";
import { type SliceContent, type SlicePart, sliceContents } from "./slice-contents.node.ts";

/** Some slices of a case, and where they go. Plain data: a thread can be given it. */
export interface ConvertPart extends SlicePart {
  readonly case: string;
  /** The folders into which the files are written. */
  readonly images: string;
  readonly masks: string;
}

/** Bytes of memory that a part takes: of a few slices, or twice of all where they must be gathered. */
export function partBytes({ files, from, to }: SlicePart): number {
  const [width, height] = files.turned.dims;
  const pixels = width * height;
  const gathered = files.across === 2 ? 0 : 2 * 3 * pixels * (to - from);
  return gathered + 8 * 6 * pixels; // HU, labels and three channels of slices in work
}

/** Slices being encoded while the next is prepared: the encoders have threads of their own. */
const lanes = 3;

/**
 * Writes the images and masks of some slices of a case.
 *
 * The files are not renamed into place one by one: the folders are, once they are whole.
 *
 * @returns a row a slice, in the order of the slices
 * @throws as `caseSlices`; `output.full`, `output.unwritable`
 */
export async function convertPart(part: ConvertPart): Promise<SliceRow[]> {
  const rows: SliceRow[] = [];
  const work = async (content: SliceContent): Promise<void> => {
    rows.push(await writeSlice(part, content));
  };
  await inLanes(sliceContents(part), { lanes, work });
  return rows.sort((a, b) => a.slice - b.slice);
}

async function writeSlice(part: ConvertPart, content: SliceContent): Promise<SliceRow> {
  const { settings, box } = part;
  const { k, picture, mask } = content;
  const name = `${part.case}_slice_${k}`;
  const image = `${name}.${imageFormats[settings.format].ending}`;
  const counts = mask === null ? null : countLabels(mask.labels);
  write(join(part.images, image), await encodePicture(picture, settings));
  if (mask !== null) write(join(part.masks, `${name}.png`), encodeMaskAs(mask, settings));
  return {
    case: part.case,
    slice: k,
    z_mm: heightOf(part.files.turned, k),
    width: picture.width,
    height: picture.height,
    orientation: settings.orientation,
    image: `slices/images/${part.case}/${image}`,
    mask: mask === null ? null : `slices/masks/${part.case}/${name}.png`,
    labels: counts === null ? null : formatLabelCounts(counts),
    liver_pixels: counts === null ? null : (counts.get(1) ?? 0),
    tumour_pixels: counts === null ? null : (counts.get(2) ?? 0),
    ...{ crop_x: box.x, crop_y: box.y, crop_width: box.width, crop_height: box.height },
  };
}

/** Into the system's cache, by the calling thread: to hand it to another costs more than to do it. */
function write(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes);
  } catch (thrown) {
    throw writeError(thrown, path);
  }
}

/** RAS z of the slice's centre, mm; null when the spacing is unknown. */
function heightOf(grid: Grid, k: number): number | null {
  if (!spacingIsKnown(grid)) return null;
  const [width, height] = grid.dims;
  return applyAffine(grid.affine, [(width - 1) / 2, (height - 1) / 2, k])[2];
}
