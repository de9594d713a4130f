import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { writeTable } from "../catalog/index.node.ts";
import { convertCase } from "../slices/index.node.ts";
import { type SliceRow, sliceColumns } from "../slices/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { isUsable } from "./catalogue.node.ts";
import { layout } from "./layout.ts";
import type { CohortRun } from "./run.node.ts";
import { runCases, runStep } from "./step.node.ts";

/** Every usable case as images and label-exact masks, with the table of slices. */
export async function convert(run: CohortRun, rows: readonly StudiedRow[]): Promise<SliceRow[]> {
  const step = {
    step: "convert",
    version: 1,
    unit: "scans",
    settings: {},
    rows: rows.filter(isUsable),
    inputsOf: (row: StudiedRow) => row.sha256,
    isThere: (row: StudiedRow, slices: SliceRow[]) => areThere(run.folder, row.case, slices),
    outputsOf: (name: string) => [layout.imagesOf(name), layout.masksOf(name)],
    work: (row: StudiedRow) => convertCase(row, { cohort: run.folder }),
  };
  const slices = [...(await runCases(run, step)).values()].flat();
  await runStep(run, {
    step: "convert",
    of: "table",
    version: 1,
    settings: {},
    inputs: slices,
    outputs: [layout.slices],
    work: async () => {
      await writeTable(join(run.folder, layout.slices), sliceColumns, slices);
      return null;
    },
  });
  return slices;
}

// Two folders are listed rather than hundreds of files asked for.
async function areThere(folder: string, name: string, slices: SliceRow[]): Promise<boolean> {
  const images = await namesIn(join(folder, layout.imagesOf(name)));
  const masks = await namesIn(join(folder, layout.masksOf(name)));
  return slices.every(
    ({ image, mask }) =>
      images.has(basename(image)) && (mask === null || masks.has(basename(mask))),
  );
}

const namesIn = async (folder: string): Promise<ReadonlySet<string>> =>
  new Set(await readdir(folder).catch(() => []));
