import { readFile, stat } from "node:fs/promises";
import { HeparError } from "../core/index.ts";
import { type CsvRows, parseCsv } from "./csv.ts";

/** A table of a hundred million characters is no table that people made. */
const mostBytes = 1 << 28;

/**
 * The rows of a CSV file in UTF-8, its titles first; a byte-order mark is taken away.
 *
 * @param options.titles - those that must be found, by which the separator is known
 * @param options.hint - what to do about a file that cannot be read
 * @throws `table.unreadable`, which names the file, the row and what is wrong with it
 */
export async function readCsvFile(
  path: string,
  { titles, hint }: { readonly titles: readonly string[]; readonly hint: string },
): Promise<CsvRows> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes) throw new Error(`it has ${size} bytes, the most is ${mostBytes}`);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
    return parseCsv(text, titles);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const isText = code !== "ERR_ENCODING_INVALID_ENCODED_DATA";
    const reason = isText ? (cause as Error).message : "it is not UTF-8 text";
    const message = `${path}: expected a CSV table: ${reason}`;
    throw new HeparError("table.unreadable", message, { file: path, hint, cause });
  }
}
