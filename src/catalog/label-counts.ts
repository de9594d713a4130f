import { HeparError } from "../core/index.ts";
import { forEachLabelRun, type Labels } from "./label-runs.ts";

/** Labels with their counts, from the smallest label to the largest. */
export type LabelCounts = ReadonlyMap<number, number>;

/** As many values as 16 bits hold are no labels, and a table of millions takes more than the mask. */
const mostCounted = 1 << 16;

/**
 * How many voxels, or pixels of a slice, hold each label. None: an empty map.
 *
 * @throws `labels.value` when there are more than 65,536 different ones
 */
export function countLabels(labels: Labels): LabelCounts {
  const counts = new Map<number, number>();
  forEachLabelRun(labels, (label, length) => {
    counts.set(label, (counts.get(label) ?? 0) + length);
    if (counts.size > mostCounted) throw tooMany();
  });
  return new Map([...counts].sort(([a], [b]) => a - b));
}

const tooMany = (): HeparError =>
  new HeparError(
    "labels.value",
    `a mask holds a few labels, but this one has more than ${mostCounted.toLocaleString("en")} different values`,
    { hint: "it is a scan or a map, not a mask: name the labels that were drawn on the scan" },
  );

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
