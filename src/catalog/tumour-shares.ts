import type { LabelCounts } from "./label-counts.ts";
import type { CatalogRow } from "./row.ts";

const liver = 1;
const tumour = 2;

/**
 * Whether there is a tumour, and what part it is of the scan and of the liver, both in percent. The
 * liver is labels 1 and 2, since a tumour lies in it; other labels count as voxels only. No liver:
 * the percent of it is null. No voxels: 0 percent.
 */
export function tumourShares(
  counts: LabelCounts,
): Pick<CatalogRow, "has_tumour" | "tumour_percent" | "tumour_percent_of_liver"> {
  const voxels = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const tumourVoxels = counts.get(tumour) ?? 0;
  const liverVoxels = (counts.get(liver) ?? 0) + tumourVoxels;
  return {
    has_tumour: tumourVoxels > 0,
    tumour_percent: voxels === 0 ? 0 : (100 * tumourVoxels) / voxels,
    tumour_percent_of_liver: liverVoxels === 0 ? null : (100 * tumourVoxels) / liverVoxels,
  };
}
