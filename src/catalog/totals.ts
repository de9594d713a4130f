import type { CatalogRow } from "./row.ts";

/** What a catalogue comes to. */
export interface Totals {
  /** Cases, whether they can be used or not. */
  readonly cases: number;
  /** Cases with a problem. */
  readonly unusable: number;
  /** Scans that could be read. */
  readonly scans: number;
  /** Masks that could be read and lie on their scans. */
  readonly masks: number;
  /** Along the third stored axis, of all scans whose size is known. */
  readonly slices: number;
}

/** The number of scans, masks and slices; zeros for no rows. LiTS: 131, 131 and 58,638. */
export const totalsOf = (
  rows: readonly Pick<CatalogRow, "mask_source" | "depth" | "problem">[],
): Totals => ({
  cases: rows.length,
  unusable: rows.filter(({ problem }) => problem !== null).length,
  scans: rows.filter(({ depth }) => depth !== null).length,
  masks: rows.filter(({ mask_source, problem }) => mask_source !== null && problem === null).length,
  slices: rows.reduce((sum, { depth }) => sum + (depth ?? 0), 0),
});
