import type { ColumnType } from "./columns.ts";

/** What a row holds in a column of each type; null may stand in any of them. */
export type Cell = string | number | boolean | null;

/**
 * Text as it may stand in a CSV that a spreadsheet opens: what would be taken for a formula (it
 * starts with `=`, `+`, `-`, `@`, a tab or a line break) gets an apostrophe in front, as does text
 * that has one there already, so that `plainText` gives back exactly what was written.
 *
 * @see OWASP, CSV Injection
 */
export const spreadsheetSafe = (text: string): string =>
  /^'*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;

/** The text that `spreadsheetSafe` was given. */
export const plainText = (text: string): string =>
  /^'+[=+\-@\t\r\n＝＋－＠]/.test(text) ? text.slice(1) : text;

/**
 * Readers of a stored value, by column type: from Parquet's own types (whole numbers come as
 * bigint) or from CSV text. `undefined` when the value is not of that type, or a whole number too
 * large to be held exactly.
 */
export const readCell: { readonly [Type in ColumnType]: (stored: unknown) => Cell | undefined } = {
  text: (stored) => (typeof stored === "string" ? stored : undefined),
  whole: (stored) => {
    if (typeof stored === "string" && !/^[+-]?\d+(\.0+)?$/.test(stored)) return undefined;
    if (typeof stored === "boolean") return undefined;
    const value = Number(stored);
    if (!Number.isInteger(value)) return undefined;
    return typeof stored === "bigint" && BigInt(value) !== stored ? undefined : value;
  },
  number: (stored) => {
    if (typeof stored === "number") return stored;
    if (typeof stored === "bigint") return Number(stored);
    if (typeof stored !== "string") return undefined;
    const special = specialNumbers.get(stored.toLowerCase());
    if (special !== undefined) return special;
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(stored) ? Number(stored) : undefined;
  },
  "yes-no": (stored) => {
    if (typeof stored === "boolean") return stored;
    if (typeof stored !== "string") return undefined;
    return ({ true: true, false: false } as Record<string, boolean>)[stored.toLowerCase()];
  },
};

const specialNumbers: ReadonlyMap<string, number> = new Map([
  ["nan", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
]);
