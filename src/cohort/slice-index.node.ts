import { join } from "node:path";
import { z } from "zod";
import { writeTable } from "../catalog/index.node.ts";
import { readJson } from "../files/index.node.ts";
import { type IndexedSlice, type SliceRow, sliceIndexColumns } from "../slices/index.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import type { CohortRun } from "./run.node.ts";
import { isFresh, readStamp, removeStamp, writeStamp } from "./stamp.node.ts";

const cases = z.array(z.string()).readonly();

const splitSchema = z.object({
  folds: z.array(z.object({ train: cases, watch: cases, heldOut: cases })).readonly(),
});

type Folds = z.infer<typeof splitSchema>["folds"];

/**
 * Writes `slices/slices.parquet`, each slice with its place in `splits.json`; kept where neither has
 * changed.
 */
export async function indexSlices(run: CohortRun, slices: readonly SliceRow[]): Promise<void> {
  const { folds } = await readJson(join(run.folder, layout.splits), splitSchema).catch(() => ({
    folds: [], // not dealt out yet
  }));
  const key = { step: "convert", of: "table", version: 3, settings: {} };
  const inputs = [slices, folds];
  const path = join(run.folder, layout.slices);
  if (isFresh(await readStamp(run, key), key, inputs) && (await exists(path))) return;
  await removeStamp(run, key);
  await writeTable(path, sliceIndexColumns, indexed(slices, folds));
  await writeStamp(run, key, { inputs, value: null });
}

/** The slices with their places in the split. */
export function indexed(slices: readonly SliceRow[], folds: Folds): IndexedSlice[] {
  const heldOutIn = new Map(
    folds.flatMap(({ heldOut }, fold) => heldOut.map((name) => [name, fold] as const)),
  );
  const [first] = folds;
  const splits = new Map<string, IndexedSlice["split"]>([
    ...(first?.train ?? []).map((name) => [name, "train"] as const),
    ...(first?.watch ?? []).map((name) => [name, "watch"] as const),
    ...(first?.heldOut ?? []).map((name) => [name, "held-out"] as const),
  ]);
  return slices.map((slice) => ({
    ...slice,
    fold: heldOutIn.get(slice.case) ?? null,
    split: splits.get(slice.case) ?? null,
  }));
}
