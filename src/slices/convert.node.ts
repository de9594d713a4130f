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
import { channelsOf } from "./channels.ts";
import { writeJpeg, writeMask } from "./image.node.ts";
import { type SliceOrientation, sliceCodes } from "./orientation.ts";
import type { SliceLabels } from "./resample.ts";
import type { SliceRow } from "./row.ts";
import { axialSlice } from "./tensor.ts";

/** Slices being prepared or encoded at once: enough for the encoder's threads, little memory. */
const lanes = 4;

/**
 * Every slice of a case as a JPEG of the network's three channels and, with a mask, a PNG of its
 * exact labels, cut as the orientation says: by default axial, from the feet up, in radiological
 * view. The mask is laid on the scan voxel by voxel.
 *
 * The case's folders appear whole, in place of those of an earlier conversion, or stay away.
 *
 * @param options.cohort - the cohort folder; writes below its `slices/`
 * @param options.quality - of the JPEG, 1 to 100
 * @returns one row a slice
 * @throws what `readCt` and `readLabels` throw; `geometry.mismatch`; `labels.value` for a label
 *   below 0 or above 65535; `output.full`, `output.unwritable`
 */
export async function convertCase(
  row: Pick<CatalogRow, "case" | "scan_source" | "mask_source">,
  options: {
    readonly cohort: string;
    readonly quality?: number;
    readonly orientation?: SliceOrientation;
  },
): Promise<SliceRow[]> {
  const { cohort, quality = 90, orientation = "radiological" } = options;
  const scan = await readScan(row.scan_source, orientation);
  const { mask_source } = row;
  const mask = mask_source === null ? null : await readMaskOn(scan, mask_source);
  // The images come last: a case that has them is whole.
  const folders = ["masks", "images"].map((kind) => join(cohort, "slices", kind, row.case));
  return writeFoldersAtomically(folders, async ([masks, images]) => {
    const rows = new Array<SliceRow>(scan.volume.dims[2]);
    await inLanes(rows.length, async (k) => {
      const name = `${row.case}_slice_${k}`;
      const labels = mask === null ? null : sliceLabels(mask, k);
      await writeSlice(
        { scan: scan.volume, k, labels, quality },
        { image: join(images, `${name}.jpg`), mask: join(masks, `${name}.png`) },
      );
      rows[k] = {
        case: row.case,
        slice: k,
        z_mm: heightOf(scan.volume, k),
        width: scan.volume.dims[0],
        height: scan.volume.dims[1],
        orientation,
        image: `slices/images/${row.case}/${name}.jpg`,
        mask: labels === null ? null : `slices/masks/${row.case}/${name}.png`,
        labels: labels === null ? null : formatLabelCounts(countLabels(labels)),
      };
    });
    if (mask === null) await rm(masks, { recursive: true });
    return rows;
  });
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

async function writeSlice(
  slice: {
    readonly scan: CtVolume;
    readonly k: number;
    readonly labels: SliceLabels | null;
    readonly quality: number;
  },
  paths: { readonly image: string; readonly mask: string },
): Promise<void> {
  const { scan, k, labels, quality } = slice;
  const [width, height] = scan.dims;
  const rgb = channelsOf(axialSlice<CtVolume["voxels"]>(scan, k), { layout: "interleaved" });
  await Promise.all([
    writeJpeg(paths.image, rgb, { width, height, quality }),
    labels === null ? undefined : writeMask(paths.mask, { width, height, labels }),
  ]);
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
