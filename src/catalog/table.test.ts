import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plainText, spreadsheetSafe } from "./cells.ts";
import type { Columns } from "./columns.ts";
import { readTable, writeTable } from "./table.node.ts";

interface Row {
  readonly name: string | null;
  readonly count: number | null;
  readonly size: number | null;
  readonly seen: boolean | null;
}
const columns: Columns<Row> = { name: "text", count: "whole", size: "number", seen: "yes-no" };
const formats = ["parquet", "csv"] as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-table-"));
});
afterAll(() => rm(folder, { recursive: true }));

const tricky: readonly Row[] = [
  { name: "volume-10", count: 2 ** 53 - 1, size: 0.1 + 0.2, seen: true },
  { name: "volume-2", count: -(2 ** 53), size: 5e-324, seen: false },
  { name: "", count: 0, size: -0, seen: null },
  { name: null, count: null, size: null, seen: null },
  { name: 'é 漢 😀 "quoted", and\r\na second line', count: 2 ** 62, size: Number.NaN, seen: true },
  { name: "=1+1", count: 1, size: Number.NEGATIVE_INFINITY, seen: true },
  { name: "'=1+1", count: 1, size: 1.7976931348623157e308, seen: true },
  { name: " NULL \u0000'; drop table rows; --", count: 1, size: 1, seen: true },
];

describe.each(formats)("%s", (format) => {
  test("gives back what was written, in its order", async () => {
    const path = join(folder, `tricky.${format}`);
    await writeTable(path, columns, tricky);
    expect(await readTable(path, columns)).toEqual(tricky);
  });

  test("holds any rows", async () => {
    const path = join(folder, `any.${format}`);
    // Any code point that UTF-8 can hold: all but the halves of surrogate pairs.
    const point = fc.oneof(
      fc.integer({ min: 0, max: 0xd7ff }),
      fc.integer({ min: 0xe000, max: 0x10ffff }),
      fc.constantFrom(..."\n\r\",;'=+-@ \t").map((text) => text.charCodeAt(0)),
    );
    const text = fc.array(point).map((points) => String.fromCodePoint(...points));
    const row = fc.record<Row>({
      name: fc.option(text),
      count: fc.option(fc.maxSafeInteger()),
      size: fc.option(fc.double()),
      seen: fc.option(fc.boolean()),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row), async (rows) => {
        await writeTable(path, columns, rows);
        const whole = rows.map((each) => ({ ...each, count: each.count === 0 ? 0 : each.count }));
        expect(await readTable(path, columns)).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  }, 20_000);

  test("may have no rows", async () => {
    const path = join(folder, `none.${format}`);
    await writeTable(path, columns, []);
    expect(await readTable(path, columns)).toEqual([]);
  });

  test("lies in folders with any name, and leaves nothing beside it", async () => {
    const inside = join(folder, "it's [a] *?\"/year=2020", format);
    const path = join(inside, `table.${format}`);
    await mkdir(inside, { recursive: true });
    await writeTable(path, columns, tricky);
    expect(await readTable(path, columns)).toEqual(tricky);
    expect(await readdir(inside)).toEqual([`table.${format}`]);
  });

  test("keeps the order of many rows and is quick", async () => {
    const path = join(folder, `many.${format}`);
    const rows = Array.from({ length: 60_000 }, (_, n): Row => {
      return { name: `slice-${n}`, count: n, size: n / 7, seen: n % 2 === 0 };
    });
    const start = process.hrtime.bigint();
    await writeTable(path, columns, rows);
    expect(await readTable(path, columns)).toEqual(rows);
    expect(Number(process.hrtime.bigint() - start) / 1e9).toBeLessThan(10);
  });

  test("says what is wrong with it", async () => {
    const path = join(folder, `wrong.${format}`);
    const reading = () => readTable(path, columns);
    await rm(path, { force: true });
    await expect(reading()).rejects.toMatchObject({
      code: "table.unreadable",
      message: expect.stringContaining("no such file"),
    });
    await writeFile(path, "");
    await expect(reading()).rejects.toMatchObject({ code: "table.unreadable" });
    await writeFile(path, Buffer.from([0, 1, 2, 255, 10, 34, 44, 10, 34]));
    await expect(reading()).rejects.toMatchObject({ code: "table.unreadable", file: path });
    await writeTable(path, { name: "text", other: "whole" }, [{ name: "a", other: 1 }]);
    await expect(reading()).rejects.toMatchObject({
      code: "table.unreadable",
      message: `${path}: lacks count, size, seen; it has name, other`,
    });
    await writeTable(path, { ...columns, count: "text" }, [
      { name: "a", count: "1", size: 1, seen: true },
      { name: "a", count: "many", size: 1, seen: true },
    ]);
    await expect(reading()).rejects.toMatchObject({
      message: `${path}: row 2, column count: expected whole, found "many"`,
    });
  });

  test("refuses a value that does not fit, and leaves no file", async () => {
    const path = join(folder, `misfit.${format}`);
    const misfit = { name: "a", count: 1.5, size: 1, seen: true };
    await expect(writeTable(path, columns, [misfit])).rejects.toMatchObject({ code: "defect" });
    expect(await readdir(folder)).not.toContain(`misfit.${format}`);
  });
});

test("a table may have more columns than are asked for", async () => {
  const path = join(folder, "more.parquet");
  await writeTable(path, columns, tricky);
  expect((await readTable(path, { seen: "yes-no" }))[1]).toEqual({ seen: false });
});

test("a CSV that a spreadsheet saved: byte-order mark, CRLF, TRUE, 3.0, columns moved", async () => {
  const path = join(folder, "saved.csv");
  await writeFile(path, '\ufeffcount,seen,name,size\r\n3.0,TRUE,"a ""b"",\nc",1E3\r\n,,,\r\n');
  expect(await readTable(path, columns)).toEqual([
    { name: 'a "b",\nc', count: 3, size: 1000, seen: true },
    { name: null, count: null, size: null, seen: null },
  ]);
});

test("a CSV that is not UTF-8, or ends within a quote, is refused", async () => {
  const path = join(folder, "refused.csv");
  await writeFile(path, Buffer.from("name,count,size,seen\nl\xe9sion,1,1,true\n", "latin1"));
  await expect(readTable(path, columns)).rejects.toMatchObject({
    code: "table.unreadable",
    message: `${path}: expected a CSV table: it is not UTF-8 text`,
  });
  await writeFile(path, 'name,count,size,seen\n"a,1,1,true\n');
  await expect(readTable(path, columns)).rejects.toMatchObject({
    code: "table.unreadable",
    message: `${path}: expected a CSV table: row 2: a quote is opened and never closed`,
  });
});

test("DuckDB reads the CSV as it stands", async () => {
  const path = join(folder, "plain.csv");
  const rows = tricky.filter(({ name }) => !/^'*=/.test(name ?? ""));
  await writeTable(path, columns, rows);
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const read = await connection.runAndReadAll("from read_csv($1, allow_quoted_nulls = false)", [
    path,
  ]);
  const expected = rows.map(({ name, count, size, seen }) => {
    return [name, count === null ? null : BigInt(count), size, seen];
  });
  expect(read.getRowsJS()).toEqual(expected);
  connection.closeSync();
  instance.closeSync();
});

test("no CSV cell of text starts like a formula", async () => {
  const path = join(folder, "formulas.csv");
  const names = ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "''=1", "'fine", "a=1"];
  await writeTable(
    path,
    { name: "text" },
    names.map((name) => ({ name })),
  );
  const text = await readFile(path, "utf8");
  expect(text).toBe("name\n'=1+1\n'+1\n'-1\n'@a\n'\t=1\n\"'\r=1\"\n'''=1\n'fine\na=1\n");
  fc.assert(fc.property(fc.string(), (any) => plainText(spreadsheetSafe(any)) === any));
});

test("only two endings are tables", async () => {
  await expect(writeTable(join(folder, "a.xlsx"), columns, [])).rejects.toMatchObject({
    code: "usage.argument",
  });
});
