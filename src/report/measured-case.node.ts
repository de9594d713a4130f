import { usableCase } from "../catalog/index.node.ts";
import { studyCase } from "../study/index.node.ts";
import type { LesionRow, StudiedRow } from "../study/index.ts";

/**
 * A scan with its mask as the catalogue and the study tell of them.
 *
 * @throws `geometry.mismatch`, `geometry.orientation`, `nifti.*`, `labels.value`, `input.*`
 */
export async function measuredCase(
  found: Parameters<typeof usableCase>[0],
): Promise<{ readonly row: StudiedRow; readonly lesions: readonly LesionRow[] }> {
  const row = await usableCase(found);
  const { columns, lesions } = await studyCase(row);
  return { row: { ...row, ...columns }, lesions };
}
