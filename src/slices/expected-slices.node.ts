import type { CatalogRow } from "../catalog/index.ts";
import { toHeparError } from "../core/index.ts";
import { readCt, readLabels } from "../volume/index.node.ts";
import { type CtVolume, type LabelVolume, reorient, requireSameShape } from "../volume/index.ts";
import { bodyBox, boxAround, cutBox, type SliceBox } from "./body.ts";
import { neighboursOf } from "./neighbours.ts";
import { sliceCodes } from "./orientation.ts";
import { type Picture, pictureOf } from "./picture.ts";
import { resizeLabels, type SliceLabels } from "./resample.ts";
import { bearsLiver, sliceNumbers } from "./selection.ts";
import type { ConvertSettings } from "./settings.ts";
import { axialSlice, type SliceMask } from "./tensor.ts";

/**
 * @file What a conversion must have written, worked out once more and plainly, from whole volumes:
 * what checks a fast way must not be the same way.
 */

/** A case's slices as their files should hold them. */
export interface ExpectedSlices {
  /** Numbers of the slices that are wanted, ascending. */
  readonly numbers: readonly number[];
  readonly picture: (k: number) => Picture;
  /** null without a mask. */
  readonly mask: (k: number) => SliceMask | null;
}

/** @throws as `convertCase`, but for writing */
export async function expectedSlices(
  row: Pick<CatalogRow, "scan_source" | "mask_source">,
  settings: ConvertSettings,
): Promise<ExpectedSlices> {
  const { scan: stored } = await readCt(row.scan_source);
  const codes = sliceCodes(stored, settings.orientation);
  const scan = reorient(stored, codes);
  const { mask_source: path } = row;
  const labels = path === null ? null : reorient(await readMaskOn(stored, path), codes);
  const [width, height, depth] = scan.dims;
  const box = settings.cropToBody ? bodyBoxOf(scan) : { x: 0, y: 0, width, height };
  const wanted = (k: number): boolean => labels !== null && bearsLiver(labelsOf(labels, k));
  return {
    numbers: sliceNumbers(depth, settings).filter((k) => !settings.liverOnly || wanted(k)),
    picture(k) {
      const stack = neighboursOf(k, { count: depth, neighbours: settings.neighbours });
      const slices = stack.map((at) => axialSlice<CtVolume["voxels"]>(scan, at));
      return pictureOf(
        slices.map((slice) => cutBox(slice, { width, box })),
        { width: box.width, height: box.height, settings },
      );
    },
    mask(k) {
      if (labels === null) return null;
      const toWidth = settings.size ?? box.width;
      const toHeight = settings.size ?? box.height;
      const resize = { width: box.width, height: box.height, toWidth, toHeight };
      const cut = cutBox(labelsOf(labels, k), { width, box });
      return { width: toWidth, height: toHeight, labels: resizeLabels(cut, resize) };
    },
  };
}

/** The mask on its scan's voxels, whatever its own header says of its place. */
async function readMaskOn(scan: CtVolume, path: string): Promise<LabelVolume> {
  const mask = await readLabels(path);
  try {
    requireSameShape(scan, mask);
  } catch (thrown) {
    throw toHeparError(thrown).inFile(path);
  }
  return { ...mask, affine: scan.affine, affineFrom: scan.affineFrom };
}

/** One slice's labels in as few bits as they need: 8, or 16 when one is above 255. */
function labelsOf(mask: LabelVolume, k: number): SliceLabels {
  const labels = axialSlice<LabelVolume["voxels"]>(mask, k);
  if (labels instanceof Uint8Array) return labels;
  return labels.some((label) => label > 255) ? Uint16Array.from(labels) : Uint8Array.from(labels);
}

function bodyBoxOf(scan: CtVolume): SliceBox {
  const [width, height, depth] = scan.dims;
  let body: SliceBox | null = null;
  for (let k = 0; k < depth; k++) {
    body = boxAround(body, bodyBox(axialSlice<CtVolume["voxels"]>(scan, k), { width, height }));
  }
  return body ?? { x: 0, y: 0, width, height };
}
