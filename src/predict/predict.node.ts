import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CatalogRow } from "../catalog/index.ts";
import { writeError } from "../files/index.node.ts";
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
    readonly model: LoadedModel;
    readonly name: string;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Prediction> {
  const { scan, header } = await readCt(row.scan_source);
  const { mask, removedVoxels } = await segment(scan, options);
  const folder = join(options.cohort, "predictions", options.name);
  await writeSlices(mask, { folder: join(folder, "slices"), name: row.case });
  await writeOnScan(join(folder, `${row.case}.nii.gz`), { mask, header });
  return { labels: countLabels(mask), removedVoxels };
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
    readonly model: LoadedModel;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Prediction> {
  const { scan, header } = await readCt(scanPath);
  const { mask, removedVoxels } = await segment(scan, options);
  await writeOnScan(options.out, { mask, header });
  return { labels: countLabels(mask), removedVoxels };
}

/** On the scan's own voxels, with the geometry fields of its header. */
function writeOnScan(
  path: string,
  { mask, header }: { readonly mask: LabelVolume; readonly header: NiftiHeader },
): Promise<void> {
  const onScan = reorientBack(mask, { original: header, codes: sliceOrientation });
  return writeNifti(path, onScan, { geometry: header.geometry });
}

function countLabels({ voxels }: LabelVolume): Record<string, number> {
  const counts: Record<string, number> = { 0: 0, 1: 0, 2: 0 };
  for (let at = 0; at < voxels.length; at++) counts[voxels[at]]++;
  return counts;
}

/** All slices of a case, or none: drawn in a hidden folder that is renamed at the end. */
async function writeSlices(
  mask: LabelVolume,
  { folder, name }: { readonly folder: string; readonly name: string },
): Promise<void> {
  const draft = join(folder, `.tmp-${name}`);
  const [width, height, depth] = mask.dims;
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    for (let k = 0; k < depth; k++) {
      const labels = Uint8Array.from(axialSlice<LabelVolume["voxels"]>(mask, k));
      await writeMask(join(draft, `${name}_slice_${k}.png`), { width, height, labels });
    }
    await rm(join(folder, name), { recursive: true, force: true });
    await rename(draft, join(folder, name));
  } catch (thrown) {
    await rm(draft, { recursive: true, force: true }).catch(() => {});
    throw writeError(thrown, folder);
  }
}
