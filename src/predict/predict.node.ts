import { basename, join } from "node:path";
import { type CatalogRow, countLabels } from "../catalog/index.ts";
import { writeFoldersAtomically } from "../files/index.node.ts";
import { writeMask } from "../slices/index.node.ts";
import { axialSlice, type SliceOrientation, sliceCodes } from "../slices/index.ts";
import { readCt, writeNifti } from "../volume/index.node.ts";
import { type Grid, type LabelVolume, reorient, reorientBack } from "../volume/index.ts";
import type { LoadedModel } from "./model.node.ts";
import { type Segmentation, segment } from "./segment.node.ts";

export interface Prediction {
  /** Voxels by label, as text: 0 background, 1 liver, 2 tumour. */
  readonly labels: Record<string, number>;
  /** Voxels outside the largest connected part, which became background. */
  readonly removedVoxels: number;
}

/**
 * Predicts a case and writes predictions/<name>/<case>.nii.gz, on the scan's own grid with the
 * geometry fields of its header, and the slices predictions/<name>/slices/<case>/…png.
 *
 * @param options.name - the model's name in predictions/
 * @param options.orientation - of the slices, such as the cohort's images have, whatever the
 *   network's own; default radiological
 * @throws what `readCt` throws; `run.stopped`; `output.full`, `output.unwritable`
 */
export async function predictCase(
  row: Pick<CatalogRow, "case" | "scan_source">,
  options: {
    readonly cohort: string;
    /** One, or several whose mean predicts. */
    readonly networks: readonly LoadedModel[];
    readonly name: string;
    readonly orientation?: SliceOrientation;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Prediction> {
  const { scan, header } = await readCt(row.scan_source);
  const segmentation = await segment(scan, options);
  const mask = onScan(segmentation, header);
  const folder = join(options.cohort, "predictions", options.name);
  const codes = sliceCodes(header, options.orientation ?? "radiological");
  await writeSlices(reorient(mask, codes), join(folder, "slices", row.case));
  await writeNifti(join(folder, `${row.case}.nii.gz`), mask, { geometry: header.geometry });
  return { labels: labelCounts(mask), removedVoxels: segmentation.removedVoxels };
}

/**
 * Predicts one scan file, outside any cohort.
 *
 * @param out - the mask to write
 * @throws as `predictCase`
 */
export async function predictFile(
  scanPath: string,
  options: {
    readonly out: string;
    /** One, or several whose mean predicts. */
    readonly networks: readonly LoadedModel[];
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Prediction> {
  const { scan, header } = await readCt(scanPath);
  const segmentation = await segment(scan, options);
  const mask = onScan(segmentation, header);
  await writeNifti(options.out, mask, { geometry: header.geometry });
  return { labels: labelCounts(mask), removedVoxels: segmentation.removedVoxels };
}

/** The mask on the scan's own voxels, as they are stored. */
const onScan = ({ mask, codes }: Segmentation, { dims, affine, affineFrom }: Grid): LabelVolume =>
  reorientBack(mask, { original: { dims, affine, affineFrom }, codes });

/** Of every label that the network knows, also of those it found nowhere. */
const labelCounts = ({ voxels }: LabelVolume): Record<string, number> => ({
  ...{ 0: 0, 1: 0, 2: 0 },
  ...Object.fromEntries(countLabels(voxels)),
});

/** All slices of a case, or none. */
function writeSlices(mask: LabelVolume, folder: string): Promise<void> {
  const name = basename(folder);
  const [width, height, depth] = mask.dims;
  return writeFoldersAtomically([folder], async ([draft]) => {
    for (let k = 0; k < depth; k++) {
      const labels = Uint8Array.from(axialSlice<LabelVolume["voxels"]>(mask, k));
      await writeMask(join(draft, `${name}_slice_${k}.png`), { width, height, labels });
    }
  });
}
