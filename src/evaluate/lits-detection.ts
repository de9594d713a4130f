import type { LesionOverlap } from "./lesion-overlap.ts";

/** What the LiTS scorer calls detected: some predicted lesions against some reference lesions. */
export interface LitsObject {
  /** Counted from 0. */
  readonly references: readonly number[];
  readonly predictions: readonly number[];
}

interface Row {
  readonly predictions: readonly number[];
  /** Common voxels with each column. */
  common: number[];
}

interface Column {
  readonly references: readonly number[];
  /** The scorer's `g_merge_count`: what it takes off when the column is not detected. */
  readonly weight: number;
}

/**
 * Lesions as the LiTS scorer detects them: reference lesions of which one prediction is the largest
 * overlap are merged, each prediction goes to the (merged) reference that it overlaps most, and
 * predictions of one reference are merged. A merged pair counts when its IoU is above the threshold.
 * `detected` is the scorer's own count, which mixes merged and unmerged lesions.
 *
 * @see https://github.com/PatrickChrist/lits-challenge-scoring, `detect_lesions`
 */
export function detectLits(
  overlap: LesionOverlap,
  above: number,
): { readonly detected: number; readonly objects: readonly LitsObject[] } {
  const rows = rowsOf(overlap);
  const columns = mergeReferences(rows, overlap.referenceSizes.length);
  const merged = mergePredictions(rows, columns.length);
  let detected = merged.length;
  const objects: LitsObject[] = [];
  for (const { predictions, column, common } of merged) {
    const { references, weight } = columns[column];
    const size = (sizes: readonly number[], of: readonly number[]): number =>
      of.reduce((sum, one) => sum + sizes[one], 0);
    const union =
      size(overlap.predictedSizes, predictions) + size(overlap.referenceSizes, references) - common;
    if (common / union > above) objects.push({ references, predictions });
    else detected -= weight;
  }
  return { detected, objects };
}

/** One row for each prediction that meets a reference, in order of number. */
function rowsOf({ pairs, referenceSizes }: LesionOverlap): Row[] {
  const numbers = [...new Set(pairs.map(({ predicted }) => predicted))].sort((a, b) => a - b);
  const rows = numbers.map((one) => ({
    predictions: [one],
    common: new Array<number>(referenceSizes.length).fill(0),
  }));
  for (const { predicted, reference, common } of pairs) {
    rows[numbers.indexOf(predicted)].common[reference] = common;
  }
  return rows;
}

/** Merges columns in the rows' matrix, row by row as the scorer does, and tells what each then is. */
function mergeReferences(rows: readonly Row[], count: number): readonly Column[] {
  let columns: readonly Column[] = Array.from({ length: count }, (_, one) => ({
    references: [one],
    weight: 1,
  }));
  rows.forEach((row, index) => {
    const own = row.common.flatMap((voxels, column) =>
      voxels > 0 && firstLargest(rows.map(({ common }) => common[column])) === index
        ? [column]
        : [],
    );
    if (own.length === 0) return;
    const [kept, ...gone] = own;
    const left = (_: unknown, column: number): boolean => !gone.includes(column);
    const joined: Column = {
      references: own.flatMap((column) => columns[column].references),
      weight: own.length,
    };
    columns = columns.map((column, at) => (at === kept ? joined : column)).filter(left);
    for (const one of rows) {
      const sum = own.reduce((total, column) => total + one.common[column], 0);
      one.common = one.common.map((voxels, at) => (at === kept ? sum : voxels)).filter(left);
    }
  });
  return columns;
}

interface Merged {
  readonly predictions: readonly number[];
  readonly column: number;
  readonly common: number;
}

/** Rows that share their largest column become one. */
function mergePredictions(rows: readonly Row[], columns: number): readonly Merged[] {
  const best = rows.map(({ predictions, common }) => {
    const column = firstLargest(common);
    return { predictions, column, common: common[column] };
  });
  return Array.from({ length: columns }, (_, column) =>
    best.filter((row) => row.column === column),
  ).flatMap((same, column) =>
    same.length === 0
      ? []
      : [
          {
            column,
            predictions: same.flatMap(({ predictions }) => predictions),
            common: same.reduce((sum, { common }) => sum + common, 0),
          },
        ],
  );
}

const firstLargest = (values: readonly number[]): number => values.indexOf(Math.max(...values));
