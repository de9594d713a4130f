import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readTable, writeTable } from "../catalog/index.node.ts";
import type { Columns } from "../catalog/index.ts";
import { HeparError, inLanes, toHeparError } from "../core/index.ts";
import { type SliceDifference, type SliceRow, sliceColumns } from "../slices/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { openCasePool } from "./case-pool.node.ts";
import { isUsable, loadCatalogue } from "./catalogue.node.ts";
import { poolOptions, sliceSettingsOf } from "./convert.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { type CohortRun, requireGoing } from "./run.node.ts";
import { removeStamp } from "./stamp.node.ts";
import { fail } from "./step.node.ts";
import { differenceText, type Verification } from "./verification.ts";

/** Of memory that a case takes: of slices that lie across the file, a slab at a time. */
const verifyBytes = 2 ** 26;

/** A difference as a row of a table. */
interface DifferenceRow extends Omit<SliceDifference, "pixel"> {
  readonly x: number | null;
  readonly y: number | null;
}

const differenceColumns: Columns<DifferenceRow> = {
  case: "text",
  slice: "whole",
  file: "text",
  what: "text",
  x: "whole",
  y: "whole",
  expected: "whole",
  got: "whole",
  pixels: "whole",
};

/**
 * Reads every slice of a cohort again and compares it with its scan and mask, as many cases at once as
 * there are processors. Cases that differ are in the run's failures, all differences in
 * `slices/differences.csv`, and the next conversion makes these cases anew.
 *
 * @throws `cohort.invalid` when nothing has been converted; `table.unreadable`
 */
export async function verify(run: CohortRun): Promise<Verification> {
  const index = join(run.folder, layout.slices);
  if (!(await exists(index))) {
    throw new HeparError("cohort.invalid", `there is no ${layout.slices}: nothing was converted`, {
      file: run.folder,
      hint: "convert the cohort first: hepar convert <cohort>",
    });
  }
  const slices = slicesByCase(await readTable(index, sliceColumns));
  const settings = await sliceSettingsOf(run);
  const rows = (await loadCatalogue(run)).filter(isUsable);
  const found = new Map<string, readonly SliceDifference[]>();
  run.progress({ kind: "start", step: "verify", total: rows.length, unit: "scans" });
  const pool = openCasePool(poolOptions(rows));
  let done = 0;
  const work = async (row: StudiedRow): Promise<void> => {
    requireGoing(run);
    const options = { cohort: run.folder, settings, slices: slices.get(row.case) ?? [] };
    const job = { row: filesOf(row), options };
    try {
      found.set(row.case, await pool.run("verify", job, { bytes: verifyBytes }));
    } catch (thrown) {
      const error = toHeparError(thrown);
      if (error.code === "defect") throw thrown;
      fail(run, { step: "verify", case: row.case, error });
    }
    done++;
    run.progress({ kind: "advance", step: "verify", done, note: row.case });
  };
  await inLanes(rows, { lanes: pool.threads, work }).finally(() => pool.close());
  run.progress({ kind: "end", step: "verify" });
  // In the order of the catalogue, whichever case was done first.
  const differences: SliceDifference[] = [];
  for (const row of rows) {
    const own = found.get(row.case) ?? [];
    if (own.length > 0) await condemn(run, row.case, own);
    differences.push(...own);
  }
  const table = await writeDifferences(run, differences);
  const checked = rows.flatMap((row): readonly SliceRow[] => slices.get(row.case) ?? []);
  return { cases: rows.length, slices: checked.length, table, differences };
}

/** What a thread needs of a row. */
const filesOf = ({ case: name, scan_source, mask_source }: StudiedRow) => {
  return { case: name, scan_source, mask_source };
};

/** Each case's slices, in their order. */
export function slicesByCase(rows: readonly SliceRow[]): ReadonlyMap<string, readonly SliceRow[]> {
  const cases = new Map<string, SliceRow[]>();
  for (const row of rows) {
    const own = cases.get(row.case);
    if (own === undefined) cases.set(row.case, [row]);
    else own.push(row);
  }
  return cases;
}

/** Names the case, and lets the next conversion make it anew. */
async function condemn(run: CohortRun, name: string, found: readonly SliceDifference[]) {
  await removeStamp(run, { step: "convert", case: name });
  const [first] = found;
  const more = found.length === 1 ? "" : `, and ${found.length - 1} more`;
  const error = new HeparError("slices.differ", `${first.file}: ${differenceText(first)}${more}`);
  fail(run, { step: "verify", case: name, error });
}

async function writeDifferences(
  run: CohortRun,
  differences: readonly SliceDifference[],
): Promise<string | null> {
  const path = join(run.folder, layout.sliceDifferences);
  if (differences.length === 0) {
    await rm(path, { force: true });
    return null;
  }
  const rows = differences.map(({ pixel, ...difference }) => ({
    ...difference,
    ...{ x: pixel?.[0] ?? null, y: pixel?.[1] ?? null },
  }));
  await writeTable(path, differenceColumns, rows);
  return layout.sliceDifferences;
}
