import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type CatalogRow, countLabels, formatLabelCounts } from "../catalog/index.ts";
import { HeparError, toHeparError } from "../core/index.ts";
import { writeFoldersAtomically } from "../files/index.node.ts";
import { readCt, readLabels } from "../volume/index.node.ts";
import {
  type AxisCodes,
  applyAffine,
  type CtVolume,
  type Grid,
  type LabelVolume,
  reorient,
  requireSameShape,
  spacingIsKnown,
} from "../volume/index.ts";
import { bodyBox, boxAround, cutBox, type SliceBox } from "./body.ts";
import { neighboursOf } from "./neighbours.ts";
import { type SliceOrientation, sliceCodes } from "./orientation.ts";
import { writeMaskAs, writePicture } from "./picture.node.ts";
import { type Picture, pictureOf } from "./picture.ts";
import { resizeLabels, type SliceLabels } from "./resample.ts";
import type { SliceRow } from "./row.ts";
import { bearsLiver, sliceNumbers } from "./selection.ts";
import { type ConvertSettings, convertSettings, imageFormats } from "./settings.ts";
import { axialSlice, type SliceMask } from "./tensor.ts";

/** Slices being prepared or encoded at once: enough for the encoder's threads, little memory. */
const lanes = 4;

/**
 * The slices of a case as images and, with a mask, PNGs of its exact labels, as the settings say: by
 * default all of them, axial, from the feet up, in radiological view, a JPEG of the network's three
 * channels each. The mask is laid on the scan voxel by voxel.
 *
 * The case's folders appear whole, in place of those of an earlier conversion, or stay away.
 *
 * @param options.cohort - the cohort folder; writes below its `slices/`
 * @returns one row a slice; [] where only liver is wanted and there is no mask, or none in it
 * @throws what `readCt` and `readLabels` throw; `geometry.mismatch`; `labels.value` for a label
 *   below 0 or above 65535; `output.full`, `output.unwritable`
 */
export async function convertCase(
  row: Pick<CatalogRow, "case" | "scan_source" | "mask_source">,
  options: { readonly cohort: string; readonly settings?: ConvertSettings },
): Promise<SliceRow[]> {
  const { cohort, settings = convertSettings() } = options;
  const scan = await readScan(row.scan_source, settings.orientation);
  const { mask_source } = row;
  const mask = mask_source === null ? null : await readMaskOn(scan, mask_source);
  const cut: Cut = { scan: scan.volume, mask, box: boxOf(scan.volume, settings), settings };
  const numbers = sliceNumbers(scan.volume.dims[2], settings).filter(
    (k) => !settings.liverOnly || (mask !== null && bearsLiver(sliceLabels(mask, k))),
  );
  // The images come last: a case that has them is whole.
  const folders = ["masks", "images"].map((kind) => join(cohort, "slices", kind, row.case));
  return writeFoldersAtomically(folders, async ([masks, images]) => {
    const rows = new Array<SliceRow>(numbers.length);
    await inLanes(numbers.length, async (n) => {
      rows[n] = await writeSlice(cut, { k: numbers[n], name: row.case, masks, images });
    });
    if (mask === null) await rm(masks, { recursive: true });
    return rows;
  });
}

/** What slices are cut from, and how. */
interface Cut {
  readonly scan: CtVolume;
  readonly mask: LabelVolume | null;
  readonly box: SliceBox;
  readonly settings: ConvertSettings;
}

async function writeSlice(
  cut: Cut,
  to: {
    readonly k: number;
    readonly name: string;
    readonly masks: string;
    readonly images: string;
  },
): Promise<SliceRow> {
  const { k } = to;
  const { settings, box } = cut;
  const name = `${to.name}_slice_${k}`;
  const image = `${name}.${imageFormats[settings.format].ending}`;
  const picture = slicePicture(cut, k);
  const mask = sliceMask(cut, k);
  await Promise.all([
    writePicture(join(to.images, image), picture, settings),
    mask === null ? undefined : writeMaskAs(join(to.masks, `${name}.png`), mask, settings),
  ]);
  const counts = mask === null ? null : countLabels(mask.labels);
  return {
    case: to.name,
    slice: k,
    z_mm: heightOf(cut.scan, k),
    width: picture.width,
    height: picture.height,
    orientation: settings.orientation,
    image: `slices/images/${to.name}/${image}`,
    mask: mask === null ? null : `slices/masks/${to.name}/${name}.png`,
    labels: counts === null ? null : formatLabelCounts(counts),
    liver_pixels: counts === null ? null : (counts.get(1) ?? 0),
    tumour_pixels: counts === null ? null : (counts.get(2) ?? 0),
    ...{ crop_x: box.x, crop_y: box.y, crop_width: box.width, crop_height: box.height },
  };
}

/** What slice k's image must hold. */
function slicePicture({ scan, box, settings }: Cut, k: number): Picture {
  const [width, , depth] = scan.dims;
  const stack = neighboursOf(k, { count: depth, neighbours: settings.neighbours });
  const cut = stack.map((at) => cutBox(axialSlice<CtVolume["voxels"]>(scan, at), { width, box }));
  return pictureOf(cut, { width: box.width, height: box.height, settings });
}

/** What its mask must hold. */
function sliceMask({ mask, box, settings }: Cut, k: number): SliceMask | null {
  if (mask === null) return null;
  const { size } = settings;
  const { width, height } = box;
  const resize = { width, height, toWidth: size ?? width, toHeight: size ?? height };
  const labels = cutBox(sliceLabels(mask, k), { width: mask.dims[0], box });
  return {
    width: resize.toWidth,
    height: resize.toHeight,
    labels: resizeLabels(labels, resize),
  };
}

/** The pixels that every slice is cut to: all, or those around the body. */
function boxOf(scan: CtVolume, { cropToBody }: ConvertSettings): SliceBox {
  const [width, height, depth] = scan.dims;
  const whole = { x: 0, y: 0, width, height };
  if (!cropToBody) return whole;
  let body: SliceBox | null = null;
  for (let k = 0; k < depth; k++) {
    body = boxAround(body, bodyBox(axialSlice<CtVolume["voxels"]>(scan, k), { width, height }));
  }
  return body ?? whole;
}

/** A scan turned for slicing, the way it was turned, and the grid it was stored on. */
interface TurnedScan {
  readonly volume: CtVolume;
  readonly codes: AxisCodes;
  readonly stored: Grid;
}

async function readScan(path: string, orientation: SliceOrientation): Promise<TurnedScan> {
  const { scan } = await readCt(path);
  const { dims, affine, affineFrom } = scan;
  const codes = sliceCodes(scan, orientation);
  return { volume: reorient(scan, codes), codes, stored: { dims, affine, affineFrom } };
}

/** The mask turned as its scan is, whatever its own header says of its place. */
async function readMaskOn({ stored, codes }: TurnedScan, path: string): Promise<LabelVolume> {
  const mask = await readLabels(path);
  try {
    requireSameShape(stored, mask);
    requirePngLabels(mask);
  } catch (thrown) {
    throw toHeparError(thrown).inFile(path);
  }
  return reorient({ ...mask, affine: stored.affine, affineFrom: stored.affineFrom }, codes);
}

function requirePngLabels({ voxels }: LabelVolume): void {
  if (voxels instanceof Uint8Array) return;
  const wrong = voxels.find((label) => label < 0 || label > 65535);
  if (wrong === undefined) return;
  throw new HeparError(
    "labels.value",
    `the mask holds the label ${wrong}; a PNG holds 0 to 65535`,
    { hint: "give the structures labels from 0 up, 1 liver and 2 tumour" },
  );
}

/** One slice's labels in as few bits as its labels need: 8, or 16 when one is above 255. */
function sliceLabels(mask: LabelVolume, k: number): SliceLabels {
  const labels = axialSlice<LabelVolume["voxels"]>(mask, k);
  if (labels instanceof Uint8Array) return labels;
  return labels.some((label) => label > 255) ? Uint16Array.from(labels) : Uint8Array.from(labels);
}

/** RAS z of the slice's centre, mm; null when the spacing is unknown. */
function heightOf(scan: CtVolume, k: number): number | null {
  if (!spacingIsKnown(scan)) return null;
  const [width, height] = scan.dims;
  return applyAffine(scan.affine, [(width - 1) / 2, (height - 1) / 2, k])[2];
}

/** Does `work(0)` to `work(count − 1)`, a few at a time; the first failure stops the rest. */
async function inLanes(count: number, work: (k: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const k = next++;
      try {
        await work(k);
      } catch (thrown) {
        next = count;
        throw thrown;
      }
    }
  };
  // All lanes have ended before this throws: nothing writes into a folder that is being removed.
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const failure = ended.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
