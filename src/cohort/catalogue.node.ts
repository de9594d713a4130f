import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  catalogueHeaders,
  catalogueMissing,
  type FoundCase,
  filesOfScan,
  readTable,
  writeTable,
} from "../catalog/index.node.ts";
import {
  type CatalogRow,
  compareLabels,
  describeWarning,
  linkDuplicates,
  parseWarnings,
} from "../catalog/index.ts";
import { HeparError } from "../core/index.ts";
import { type StudiedRow, studiedColumns, type TableRow } from "../study/index.ts";
import { memoryToRead, worthThreads } from "./case-memory.node.ts";
import { type CasePool, openCasePool } from "./case-pool.node.ts";
import type { FoundData } from "./find-data.node.ts";
import { layout } from "./layout.ts";
import { type CohortRun, requireGoing, warn } from "./run.node.ts";
import { removeStamp } from "./stamp.node.ts";
import { type CaseStep, fail, runCases, runStep } from "./step.node.ts";

/** The step that writes the table, beside those of the single cases. */
export const catalogTable = { step: "catalog", of: "table" } as const;

/** The step that writes it again, with the study's columns. */
export const studyTable = { step: "study", of: "table" } as const;

/**
 * Headers that are read at once: each is a few short waits for the disk. Threads do not make it
 * quicker (5.6 s in place of 3.5 s for 10,000 files): all of Node's reading shares four of its own.
 */
const headersAtOnce = 32;

/** Cases to catalogue. */
interface CatalogSource extends FoundData {
  /** The rows whose warnings are shown; all if not given. The record keeps those of all. */
  readonly chosen?: (rows: readonly StudiedRow[]) => Promise<readonly StudiedRow[]>;
}

/**
 * The catalogue of the cases found, written as Parquet and CSV. A file is read again only when its
 * size or times have changed; several are read at once, as far as the memory allows.
 *
 * @returns every case; those with a `problem` are in the run's failures
 */
export async function catalogue(
  run: CohortRun,
  from: CatalogSource,
): Promise<readonly StudiedRow[]> {
  for (const warning of from.found.warnings) warn(run, warning);
  const missing = await catalogueMissing(from.found.cases);
  const there = from.found.cases.filter(({ case: name }) => !missing.has(name));
  const cases = await Promise.all(there.map(withIdentity));
  const bytes = cases.reduce((sum, each) => sum + each.bytes, 0);
  const pool = openCasePool(bytes < worthThreads ? { threads: 1 } : {});
  try {
    const values = await runCases(run, readingOf(cases, pool));
    const rows = from.found.cases.map((found) => values.get(found.case) ?? missing.get(found.case));
    const known = rows.filter((row) => row !== undefined);
    return await writeRows(run, { ...from, rows: linkDuplicates(known) });
  } finally {
    await pool.close();
  }
}

/**
 * The same by headers alone, each time anew. The rows have no hashes, and what only voxels tell is
 * null.
 */
export async function catalogueByHeaders(
  run: CohortRun,
  from: CatalogSource,
): Promise<readonly StudiedRow[]> {
  const { cases, warnings } = from.found;
  for (const warning of warnings) warn(run, warning);
  const missing = await catalogueMissing(cases);
  const rowOf = (found: FoundCase) => missing.get(found.case) ?? catalogueHeaders(found);
  const rows: CatalogRow[] = [];
  const step = "catalog";
  run.progress({ kind: "start", step, total: cases.length, unit: "cases" });
  for (let start = 0; start < cases.length; start += headersAtOnce) {
    requireGoing(run);
    const part = cases.slice(start, start + headersAtOnce);
    rows.push(...(await Promise.all(part.map(rowOf))));
    run.progress({ kind: "advance", step, done: rows.length });
  }
  run.progress({ kind: "end", step });
  return writeRows(run, { ...from, rows });
}

function readingOf(
  cases: readonly IdentifiedCase[],
  pool: CasePool,
): CaseStep<IdentifiedCase, CatalogRow> {
  return {
    step: "catalog",
    version: 2,
    unit: "cases",
    settings: {},
    rows: cases,
    inputsOf: ({ bytes: _bytes, ...found }) => found,
    // A file that could not be read may only have been out of reach.
    isThere: async (_found, row) => row.problem_code !== "input.unreadable",
    // Some wait for their stamps to be written while others are read.
    atOnce: pool.threads < 2 ? 1 : 2 * pool.threads,
    work: async ({ bytes: _bytes, files: _files, ...found }) =>
      pool.run("catalogue", found, { bytes: await memoryToRead(pathsOf(found)) }),
  };
}

/** Writes both tables, and tells what is wrong with the rows. */
async function writeRows(
  run: CohortRun,
  { data, found, chosen, rows }: CatalogSource & { readonly rows: readonly CatalogRow[] },
): Promise<readonly StudiedRow[]> {
  await runStep(run, {
    ...catalogTable,
    version: 2,
    settings: { data },
    inputs: rows,
    outputs: [layout.catalog, layout.catalogCsv],
    work: async () => {
      await removeStamp(run, studyTable); // it adds its columns to this very table
      await writeCatalog(run.folder, rows);
      return null;
    },
  });
  const labels = found.declared === undefined ? [] : compareLabels(rows, found.declared);
  for (const warning of labels) warn(run, warning);
  // The table itself, and not what it was made of: one that was kept has the study's columns, and
  // one that was damaged since is told.
  const stored = await readTable(join(run.folder, layout.catalog), studiedColumns);
  run.journal.warnings.push(...warningsOf(stored));
  const told = chosen === undefined ? stored : await chosen(stored);
  for (const message of warningsOf(told)) run.progress({ kind: "warning", message });
  return announced(run, stored);
}

/**
 * Every case of a cohort, from its catalogue; those with a `problem` are in the run's failures.
 *
 * @throws `table.unreadable`; `cohort.invalid` when the catalogue was made from headers alone
 */
export async function loadCatalogue(run: CohortRun): Promise<readonly StudiedRow[]> {
  const rows = await readTable(join(run.folder, layout.catalog), studiedColumns);
  if (rows.some((row) => isUsable(row) && row.sha256 === "")) {
    const message = `${layout.catalog} was made from headers alone: no voxel has been read`;
    throw new HeparError("cohort.invalid", message, {
      file: run.folder,
      hint: "give hepar catalog again without --headers-only",
    });
  }
  return announced(run, rows);
}

/** Whether scan and, if there is one, mask could be read and belong together. */
export const isUsable = (row: CatalogRow): boolean => row.problem === null;

/** Writes the catalogue in both formats; what was not studied is null. */
export async function writeCatalog(folder: string, rows: readonly TableRow[]): Promise<void> {
  await writeTable(join(folder, layout.catalogCsv), studiedColumns, rows);
  await writeTable(join(folder, layout.catalog), studiedColumns, rows);
}

interface IdentifiedCase extends FoundCase {
  /** Size and times of scan and mask: cheap to ask, and another when the content is. */
  readonly files: readonly string[];
  /** Of all its files. */
  readonly bytes: number;
}

async function withIdentity(found: FoundCase): Promise<IdentifiedCase> {
  const files = (await Promise.all(pathsOf(found).map(filesOfScan))).flat();
  const states = await Promise.all(files.map((path) => stat(path).catch(() => undefined)));
  return {
    ...found,
    files: states.map((state) => [state?.size, state?.mtimeMs, state?.ctimeMs].join(" ")),
    bytes: states.reduce((sum, state) => sum + (state?.size ?? 0), 0),
  };
}

const pathsOf = ({ scanPath, maskPath }: FoundCase): readonly string[] =>
  maskPath === null ? [scanPath] : [scanPath, maskPath];

// What the rows say goes into the run's record, and what is wrong with them is told.
function announced(run: CohortRun, rows: readonly StudiedRow[]): readonly StudiedRow[] {
  run.journal.inputs = Object.fromEntries(rows.map((row) => [row.case, row.sha256]));
  for (const { case: name, problem, problem_code } of rows) {
    if (problem === null) continue;
    // The table keeps a code as text; one of a newer hepar is told as unreadable input.
    const code = (problem_code ?? "input.unreadable") as HeparError["code"];
    fail(run, { step: "catalog", case: name, error: { code, message: problem } });
  }
  return rows;
}

/** One sentence for each kind of warning, however many cases it is about. */
export function warningsOf(rows: readonly CatalogRow[]): string[] {
  const kinds = new Map<string, { readonly sentence: string; readonly cases: string[] }>();
  for (const row of rows) {
    for (const warning of parseWarnings(row.warnings)) {
      const kind = kinds.get(warning.code) ?? { sentence: describeWarning(warning), cases: [] };
      kind.cases.push(row.case);
      kinds.set(warning.code, kind);
    }
  }
  return [...kinds.values()].map(({ sentence, cases }) => `${listed(cases)}: ${sentence}`);
}

// The sentence has the first case's numbers.
const listed = ([first, ...others]: readonly string[]): string =>
  others.length === 0 ? first : `${first}, and ${others.length} more like it`;
