import { forEachLabelRun, type Labels } from "./label-runs.ts";

/** Labels with their counts, from the smallest label to the largest. */
export type LabelCounts = ReadonlyMap<number, number>;

/** How many voxels, or pixels of a slice, hold each label. None: an empty map. */
export function countLabels(labels: Labels): LabelCounts {
  const counts = new Map<number, number>();
  forEachLabelRun(labels, (label, length) => {
    counts.set(label, (counts.get(label) ?? 0) + length);
  });
  return new Map([...counts].sort(([a], [b]) => a - b));
}

/** As a cell of a table: `0:1044388 1:69347 2:377`. */
export const formatLabelCounts = (counts: Iterable<readonly [number, number]>): string =>
  Array.from(counts, ([label, count]) => `${label}:${count}`).join(" ");

/** What `formatLabelCounts` wrote; empty for null, where there is no mask. */
export function parseLabelCounts(cell: string | null): LabelCounts {
  const pairs = (cell ?? "").split(" ").filter((pair) => pair !== "");
  return new Map(
    pairs.map((pair) => {
      const [label, count] = pair.split(":");
      return [Number(label), Number(count)] as const;
    }),
  );
}
