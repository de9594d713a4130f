import { HeparError } from "../core/index.ts";
import type { Columns } from "./columns.ts";
import { createTable, identifier, inDuckDb } from "./duckdb.node.ts";
import { toDuck } from "./table.node.ts";

/** A condition on a hundred thousand rows takes well under a second. */
const mostSeconds = 30;

/**
 * The rows for which a condition in SQL (DuckDB's) holds, in their order:
 * `has_tumour and tumour_percent_of_liver > 5`. The condition sees the columns of the rows and
 * nothing else: no files, no network, no settings. Where a value is missing it holds only if it says
 * so (`labels is null`).
 *
 * @param options.where - the condition, as after `where`
 * @param options.signal - stops a condition that takes too long
 * @param options.seconds - how long it may take
 * @throws `usage.argument` when it is no condition on these columns, of which the hint names the nearest, or
 *   when it takes too long; `run.stopped`
 */
export async function filterRows<Row>(
  rows: readonly Row[],
  options: {
    readonly columns: Columns<Row>;
    readonly where: string;
    readonly signal?: AbortSignal;
    readonly seconds?: number;
  },
): Promise<Row[]> {
  const { columns, where, signal, seconds = mostSeconds } = options;
  return inDuckDb(
    async (connection) => {
      const table = { name: "catalogue", columns, rows };
      await createTable(connection, {
        ...table,
        cell: (value, [name, type]) => toDuck(value, { name, type, format: "parquet" }),
      });
      let late = false;
      const clock = setTimeout(() => {
        late = true;
      }, 1000 * seconds);
      // Again and again: an interrupt reaches a statement only while it runs.
      const watch = setInterval(() => {
        if (late || signal?.aborted) connection.interrupt();
      }, 50);
      try {
        // A prepared statement is one statement; the line break ends a comment in the condition.
        const statement = await connection.prepare(
          `select rowid from catalogue where (${where}\n) order by rowid`,
        );
        const found = await statement.runAndReadAll();
        return found.getRows().map(([row]) => rows[Number(row)]);
      } catch (thrown) {
        if (signal?.aborted) throw stopped(thrown);
        throw late ? endless(where, seconds) : refused(where, { thrown, columns });
      } finally {
        clearTimeout(clock);
        clearInterval(watch);
      }
    },
    { locked: true },
  );
}

const stopped = (cause: unknown): HeparError => new HeparError("run.stopped", "stopped", { cause });

const endless = (where: string, seconds: number): HeparError =>
  new HeparError("usage.argument", `--where "${where}": not done after ${seconds} seconds`, {
    hint: 'give a condition on a row: "has_tumour and tumour_percent_of_liver > 5"',
  });

/** What DuckDB says of a condition, in one line, with the columns that there are. */
function refused(
  where: string,
  { thrown, columns }: { readonly thrown: unknown; readonly columns: Columns<unknown> },
): HeparError {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const [first, second = ""] = said.split("\n");
  const unknown = unknownColumn(first);
  const candidates = second.startsWith("Candidate") ? ` (${second.toLowerCase()})` : "";
  const reason =
    unknown === undefined
      ? first.replace(/^\w+ Error: /, "") + candidates
      : `there is no column ${JSON.stringify(unknown)}`;
  const keyword = /(?<!["\w])case(?!["\w])/i.test(where)
    ? `case is a word of SQL: write it ${identifier("case")}; `
    : "";
  return new HeparError("usage.argument", `--where "${where}": ${reason}`, {
    hint: keyword + columnsHint(Object.keys(columns as object), unknown),
    cause: thrown,
  });
}

/** The column that DuckDB did not find, by what it says. */
const unknownColumn = (said: string): string | undefined =>
  /Referenced column "(.*)" not found/.exec(said)?.[1];

/** Few columns are all named; of many those that are spelt most alike, and where the list is. */
function columnsHint(names: readonly string[], unknown: string | undefined): string {
  if (names.length <= fewColumns) return `the columns are ${names.join(", ")}`;
  const list = "hepar info --json lists all columns, under tables.catalog";
  if (unknown === undefined) return list;
  const nearest = [...names]
    .sort((a, b) => editDistance(a, unknown) - editDistance(b, unknown))
    .slice(0, 3);
  return `the nearest columns are ${nearest.join(", ")}; ${list}`;
}

/** Letters to add, to take away or to change, to make one word of the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1;
      line.push(Math.min(above[column] + 1, line[column - 1] + 1, above[column - 1] + change));
    }
    above = line;
  }
  return above[b.length];
}

/** As many as a person looks through. */
const fewColumns = 12;
