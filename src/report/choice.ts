import { parseLabelCounts } from "../catalog/index.ts";
import type { SliceRow } from "../slices/index.ts";
import type { PictureRow } from "./content.ts";

/** The slice of one case that is worth looking at, and by what it was chosen; null without slices. */
export function chooseSlice(
  slices: readonly SliceRow[],
): { readonly slice: SliceRow; readonly chosenBy: PictureRow["chosenBy"] } | null {
  const most = (count: (counts: ReadonlyMap<number, number>) => number): SliceRow | null => {
    let best: { readonly slice: SliceRow; readonly voxels: number } | null = null;
    for (const slice of slices) {
      const voxels = count(parseLabelCounts(slice.labels));
      if (voxels > (best?.voxels ?? 0)) best = { slice, voxels };
    }
    return best?.slice ?? null;
  };
  const tumour = most((counts) => counts.get(2) ?? 0);
  if (tumour !== null) return { slice: tumour, chosenBy: "tumour" };
  const liver = most((counts) => counts.get(1) ?? 0);
  if (liver !== null) return { slice: liver, chosenBy: "liver" };
  const middle = slices[slices.length >> 1];
  return middle === undefined ? null : { slice: middle, chosenBy: "middle" };
}

/** So many items at equal distances, in order; all of them when there are no more. */
export function evenlySpread<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) =>
    Math.round((index * (items.length - 1)) / Math.max(1, count - 1)),
  ).flatMap((index) => items.slice(index, index + 1));
}

/** Rows of each case, in their order. */
export function byCase<Row extends { readonly case: string }>(
  rows: readonly Row[],
): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const known = found.get(row.case);
    if (known === undefined) found.set(row.case, [row]);
    else known.push(row);
  }
  return found;
}
