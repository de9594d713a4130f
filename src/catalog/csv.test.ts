import { expect, test } from "vitest";
import { CsvError, parseCsv } from "./csv.ts";

const read = (text: string) => parseCsv(text, ["a", "b"]);

test.each([
  ["LF", "a,b\n1,2\n"],
  ["no last line break", "a,b\n1,2"],
  ["CRLF", "a,b\r\n1,2\r\n"],
  ["CR", "a,b\r1,2\r"],
  ["quotes", '"a","b"\n"1","2"\n'],
  ["empty lines", "a,b\n\n1,2\n\n\n"],
  ["semicolons", "a;b\n1;2\n"],
  ["tabs", "a\tb\n1\t2\n"],
])("%s", (_, text) => {
  expect(read(text)).toEqual([
    ["a", "b"],
    ["1", "2"],
  ]);
});

test("quoted fields keep separators, quotes and any line break", () => {
  expect(read('a,b\r\n"1,\n2","say ""yes""\r\n"\r\n"""",\'\r\n')).toEqual([
    ["a", "b"],
    ["1,\n2", 'say "yes"\r\n'],
    ['"', "'"],
  ]);
});

test("an empty field is null, empty quotes are text", () => {
  expect(read('a,b\n,""\n"",\n,')).toEqual([
    ["a", "b"],
    [null, ""],
    ["", null],
    [null, null],
  ]);
  expect(parseCsv('a\n\n""\n', ["a"])).toEqual([["a"], [null], [""]]);
});

test("no text, no rows", () => {
  expect(read("")).toEqual([]);
  expect(read("a,b")).toEqual([["a", "b"]]);
});

test.each([
  ['a,b\n"1,2\n3,4\n', "row 2: a quote is opened and never closed"],
  ['a,b\n1,2\n"3"x,4\n', "row 3: text after a closing quote"],
  ["a,b\n1,2\n3\n", "row 3 has 1 field, expected 2"],
  ["a,b\n1,2,3\n", "row 2 has 3 fields, expected 2"],
])("%j is refused", (text, message) => {
  expect(() => read(text)).toThrow(new CsvError(message));
});
