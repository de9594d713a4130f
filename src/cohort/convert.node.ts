import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { writeTable } from "../catalog/index.node.ts";
import { convertCase } from "../slices/index.node.ts";
import {
  type SliceOrientation,
  type SliceRow,
  sliceColumns,
  sliceOrientations,
} from "../slices/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { isUsable } from "./catalogue.node.ts";
import { layout } from "./layout.ts";
import type { CohortRun } from "./run.node.ts";
import { readStamp } from "./stamp.node.ts";
import { runCases, runStep } from "./step.node.ts";

const table = { step: "convert", of: "table" } as const;

/** How the slices of a cohort were cut when it was last converted; radiological before that. */
export async function orientationOf(run: CohortRun): Promise<SliceOrientation> {
  const stamp = await readStamp(run, table);
  const known = sliceOrientations.find((each) => each === stamp?.settings.orientation);
  return known ?? "radiological";
}

/**
 * Every usable case as images and label-exact masks, with the table of slices.
 *
 * @param options.orientation - how slices are cut; not given: as the cohort's are
 */
export async function convert(
  run: CohortRun,
  rows: readonly StudiedRow[],
  options: { readonly orientation?: SliceOrientation | undefined } = {},
): Promise<SliceRow[]> {
  const orientation = options.orientation ?? (await orientationOf(run));
  const step = {
    step: "convert",
    version: 2,
    unit: "scans",
    settings: { orientation },
    rows: rows.filter(isUsable),
    inputsOf: (row: StudiedRow) => row.sha256,
    isThere: (row: StudiedRow, slices: SliceRow[]) => areThere(run.folder, row.case, slices),
    outputsOf: (name: string) => [layout.imagesOf(name), layout.masksOf(name)],
    work: (row: StudiedRow) => convertCase(row, { cohort: run.folder, orientation }),
  };
  const slices = [...(await runCases(run, step)).values()].flat();
  await runStep(run, {
    ...table,
    version: 2,
    settings: { orientation },
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
