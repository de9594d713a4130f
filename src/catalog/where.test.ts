import { expect, test } from "vitest";
import type { Columns } from "./columns.ts";
import { filterRows } from "./where.node.ts";

interface Row {
  readonly case: string;
  readonly has_tumour: boolean | null;
  readonly tumour_percent_of_liver: number | null;
  readonly depth: number | null;
}
const columns: Columns<Row> = {
  case: "text",
  has_tumour: "yes-no",
  tumour_percent_of_liver: "number",
  depth: "whole",
};
const row = (name: string, percent: number | null, depth: number | null = 100): Row => ({
  case: name,
  has_tumour: percent === null ? null : percent > 0,
  tumour_percent_of_liver: percent,
  depth,
});
const rows = [
  row("volume-10", 12),
  row("volume-2", 0),
  row("volume-3", 5.5, 74),
  row("it's", null),
];

const names = async (where: string) =>
  (await filterRows(rows, { columns, where })).map((each) => each.case);

test.each([
  ["has_tumour and tumour_percent_of_liver > 5", ["volume-10", "volume-3"]],
  ["not has_tumour", ["volume-2"]],
  ["has_tumour is null", ["it's"]],
  ["\"case\" = 'it''s'", ["it's"]],
  ["\"case\" like 'volume-%' and depth between 70 and 80", ["volume-3"]],
  ["depth < 10", []],
  ["true -- all of them", ["volume-10", "volume-2", "volume-3", "it's"]],
  ["tumour_percent_of_liver = (select max(tumour_percent_of_liver) from catalogue)", ["volume-10"]],
])("%s", async (where, expected) => {
  expect(await names(where)).toEqual(expected);
});

const listed = "the columns are case, has_tumour, tumour_percent_of_liver, depth";

test("a column that is not there is named, and those that are", async () => {
  await expect(names("has_tumor")).rejects.toMatchObject({
    code: "usage.argument",
    message: '--where "has_tumor": there is no column "has_tumor"',
    hint: listed,
  });
});

test("of many columns the nearest are named, and where the list is", async () => {
  const many: Columns<Record<string, unknown>> = Object.fromEntries(
    ["liver_ml", "tumour_ml", "liver_mean_hu", ..."abcdefghij"].map((name) => [name, "number"]),
  );
  await expect(filterRows([], { columns: many, where: "livr_ml > 5" })).rejects.toMatchObject({
    code: "usage.argument",
    message: '--where "livr_ml > 5": there is no column "livr_ml"',
    // One letter away, five, six.
    hint: "the nearest columns are liver_ml, tumour_ml, i; hepar info --json lists all columns, under tables.catalog",
  });
});

test.each([
  ["depth >", /^--where "depth >": syntax error at or near "\)"$/],
  ["", /^--where "": syntax error/],
  ["depth > 'deep'", /^--where "depth > 'deep'": Could not convert string 'deep' to INT64/],
  ["true); drop table catalogue; select (1", /Cannot prepare multiple statements at once/],
  ["exists (from read_csv('/etc/passwd'))", /file system operations are disabled by configuration/],
  ["exists (from '/etc/passwd')", /disabled|does not exist/],
  [
    "exists (from read_text('/etc/passwd'))",
    /file system operations are disabled by configuration/,
  ],
  ["true); copy catalogue to 'out.csv'; --", /Cannot prepare multiple|syntax error/],
])("%s is refused", async (where, message) => {
  await expect(names(where)).rejects.toMatchObject({
    code: "usage.argument",
    message: expect.stringMatching(message),
    hint: listed,
  });
});

test("case, a word of SQL, is explained", async () => {
  await expect(names("case = 'volume-2'")).rejects.toMatchObject({
    code: "usage.argument",
    hint: `case is a word of SQL: write it "case"; ${listed}`,
  });
});

test("a condition without end is stopped", async () => {
  const stop = new AbortController();
  const where = "(select count(*) from range(1000000000) a, range(1000000000) b) > 0";
  const filtered = filterRows(rows, { columns, where, signal: stop.signal });
  setTimeout(() => stop.abort(), 100);
  await expect(filtered).rejects.toMatchObject({ code: "run.stopped" });
});

test("a condition that takes too long is told", async () => {
  const where =
    "(with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n) > 0";
  await expect(filterRows(rows, { columns, where, seconds: 0.2 })).rejects.toMatchObject({
    code: "usage.argument",
    message: `--where "${where}": not done after 0.2 seconds`,
    hint: 'give a condition on a row: "has_tumour and tumour_percent_of_liver > 5"',
  });
});

test("no rows", async () => {
  expect(await filterRows([], { columns, where: "has_tumour" })).toEqual([]);
});
