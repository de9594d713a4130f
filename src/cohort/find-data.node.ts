import { resolve } from "node:path";
import { type FoundCases, findCases, readCasesCsv } from "../catalog/index.node.ts";
import type { LayoutName } from "../catalog/index.ts";
import { HeparError } from "../core/index.ts";
import { requireOwnFolder } from "./folder.node.ts";

/** Where a cohort's scans come from: a folder, or one scan; or a table that lists them. */
export interface DataSource {
  /** A folder of scans and masks in a known layout, or one scan. */
  readonly data?: string | undefined;
  /** Which layout, where the folder holds more than one. */
  readonly layout?: LayoutName | undefined;
  /** A table with the columns case, scan, mask, in place of a folder. */
  readonly csv?: string | undefined;
}

/** The cases of a source, before anything is read or written. */
export interface FoundData {
  /** Absolute: the folder, the scan, or the table. */
  readonly data: string;
  readonly found: FoundCases;
}

/**
 * Finds the cases that are to become a cohort, and makes sure that its folder may be written.
 *
 * @returns the cohort folder, absolute, and what was found
 * @throws `usage.missing`, `usage.argument`; as `requireOwnFolder`, `findCases` and `readCasesCsv`
 */
export async function findData(
  { data, layout, csv }: DataSource,
  cohort: string,
): Promise<{ readonly folder: string; readonly from: FoundData }> {
  if (csv !== undefined) {
    if (data !== undefined || layout !== undefined) throw twoSources();
    const folder = await requireOwnFolder(cohort);
    return { folder, from: { data: resolve(csv), found: await readCasesCsv(csv) } };
  }
  if (data === undefined) throw noSource();
  const path = resolve(data);
  const folder = await requireOwnFolder(cohort, { data: path });
  return { folder, from: { data: path, found: await findCases(path, { layout }) } };
}

const noSource = (): HeparError =>
  new HeparError("usage.missing", "missing required argument 'data'", {
    hint: "give the folder that holds the scans, or a table of the cases with --csv",
  });

const twoSources = (): HeparError =>
  new HeparError("usage.argument", "--csv: takes the place of a folder and of --layout", {
    hint: "give either a folder of scans or a table of the cases",
  });
