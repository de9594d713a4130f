import type { CatalogRow } from "../catalog/index.ts";
import { readLabels, readNiftiHeader } from "../volume/index.node.ts";
import { requireSameShape } from "../volume/index.ts";
import { measureLabels } from "./measure.ts";
import { type LesionRow, type StudyColumns, unstudied } from "./row.ts";

/**
 * What the mask of a catalogued case says. Without a mask, or when the case has a problem, every
 * column is null and there are no lesions. The mask is laid on the scan voxel by voxel: millimetres
 * are the scan's, even where the mask's own header differs or knows none.
 *
 * @throws `nifti.*`, `labels.value`, `input.*`, `geometry.mismatch` when a file has changed since
 */
export async function studyCase(
  row: CatalogRow,
): Promise<{ columns: StudyColumns; lesions: LesionRow[] }> {
  if (row.mask_source === null || row.problem !== null) return { columns: unstudied, lesions: [] };
  const { dims, affine, affineFrom } = await readNiftiHeader(row.scan_source);
  const mask = await readLabels(row.mask_source);
  requireSameShape({ dims }, mask);
  const { columns, lesions } = measureLabels(
    { ...mask, affine, affineFrom },
    { spacingKnown: row.spacing_x_mm !== null },
  );
  return { columns, lesions: lesions.map((lesion) => ({ case: row.case, ...lesion })) };
}
