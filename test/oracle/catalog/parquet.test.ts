import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTable, writeTable } from "../../../src/catalog/index.node.ts";
import { type ColumnType, catalogColumns } from "../../../src/catalog/index.ts";
import { sampleRows } from "./sample-rows.ts";

const golden = resolve(import.meta.dirname, "catalog.parquet");
const readers = JSON.parse(await readFile(resolve(import.meta.dirname, "readers.json"), "utf8"));

let folder: string;
let fresh: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-parquet-"));
  fresh = join(folder, "catalog.parquet");
  await writeTable(fresh, catalogColumns, sampleRows);
});
afterAll(() => rm(folder, { recursive: true }));

async function schemaOf(path: string) {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const fields = "name, type, converted_type, repetition_type";
  const read = await connection.runAndReadAll(`select ${fields} from parquet_schema($1)`, [path]);
  connection.closeSync();
  instance.closeSync();
  return read.getRowsJS().slice(1); // the first is the root
}

/** Parquet's own types: physical and logical. Any column may hold nulls. */
const parquetTypes: { readonly [Type in ColumnType]: readonly [string, string | null] } = {
  text: ["BYTE_ARRAY", "UTF8"],
  whole: ["INT64", "INT_64"],
  number: ["DOUBLE", null],
  "yes-no": ["BOOLEAN", null],
};

test("the file's own types: numbers are numbers, yes and no are booleans, text is UTF-8", async () => {
  const expected = Object.entries(catalogColumns).map(([name, type]) => {
    return [name, ...parquetTypes[type], "OPTIONAL"];
  });
  expect(await schemaOf(fresh)).toEqual(expected);
  // What the readers below were given is what is written today.
  expect(await schemaOf(golden)).toEqual(expected);
  expect(await readTable(golden, catalogColumns)).toEqual(sampleRows);
});

/** What each reader makes of a column without being told. */
const kinds: { readonly [Type in ColumnType]: Readonly<Record<string, RegExp>> } = {
  text: {
    pandas: /^(str|object|string)$/,
    pyarrow: /^string$/,
    polars: /^String$/,
    duckdb: /^VARCHAR$/,
  },
  // A gap makes pandas' column float64.
  whole: {
    pandas: /^(int64|Int64|float64)$/,
    pyarrow: /^int64$/,
    polars: /^Int64$/,
    duckdb: /^BIGINT$/,
  },
  number: { pandas: /^float64$/, pyarrow: /^double$/, polars: /^Float64$/, duckdb: /^DOUBLE$/ },
  // A gap makes pandas' column one of objects (True, False, None), or with fastparquet 1.0, 0.0, NaN.
  "yes-no": {
    pandas: /^(bool|boolean|object|float64)$/,
    pyarrow: /^bool$/,
    polars: /^Boolean$/,
    duckdb: /^BOOLEAN$/,
  },
};

test.each(Object.keys(readers.dtypes))("%s chooses these types by itself", (reader) => {
  const dtypes: Record<string, string> = readers.dtypes[reader];
  expect(Object.keys(dtypes)).toEqual(Object.keys(catalogColumns));
  const family = reader.split(",")[0];
  for (const [name, type] of Object.entries(catalogColumns)) {
    expect(`${name}: ${dtypes[name]}`).toMatch(
      new RegExp(`^${name}: ${kinds[type][family].source.slice(1)}`),
    );
  }
});

test("pandas reads the rows that were written, every engine the same", () => {
  expect(readers.rows).toEqual(sampleRows);
  expect(readers.same).toBe(true);
});
