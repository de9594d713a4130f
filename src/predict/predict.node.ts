import { basename, join } from "node:path";
import { type CatalogRow, countLabels } from "../catalog/index.ts";
import { writeFoldersAtomically } from "../files/index.node.ts";
import { writeMask } from "../slices/index.node.ts";
import { axialSlice } from "../slices/index.ts";
import { readCt, writeNifti } from "../volume/index.node.ts";
import { type LabelVolume, type NiftiHeader, reorientBack } from "../volume/index.ts";
import type { LoadedModel } from "./model.node.ts";
import { segment, sliceOrientation } from "./segment.node.ts";

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
 * @throws what `readCt` throws; `run.stopped`; `output.full`, `output.unwritable`
 */
export async function predictCase(
  row: Pick<CatalogRow, "case" | "scan_source">,
  options: {
    readonly cohort: string;
    /** One, or several whose mean predicts. */
    readonly networks: readonly LoadedModel[];
    readonly name: string;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Prediction> {
  const { scan, header } = await readCt(row.scan_source);
  const { mask, removedVoxels } = await segment(scan, options);
  const folder = join(options.cohort, "predictions", options.name);
  await writeSlices(mask, join(folder, "slices", row.case));
  await writeOnScan(join(folder, `${row.case}.nii.gz`), { mask, header });
  return { labels: labelCounts(mask), removedVoxels };
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
  const { mask, removedVoxels } = await segment(scan, options);
  await writeOnScan(options.out, { mask, header });
  return { labels: labelCounts(mask), removedVoxels };
}

/** On the scan's own voxels, with the geometry fields of its header. */
function writeOnScan(
  path: string,
  { mask, header }: { readonly mask: LabelVolume; readonly header: NiftiHeader },
): Promise<void> {
  const onScan = reorientBack(mask, { original: header, codes: sliceOrientation });
  return writeNifti(path, onScan, { geometry: header.geometry });
}

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
