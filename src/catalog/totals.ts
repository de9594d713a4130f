import type { CatalogRow } from "./row.ts";

/** What a catalogue comes to. */
export interface Totals {
  readonly scans: number;
  readonly masks: number;
  /** Along the third stored axis, of all scans whose size is known. */
  readonly slices: number;
}

/** The number of scans, masks and slices; zeros for no rows. LiTS: 131, 131 and 58,638. */
export const totalsOf = (rows: readonly Pick<CatalogRow, "mask_source" | "depth">[]): Totals => ({
  scans: rows.length,
  masks: rows.filter(({ mask_source }) => mask_source !== null).length,
  slices: rows.reduce((sum, { depth }) => sum + (depth ?? 0), 0),
});
