import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBValue,
  VARCHAR,
} from "@duckdb/node-api";
import type { Columns, ColumnType } from "./columns.ts";

/** Columns in order, without their row type. */
export type ColumnList = readonly (readonly [name: string, type: ColumnType])[];

export const columnList = <Row>(columns: Columns<Row>): ColumnList =>
  Object.entries(columns) as ColumnList;

const duckTypes = { text: VARCHAR, whole: BIGINT, number: DOUBLE, "yes-no": BOOLEAN } as const;

/** Rows that DuckDB takes at once. */
const chunkRows = 2048;

/**
 * A connection to a database of its own, in memory, that fetches no extension from a network.
 *
 * @param options.locked - it also opens no file and keeps its settings, whatever the SQL asks for
 */
export async function inDuckDb<Result>(
  use: (connection: DuckDBConnection) => Promise<Result>,
  { locked = false }: { readonly locked?: boolean } = {},
): Promise<Result> {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    ...(locked ? { enable_external_access: "false", lock_configuration: "true" } : {}),
  });
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Makes a table of the rows, in their order; a field that a row lacks is null. `cell` turns a row's value into DuckDB's. */
export async function createTable<Row>(
  connection: DuckDBConnection,
  table: {
    readonly name: string;
    readonly columns: Columns<Row>;
    readonly rows: readonly Row[];
    readonly cell: (value: unknown, column: ColumnList[number]) => DuckDBValue;
  },
): Promise<void> {
  const list = columnList(table.columns);
  const fields = list.map(([name, type]) => `${identifier(name)} ${duckTypes[type]}`);
  await connection.run(`create temp table ${identifier(table.name)} (${fields.join(", ")})`);
  const appender = await connection.createAppender(table.name, "main", "temp");
  for (let start = 0; start < table.rows.length; start += chunkRows) {
    const part = table.rows.slice(start, start + chunkRows);
    const chunk = DuckDBDataChunk.create(list.map(([, type]) => duckTypes[type]));
    chunk.setColumns(
      list.map((column) =>
        part.map((row) => table.cell(row[column[0] as keyof Row] ?? null, column)),
      ),
    );
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
