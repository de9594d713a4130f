import type { CatalogRow } from "../catalog/index.ts";
import { bodyBox } from "./body.ts";
import { caseSlices, openCase } from "./case-slices.node.ts";
import { encodeMaskAs, encodePicture } from "./picture.node.ts";
import type { ConvertSettings } from "./settings.ts";
import { sliceContents } from "./slice-contents.node.ts";

/** What one slice is expected to take. */
export interface EstimatedSlice {
  /** Of its image, and of its mask if it has one. */
  readonly imageBytes: number;
  readonly maskBytes: number;
  /** Of the scan's slice, before it is cut or resized. */
  readonly pixels: number;
}

/** A file takes whole blocks of the disk; of this size on most. */
const blockBytes = 4096;

/**
 * What a slice of a case takes on disk with these settings: the mean of three in the middle of the
 * scan, where the body fills most of the picture, so rather too much than too little.
 *
 * @throws as `convertCase` reading
 */
export async function estimateSlice(
  row: Pick<CatalogRow, "scan_source" | "mask_source">,
  settings: ConvertSettings,
): Promise<EstimatedSlice> {
  const paths = { scan: row.scan_source, mask: row.mask_source };
  const files = await openCase(paths, settings.orientation);
  const [width, height, depth] = files.turned.dims;
  const from = Math.max(0, Math.floor(depth / 2) - 1);
  const range = { from, to: Math.min(depth, from + 3) };
  let box = { x: 0, y: 0, width, height };
  if (settings.cropToBody) {
    for await (const { hu } of caseSlices(files, range))
      box = bodyBox(hu, { width, height }) ?? box;
  }
  let slices = 0;
  let imageBytes = 0;
  let maskBytes = 0;
  const every = { ...settings, everyKth: 1, liverOnly: false };
  for await (const { picture, mask } of sliceContents({ files, settings: every, box, ...range })) {
    slices++;
    imageBytes += inBlocks((await encodePicture(picture, settings)).length);
    if (mask !== null) maskBytes += inBlocks(encodeMaskAs(mask, settings).length);
  }
  return {
    imageBytes: imageBytes / slices,
    maskBytes: maskBytes / slices,
    pixels: width * height,
  };
}

const inBlocks = (bytes: number): number => Math.ceil(bytes / blockBytes) * blockBytes;
