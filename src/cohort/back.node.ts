import { readdir } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { readTable, writeTable } from "../catalog/index.node.ts";
import type { Columns } from "../catalog/index.ts";
import { HeparError, toHeparError } from "../core/index.ts";
import { type BroughtBack, bringBack } from "../slices/index.node.ts";
import { convertSettings, type SliceRow, sliceColumns } from "../slices/index.ts";
import { isUsable, loadCatalogue } from "./catalogue.node.ts";
import { sliceSettingsOf } from "./convert.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { type CohortRun, requireGoing, warn } from "./run.node.ts";
import { fail } from "./step.node.ts";
import { slicesByCase } from "./verify.node.ts";

/** A mask that came back. */
export interface BackRow extends BroughtBack {
  readonly case: string;
  /** Relative to the folder of the masks. */
  readonly file: string;
}

const backColumns: Columns<BackRow> = {
  case: "text",
  file: "text",
  read: "whole",
  filled: "whole",
  background: "whole",
  resized: "yes-no",
  cropped: "yes-no",
  exact: "yes-no",
};

/** Which masks come back, and where to. */
export interface BackChoices {
  /** Where the NIfTI files go, with a table of what could not be exact. */
  readonly out: string;
  /** Holds a folder of PNGs for each case; default: the cohort's own masks. */
  readonly from?: string | undefined;
}

const tableName = "masks.csv";

/**
 * Writes masks as NIfTI on their scans' own grids and affines, from their slices.
 *
 * @returns what came back, in the catalogue's order; cases without slices are left out
 * @throws `input.missing` when there is no such folder, or no slice of any case in it;
 *   `usage.argument` when the NIfTI files would go among the slices; `output.full`,
 *   `output.unwritable`
 */
export async function back(run: CohortRun, choices: BackChoices): Promise<BackRow[]> {
  const folder = resolve(choices.from ?? join(run.folder, "slices/masks"));
  const out = resolve(choices.out);
  await requireFolders(folder, out);
  const slices = await indexOf(run);
  const settings = await sliceSettingsOf(run);
  // Predictions are whole slices, whatever was converted.
  const { orientation } = settings;
  const isPrediction = relative(join(run.folder, "predictions"), folder).split(sep)[0] !== "..";
  const cut = isPrediction ? convertSettings({ orientation }) : settings;
  const rows = (await loadCatalogue(run)).filter(isUsable);
  const made: BackRow[] = [];
  run.progress({ kind: "start", step: "back", total: rows.length, unit: "masks" });
  for (const [done, row] of rows.entries()) {
    requireGoing(run);
    const file = `${row.case}.nii.gz`;
    const own = isPrediction ? [] : (slices.get(row.case) ?? []);
    const masks = { folder: join(folder, row.case), settings: cut, slices: own };
    const result = await bringBack(row, { ...masks, out: join(out, file) }).catch(failed(run, row));
    if (result !== null) made.push({ case: row.case, file, ...result });
    run.progress({ kind: "advance", step: "back", done: done + 1, note: row.case });
  }
  run.progress({ kind: "end", step: "back" });
  if (made.length === 0 && run.journal.failures.length === 0) throw nothingIn(folder);
  await writeTable(join(out, tableName), backColumns, made);
  tellInexact(run, made);
  return made;
}

const failed =
  (run: CohortRun, row: { readonly case: string }) =>
  (thrown: unknown): null => {
    const error = toHeparError(thrown);
    if (["defect", "output.full", "output.unwritable"].includes(error.code)) throw thrown;
    fail(run, { step: "back", case: row.case, error });
    return null;
  };

function tellInexact(run: CohortRun, made: readonly BackRow[]): void {
  const told: readonly (readonly [(row: BackRow) => boolean, string])[] = [
    [({ filled }) => filled > 0, "slices that were not converted have the labels of the nearest"],
    [({ background }) => background > 0, "slices without liver were not converted: background"],
    [({ resized }) => resized, "masks of another size are enlarged or shrunk to the scan's"],
    [({ cropped }) => cropped, "what lies outside the converted box is background"],
  ];
  for (const [holds, sentence] of told) {
    const count = made.filter(holds).length;
    if (count > 0) warn(run, `${count} of ${made.length} masks: ${sentence}`);
  }
}

async function indexOf(run: CohortRun): Promise<ReadonlyMap<string, readonly SliceRow[]>> {
  const path = join(run.folder, layout.slices);
  return slicesByCase((await exists(path)) ? await readTable(path, sliceColumns) : []);
}

async function requireFolders(folder: string, out: string): Promise<void> {
  await readdir(folder).catch((cause) => {
    throw new HeparError("input.missing", `there is no folder ${folder}`, {
      file: folder,
      hint: "convert the cohort first, or name a folder of masks with --from",
      cause,
    });
  });
  const way = relative(folder, out);
  if (way === ".." || way.startsWith(`..${sep}`) || resolve(way) === way) return;
  throw new HeparError("usage.argument", "--out: lies among the slices that are read", {
    file: out,
    hint: "choose another folder",
  });
}

const nothingIn = (folder: string): HeparError =>
  new HeparError("input.missing", "there are no slices of this cohort's cases", {
    file: folder,
    hint: "it must hold <case>/<case>_slice_<number>.png for each slice, as hepar convert writes them",
  });
