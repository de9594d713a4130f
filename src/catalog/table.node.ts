import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { DuckDBValue } from "@duckdb/node-api";
import { HeparError } from "../core/index.ts";
import { writeAtomically } from "../files/index.node.ts";
import { type Cell, plainText, readCell, spreadsheetSafe } from "./cells.ts";
import type { Columns, ColumnType } from "./columns.ts";
import { readCsvFile } from "./csv-file.node.ts";
import {
  type ColumnList,
  columnList,
  createTable,
  identifier,
  inDuckDb,
  literal,
} from "./duckdb.node.ts";

type Format = "parquet" | "csv";

/**
 * Writes rows as a Parquet or a CSV file (by its ending: `.parquet`, `.csv`), whole or not at all.
 * Rows and columns keep their order, nulls stay null (in a CSV an empty field; empty text is `""`),
 * numbers keep every digit. No rows: a table with columns only. In a CSV, text that a spreadsheet
 * would run as a formula is made harmless by an apostrophe, which `readTable` takes away again.
 *
 * @throws `output.full`, `output.unwritable`; `defect` when a value does not fit its column
 */
export async function writeTable<Row>(
  path: string,
  columns: Columns<Row>,
  rows: readonly Row[],
): Promise<void> {
  const format = formatOf(path);
  const options = format === "csv" ? "format csv, header true" : "format parquet, compression zstd";
  await writeAtomically(path, (temporary) =>
    inDuckDb(async (connection) => {
      const cell = (value: unknown, [name, type]: ColumnList[number]): DuckDBValue =>
        toDuck(value, { name, type, format });
      await createTable(connection, { name: "rows", columns, rows, cell });
      await connection
        .run(`copy rows to ${literal(resolve(temporary))} (${options})`)
        .catch(rethrowAsSystemError);
    }),
  );
}

/**
 * A table's rows, in the order in which they were written, with the columns asked for; others that
 * the file has are left out. Also reads tables that other programs wrote or changed: a CSV with
 * byte-order mark, CRLF or semicolons, whole numbers stored as 3.0, any width of integer.
 *
 * @throws `table.unreadable` when the file is missing, damaged, lacks a column, or holds a value
 *   that does not fit its column: the message says what was expected and what was found
 */
export async function readTable<Row>(path: string, columns: Columns<Row>): Promise<Row[]> {
  const format = formatOf(path);
  const list = columnList(columns);
  await requireFile(path);
  const stored = await readStored[format](path, list);
  const read = list.map(([name, type], index) =>
    stored[index].map((value, row) => fromStored(value, { name, type, format, row, path })),
  );
  // Copies of one parsed row share its shape; each made name by name takes ten times as long.
  const nulls = Object.fromEntries(list.map(([name]) => [name, null]));
  const empty: Readonly<Record<string, Cell>> = JSON.parse(JSON.stringify(nulls));
  return Array.from({ length: read[0]?.length ?? 0 }, (_, row) => {
    const filled = { ...empty };
    for (const [index, [name]] of list.entries()) filled[name] = read[index][row];
    return filled as Row;
  });
}

/** The values of the columns asked for, one array a column, as each format holds them. */
const readStored: {
  readonly [F in Format]: (path: string, list: ColumnList) => Promise<readonly unknown[][]>;
} = {
  parquet: (path, list) =>
    inDuckDb(async (connection) => {
      const source = "read_parquet($1, hive_partitioning = false)";
      const run = (sql: string) =>
        connection.runAndReadAll(sql, [escapedGlob(resolve(path))]).catch((cause: unknown) => {
          const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
          throw unreadable(path, `expected a Parquet table: ${reason}`, cause);
        });
      requireColumns((await run(`from ${source} limit 0`)).columnNames(), { list, path });
      const names = list.map(([name]) => identifier(name)).join(", ");
      const stored = (await run(`select ${names} from ${source}`)).getColumnsJS();
      return list.map((_, index) => stored[index] ?? []);
    }),
  // Not DuckDB's reader: it refuses CRLF files with a bare LF in a cell, which Excel writes.
  csv: async (path, list) => {
    const rows = await readCsvFile(path, { titles: list.map(([name]) => name), hint: makeAgain });
    const titles = (rows[0] ?? []).map((title) => title ?? "");
    requireColumns(titles, { list, path });
    return list.map(([name]) => {
      const column = titles.indexOf(name);
      return rows.slice(1).map((fields) => fields[column]);
    });
  },
};

function requireColumns(
  found: readonly string[],
  { list, path }: { list: ColumnList; path: string },
): void {
  const missing = list.map(([name]) => name).filter((name) => !found.includes(name));
  if (missing.length === 0) return;
  throw unreadable(path, `lacks ${missing.join(", ")}; it has ${found.join(", ") || "none"}`);
}

export function toDuck(
  value: unknown,
  { name, type, format }: { name: string; type: ColumnType; format: Format },
): DuckDBValue {
  if (value === null) return null;
  if (type === "text" && typeof value === "string") {
    return format === "csv" ? spreadsheetSafe(value) : value;
  }
  if (type === "whole" && Number.isInteger(value)) return BigInt(value as number);
  if (type === "number" && typeof value === "number") return value;
  if (type === "yes-no" && typeof value === "boolean") return value;
  throw new HeparError("defect", `column ${name} holds ${type}, not ${JSON.stringify(value)}`);
}

function fromStored(
  stored: unknown,
  place: { name: string; type: ColumnType; format: Format; row: number; path: string },
): Cell {
  if (stored === null) return null;
  const value = readCell[place.type](stored);
  if (value === undefined) {
    throw unreadable(
      place.path,
      `row ${place.row + 1}, column ${place.name}: expected ${place.type}, found ${shown(stored)}`,
    );
  }
  return place.format === "csv" && typeof value === "string" ? plainText(value) : value;
}

const shown = (value: unknown): string =>
  (typeof value === "string" ? JSON.stringify(value) : String(value)).slice(0, 80);

function formatOf(path: string): Format {
  if (path.endsWith(".parquet")) return "parquet";
  if (path.endsWith(".csv")) return "csv";
  throw new HeparError("usage.argument", `${path} is neither a .parquet nor a .csv file`, {
    file: path,
    hint: "give the table one of the two endings",
  });
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, "there is no such file", cause);
  });
  if (!found.isFile()) throw unreadable(path, "it is not a file");
  if (found.size === 0) throw unreadable(path, "the file is empty");
}

const makeAgain = "delete the file to have it made again";

const unreadable = (path: string, message: string, cause?: unknown): HeparError =>
  new HeparError("table.unreadable", `${path}: ${message}`, {
    file: path,
    hint: makeAgain,
    cause,
  });

/** A path that DuckDB takes for itself, not for a pattern: `[`, `*` and `?` are put in brackets. */
const escapedGlob = (path: string): string => path.replace(/[[*?]/g, "[$&]");

const systemErrors = {
  "No space left on device": "ENOSPC",
  "Disk quota exceeded": "EDQUOT",
  "Permission denied": "EACCES",
  "Read-only file system": "EROFS",
} as const;

/** DuckDB tells the system's errors in words; `writeAtomically` knows them by their code. */
function rethrowAsSystemError(thrown: unknown): never {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  for (const [words, code] of Object.entries(systemErrors)) {
    if (message.includes(words))
      throw Object.assign(new Error(message, { cause: thrown }), { code });
  }
  throw thrown;
}
