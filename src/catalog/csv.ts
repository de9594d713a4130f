import { counted } from "../core/index.ts";

/** A CSV that cannot be read: which row, and what is the matter with it. */
export class CsvError extends Error {}

/** Fields by row, the titles first. null is an empty field; `""`, in quotes, is empty text. */
export type CsvRows = readonly (readonly (string | null)[])[];

const separators = [",", ";", "\t"] as const;

/**
 * The fields of a CSV (RFC 4180): quoted fields may hold separators, line breaks and doubled
 * quotes; lines end in LF, CRLF or CR. Where the titles asked for are only found with semicolons or
 * tabs between them, those are the separators (spreadsheets write them where the comma is decimal).
 *
 * @throws CsvError when a quote stays open or a row has not as many fields as the titles; rows are
 *   counted as people do, the titles first
 */
export function parseCsv(text: string, titles: readonly string[]): CsvRows {
  const hasTitles = (separator: string): boolean => {
    const found = rowsOf(text, separator).next().value ?? [];
    return titles.every((title) => found.includes(title));
  };
  const separator = separators.find(hasTitles) ?? ",";
  const rows: (string | null)[][] = [];
  for (const fields of rowsOf(text, separator)) {
    const expected = rows[0]?.length ?? fields.length;
    if (fields.length === 1 && fields[0] === null && expected > 1) continue; // An empty line.
    if (fields.length !== expected) {
      const found = counted(fields.length, "field");
      throw new CsvError(`row ${rows.length + 1} has ${found}, expected ${expected}`);
    }
    rows.push(fields);
  }
  return rows;
}

function* rowsOf(text: string, separator: string): Generator<(string | null)[], undefined> {
  const end = new RegExp(`[${separator}\r\n]`, "g");
  let at = 0;
  let fields: (string | null)[] = [];
  let row = 1;
  while (at < text.length) {
    if (text[at] === '"') {
      const field = quotedField(text, at);
      if (field === undefined) throw new CsvError(`row ${row}: a quote is opened and never closed`);
      fields.push(field.value);
      at = field.next;
    } else {
      end.lastIndex = at;
      const stop = end.exec(text)?.index ?? text.length;
      fields.push(stop === at ? null : text.slice(at, stop));
      at = stop;
    }
    if (text[at] === separator) {
      at++;
      if (at < text.length) continue;
      fields.push(null);
    } else if (at < text.length && text[at] !== "\r" && text[at] !== "\n") {
      throw new CsvError(`row ${row}: text after a closing quote`);
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    yield fields;
    fields = [];
    row++;
  }
}

/** The field whose opening quote is at `start`, and where the text goes on. */
function quotedField(text: string, start: number): { value: string; next: number } | undefined {
  let close = text.indexOf('"', start + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  return close < 0
    ? undefined
    : { value: text.slice(start + 1, close).replaceAll('""', '"'), next: close + 1 };
}
