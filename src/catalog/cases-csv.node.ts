import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { byNaturalOrder, HeparError } from "../core/index.ts";
import { plainText } from "./cells.ts";
import { readCsvFile } from "./csv-file.node.ts";
import type { FoundCase, FoundCases } from "./found-case.ts";
import { caseNameOf } from "./naming.ts";

const required = ["case", "scan", "mask"] as const;
/** `visit` and `date` are two names of one column. */
const known: readonly string[] = [...required, "patient", "visit", "date"];

const hint =
  "the table needs the columns case, scan, mask and may have patient, and visit or date; paths are relative to its folder";

/** A row of the table: its cells by title, and its number as people count, titles first. */
interface Row {
  readonly number: number;
  readonly cell: (title: string) => string | undefined;
}

/**
 * The cases that a CSV lists, where folders and names do not say which they are: a row a case, its
 * `scan` and `mask` (empty: none) relative to the CSV. What a spreadsheet made harmless with an
 * apostrophe is read as it was. Whether the files are there is seen when they are read: a case whose
 * scan is missing stays a case.
 *
 * @returns cases in natural order; a warning for each column that means nothing here
 * @throws `input.missing` when there is no such file; `table.unreadable` naming row and column;
 *   `input.ambiguous` when a case is there twice; `cohort.no-cases` when it lists none
 */
export async function readCasesCsv(path: string): Promise<FoundCases> {
  const file = resolve(path);
  const found = await stat(file).catch((cause: unknown) => {
    throw new HeparError("input.missing", `there is no file ${path}`, { file: path, hint, cause });
  });
  if (!found.isFile()) throw refused(path, "it is not a file");
  const [titles = [], ...rows] = await readCsvFile(file, { titles: required, hint });
  requireTitles(path, titles);
  const cases = rows.map((cells, index): FoundCase => {
    const cell = (title: string): string | undefined => {
      const text = cells[titles.indexOf(title)] ?? "";
      return text === "" ? undefined : plainText(text);
    };
    return caseOf(path, { number: index + 2, cell });
  });
  requireEachOnce(path, cases);
  const unused = titles.filter((title) => !known.includes(title ?? ""));
  return {
    cases: cases.sort((a, b) => byNaturalOrder(a.case, b.case)),
    warnings: unused.map((title) => `${path}: the column ${JSON.stringify(title)} is not used`),
    layout: "csv",
  };
}

function caseOf(path: string, { number, cell }: Row): FoundCase {
  const need = (title: string): string => {
    const text = cell(title);
    if (text === undefined) throw refused(path, `row ${number}: the column ${title} is empty`);
    return text;
  };
  const fileOf = (title: string, text: string): string => {
    // No system has such a path, and asking for one is an error of another kind.
    if (text.includes("\0")) throw refused(path, `row ${number}: ${title} holds a zero byte`);
    return resolve(dirname(resolve(path)), text);
  };
  const name = need("case");
  const allowed = caseNameOf(`${name}.nii`);
  if (name !== allowed) {
    const message = `row ${number}: the case ${JSON.stringify(name)} cannot name a folder; ${JSON.stringify(allowed)} could`;
    throw refused(path, message);
  }
  const mask = cell("mask");
  const patient = cell("patient");
  const visit = cell("visit") ?? cell("date");
  return {
    case: name,
    scanPath: fileOf("scan", need("scan")),
    maskPath: mask === undefined ? null : fileOf("mask", mask),
    ...(patient === undefined ? {} : { patient }),
    ...(visit === undefined ? {} : { visit }),
  };
}

function requireTitles(path: string, titles: readonly (string | null)[]): void {
  const shown = titles.map((title) => title ?? "(no title)").join(", ") || "none";
  const missing = required.filter((title) => !titles.includes(title));
  if (missing.length > 0) throw refused(path, `lacks ${missing.join(", ")}; it has ${shown}`);
  const twice = known.find((title) => titles.indexOf(title) !== titles.lastIndexOf(title));
  if (twice !== undefined) throw refused(path, `has the column ${twice} twice`);
  if (titles.includes("visit") && titles.includes("date")) {
    throw refused(path, "has both visit and date, which are one thing");
  }
}

function requireEachOnce(path: string, cases: readonly FoundCase[]): void {
  if (cases.length === 0) {
    throw new HeparError("cohort.no-cases", `${path} lists no cases`, { file: path, hint });
  }
  const rows = new Map<string, number>();
  for (const [index, { case: name }] of cases.entries()) {
    const first = rows.get(name.toLowerCase());
    rows.set(name.toLowerCase(), index + 2);
    if (first === undefined) continue;
    throw new HeparError(
      "input.ambiguous",
      `${path}: the case ${name} stands in row ${first} and in row ${index + 2}`,
      {
        file: path,
        hint: "give each scan a case name of its own; visits of one patient share `patient`",
      },
    );
  }
}

const refused = (path: string, message: string): HeparError =>
  new HeparError("table.unreadable", `${path}: ${message}`, { file: path, hint });
