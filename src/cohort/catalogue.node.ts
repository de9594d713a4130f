import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  catalogueCase,
  type FoundCase,
  type FoundCases,
  readTable,
  writeTable,
} from "../catalog/index.node.ts";
import {
  type CatalogRow,
  describeWarning,
  linkDuplicates,
  parseWarnings,
} from "../catalog/index.ts";
import { HeparError } from "../core/index.ts";
import { type StudiedRow, studiedColumns, unstudied } from "../study/index.ts";
import { layout } from "./layout.ts";
import { type CohortRun, warn } from "./run.node.ts";
import { removeStamp } from "./stamp.node.ts";
import { fail, runCases, runStep } from "./step.node.ts";

/** The step that writes the table, beside those of the single cases. */
export const catalogTable = { step: "catalog", of: "table" } as const;

/** The step that writes it again, with the study's columns. */
export const studyTable = { step: "study", of: "table" } as const;

/**
 * The catalogue of the cases found, written as Parquet and CSV. A file is read again only when its
 * size or times have changed.
 *
 * @param options.data - where the cases were found, absolute
 * @returns every case; those with a `problem` are in the run's failures
 */
export async function catalogue(
  run: CohortRun,
  options: { readonly data: string; readonly found: FoundCases },
): Promise<readonly StudiedRow[]> {
  for (const warning of options.found.warnings) warn(run, warning);
  const cases = await Promise.all(options.found.cases.map(withIdentity));
  const step = {
    step: "catalog",
    version: 2,
    unit: "cases",
    settings: {},
    rows: cases,
    inputsOf: (found: IdentifiedCase) => found,
    // A file that could not be read may only have been out of reach.
    isThere: async (_found: IdentifiedCase, row: CatalogRow) =>
      row.problem_code !== "input.unreadable",
    work: ({ case: name, scanPath, maskPath }: IdentifiedCase) =>
      catalogueCase({ case: name, scanPath, maskPath }),
  };
  const found = linkDuplicates([...(await runCases(run, step)).values()]);
  const rows = found.map((row) => ({ ...row, ...unstudied }));
  await runStep(run, {
    ...catalogTable,
    version: 2,
    settings: { data: options.data },
    inputs: rows,
    outputs: [layout.catalog, layout.catalogCsv],
    work: async () => {
      await removeStamp(run, studyTable); // it adds its columns to this very table
      await writeCatalog(run.folder, rows);
      return null;
    },
  });
  for (const warning of warningsOf(rows)) warn(run, warning);
  return announced(run, rows);
}

/**
 * Every case of a cohort, from its catalogue; those with a `problem` are in the run's failures.
 *
 * @throws `table.unreadable`
 */
export async function loadCatalogue(run: CohortRun): Promise<readonly StudiedRow[]> {
  return announced(run, await readTable(join(run.folder, layout.catalog), studiedColumns));
}

/** Whether scan and, if there is one, mask could be read and belong together. */
export const isUsable = (row: CatalogRow): boolean => row.problem === null;

/** Writes the catalogue in both formats. */
export async function writeCatalog(folder: string, rows: readonly StudiedRow[]): Promise<void> {
  await writeTable(join(folder, layout.catalogCsv), studiedColumns, rows);
  await writeTable(join(folder, layout.catalog), studiedColumns, rows);
}

interface IdentifiedCase extends FoundCase {
  /** Size and times of scan and mask: cheap to ask, and another when the content is. */
  readonly files: readonly string[];
}

async function withIdentity(found: FoundCase): Promise<IdentifiedCase> {
  const paths = [found.scanPath, ...(found.maskPath === null ? [] : [found.maskPath])];
  const files = paths.map(async (path) => {
    const { size, mtimeMs, ctimeMs } = (await stat(path).catch(() => undefined)) ?? {};
    return [size, mtimeMs, ctimeMs].join(" ");
  });
  return { ...found, files: await Promise.all(files) };
}

// What the rows say goes into the run's record, and what is wrong with them is told.
function announced(run: CohortRun, rows: readonly StudiedRow[]): readonly StudiedRow[] {
  run.journal.inputs = Object.fromEntries(rows.map((row) => [row.case, row.sha256]));
  for (const { case: name, problem, problem_code: code } of rows) {
    if (problem === null) continue;
    // The table keeps a code as text; one of a newer hepar is told as unreadable input.
    const error = new HeparError((code ?? "input.unreadable") as HeparError["code"], problem);
    fail(run, { step: "catalog", case: name, error });
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
