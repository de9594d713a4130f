import type { DeclaredLabels } from "./found-case.ts";
import { parseLabelCounts } from "./label-counts.ts";
import type { CatalogRow } from "./row.ts";

/**
 * Where the labels that a `dataset.json` names are not those that the masks hold, one sentence each;
 * [] when they are, or no mask could be read.
 */
export function compareLabels(
  rows: readonly Pick<CatalogRow, "labels">[],
  { file, labels }: DeclaredLabels,
): string[] {
  const held = new Set(rows.flatMap((row) => [...parseLabelCounts(row.labels).keys()]));
  if (held.size === 0) return [];
  const unnamed = [...held].filter((label) => !labels.includes(label)).sort((a, b) => a - b);
  const unseen = labels.filter((label) => !held.has(label));
  return [
    ...(unnamed.length === 0
      ? []
      : [`${file} does not name labels that masks hold: ${some(unnamed)}`]),
    ...(unseen.length === 0 ? [] : [`${file} names labels that no mask holds: ${some(unseen)}`]),
  ];
}

/** The first ten: a picture saved as a mask holds hundreds. */
const some = (labels: readonly number[]): string =>
  labels.slice(0, 10).join(", ") + (labels.length > 10 ? ` and ${labels.length - 10} more` : "");
