import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { convertCase } from "../slices/index.node.ts";
import {
  type ConvertChoices,
  type ConvertSettings,
  convertSettings,
  type SliceOrientation,
  type SliceRow,
} from "../slices/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { type CasePoolOptions, openCasePool } from "./case-pool.node.ts";
import { isUsable } from "./catalogue.node.ts";
import { convertOn } from "./convert-workers.node.ts";
import { requireSpace } from "./disk-space.node.ts";
import { layout } from "./layout.ts";
import { type CohortRun, warn } from "./run.node.ts";
import { indexSlices } from "./slice-index.node.ts";
import { readStamp, stampedCases, writeStamp } from "./stamp.node.ts";
import { type CaseStep, runCases } from "./step.node.ts";

/** Raised when slices of the same settings come out otherwise. */
const version = 3;

/** Of memory, for all parts of cases that are in work at once. */
const poolBytes = 2 ** 28;

/** Voxels from which threads, which take a moment to start, are worth it. */
const worthThreads = 2 ** 23;

const chosen = { step: "convert", of: "settings" } as const;

/** How the slices of a cohort were last asked for; as usual before that. */
export async function sliceSettingsOf(run: CohortRun): Promise<ConvertSettings> {
  const stamp = await readStamp(run, chosen);
  return convertSettings(stamp?.settings);
}

/** How they are cut: see `sliceSettingsOf`. */
export const orientationOf = async (run: CohortRun): Promise<SliceOrientation> =>
  (await sliceSettingsOf(run)).orientation;

/** A cohort's slices, and what was done to have them. */
export interface Converted {
  readonly slices: readonly SliceRow[];
  readonly settings: ConvertSettings;
  /** Cases converted now; of these, those that had been before, with other settings or scans. */
  readonly made: readonly string[];
  readonly redone: readonly string[];
}

/**
 * Every usable case as images and label-exact masks, with the table of slices.
 *
 * @param choices - what is not given, or undefined, stays as the cohort's slices are
 * @throws `usage.argument` for choices that do not go together, before anything is written
 */
export async function convert(
  run: CohortRun,
  rows: readonly StudiedRow[],
  choices: ConvertChoices = {},
): Promise<Converted> {
  const given = Object.entries(choices).filter(([, value]) => value !== undefined);
  const settings = convertSettings({
    ...(await sliceSettingsOf(run)),
    ...Object.fromEntries(given),
  });
  // First, so that a run that is stopped goes on with them.
  await writeStamp(run, { ...chosen, version, settings }, { inputs: null, value: null });
  const before = new Set(await stampedCases(run, { step: "convert" }));
  const made: string[] = [];
  const usable = rows.filter(isUsable);
  const pool = openCasePool(poolOptions(usable));
  const workers = convertOn(pool);
  const step: CaseStep<StudiedRow, SliceRow[]> = {
    step: "convert",
    version,
    unit: "slices",
    settings,
    rows: usable,
    inputsOf: (row) => row.sha256,
    isThere: (row, slices) => areThere(run.folder, row.case, slices),
    outputsOf: (name) => [layout.imagesOf(name), layout.masksOf(name)],
    unitsOf: (row) => row.depth ?? 0,
    foresee: (pending) => requireSpace(run, pending, settings),
    atOnce: pool.threads,
    work: async (row, advance) => {
      const slices = await convertCase(row, { cohort: run.folder, settings, workers, advance });
      made.push(row.case);
      return slices;
    },
  };
  const cases = await runCases(run, step).finally(() => pool.close());
  tellEmpty(run, cases);
  const slices = [...cases.values()].flat();
  await indexSlices(run, slices);
  return { slices, settings, made, redone: made.filter((name) => before.has(name)) };
}

/** No case is lost in silence. */
function tellEmpty(run: CohortRun, cases: ReadonlyMap<string, readonly SliceRow[]>): void {
  const empty = [...cases].filter(([, slices]) => slices.length === 0).map(([name]) => name);
  if (empty.length === 0) return;
  const [first, ...others] = empty;
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  warn(run, `${first}${more}: no slice, since only those with liver in the mask are wanted`);
}

// Two folders are listed rather than hundreds of files asked for.
async function areThere(
  folder: string,
  name: string,
  slices: readonly SliceRow[],
): Promise<boolean> {
  const images = await namesIn(join(folder, layout.imagesOf(name)));
  const masks = await namesIn(join(folder, layout.masksOf(name)));
  return slices.every(
    ({ image, mask }) =>
      images.has(basename(image)) && (mask === null || masks.has(basename(mask))),
  );
}

const namesIn = async (folder: string): Promise<ReadonlySet<string>> =>
  new Set(await readdir(folder).catch(() => []));

/** How many threads slices of these scans are worth, and the memory they may take together. */
export function poolOptions(rows: readonly StudiedRow[]): CasePoolOptions {
  const voxels = rows.reduce((sum, row) => sum + voxelsOf(row), 0);
  return voxels < worthThreads ? { threads: 1 } : { budget: poolBytes };
}

const voxelsOf = ({ width, height, depth }: StudiedRow): number =>
  (width ?? 0) * (height ?? 0) * (depth ?? 0);
