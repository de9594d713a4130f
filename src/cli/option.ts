import { HeparError } from "../core/index.ts";

/** One option of a command, as data: `parse` turns what was typed into its value, or refuses it. */
export interface Option<Value> {
  /** `<n>`, `<folder>`, …; absent for a flag. */
  readonly placeholder?: string;
  readonly description: string;
  readonly choices?: readonly string[];
  /** What it is when it is not given, as typed. */
  readonly fallback?: string;
  readonly required?: boolean;
  readonly parse: (text: string | undefined) => Value;
}

/** One argument of a command, by its place. */
export interface Argument<Value> {
  readonly description: string;
  /** Gets the word in its place, and all words from there on. */
  readonly parse: (text: string | undefined, words: readonly string[]) => Value;
  readonly optional?: boolean;
  /** Takes every word from its place on; only the last argument can. */
  readonly many?: boolean;
}

/** The values of a table of options or arguments. */
export type ValuesOf<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends {
    readonly parse: (text: string | undefined, words: readonly string[]) => infer Value;
  }
    ? Value
    : never;
};

/** Any option and any argument, whatever its value. */
export type OptionTable = { readonly [name: string]: Option<unknown> };
export type ArgumentTable = { readonly [name: string]: Argument<unknown> };

/** How an option is typed: `holdOut` is `--hold-out`. */
export const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** A flag: there or not. */
export const flag = (description: string): Option<boolean> => ({
  description,
  parse: (text) => text !== undefined,
});

/** Free text, undefined when not given. */
export const text = (placeholder: string, description: string): Option<string | undefined> => ({
  placeholder,
  description,
  parse: (typed) => typed,
});

/** Free text, with its value when not given. */
export const textOr = (
  fallback: string,
  { placeholder, description }: { readonly placeholder: string; readonly description: string },
): Option<string> => ({ placeholder, description, fallback, parse: (typed = fallback) => typed });

/** Words with commas between them, undefined when not given. */
export const wordList = (description: string): Option<readonly string[] | undefined> => ({
  placeholder: "<list>",
  description,
  parse(typed) {
    const words = typed?.split(",").map((part) => part.trim());
    if (words?.includes("")) throw refused(typed ?? "", "names with commas between them");
    return words;
  },
});

/** Text that must be given. */
export const requiredText = (placeholder: string, description: string): Option<string> => ({
  placeholder,
  description,
  required: true,
  parse: (typed) => typed ?? "",
});

/** One of a few words, undefined when not given. */
export const optionalChoice = <Word extends string>(
  words: readonly Word[],
  description: string,
): Option<Word | undefined> => ({
  placeholder: "<name>",
  description,
  choices: words,
  parse: (typed) => (typed === undefined ? undefined : wordOf(words, typed)),
});

/** One of a few words. */
export function choice<Word extends string>(
  words: readonly Word[],
  { description, fallback }: { readonly description: string; readonly fallback: Word },
): Option<Word> {
  return {
    placeholder: "<name>",
    description,
    choices: words,
    fallback,
    parse: (typed = fallback) => wordOf(words, typed),
  };
}

function wordOf<Word extends string>(words: readonly Word[], typed: string): Word {
  const word = words.find((candidate) => candidate === typed);
  if (word !== undefined) return word;
  throw refused(typed, `one of ${words.join(", ")}`);
}

interface Bounds {
  readonly description: string;
  readonly from: number;
  readonly to?: number;
}

/** A whole number within bounds, undefined when not given. */
export const whole = (bounds: Bounds): Option<number | undefined> => ({
  placeholder: "<n>",
  description: bounds.description,
  parse: (typed) => (typed === undefined ? undefined : wholeWithin(typed, bounds)),
});

/** A whole number within bounds, with its value when not given. */
export const wholeOr = (fallback: number, bounds: Bounds): Option<number> => ({
  placeholder: "<n>",
  description: bounds.description,
  fallback: String(fallback),
  parse: (typed = String(fallback)) => wholeWithin(typed, bounds),
});

/** A whole number within bounds, or the word `all`; undefined when not given. */
export const wholeOrAll = (bounds: Bounds): Option<number | "all" | undefined> => ({
  placeholder: "<n>",
  description: bounds.description,
  parse: (typed) => (typed === undefined || typed === "all" ? typed : wholeWithin(typed, bounds)),
});

/** Whole numbers with commas between them, undefined when not given. */
export const wholeList = (bounds: Bounds): Option<readonly number[] | undefined> => ({
  placeholder: "<list>",
  description: bounds.description,
  parse: (typed) => typed?.split(",").map((part) => wholeWithin(part.trim(), bounds)),
});

/** A number above 0, undefined when not given. */
export const positive = (description: string): Option<number | undefined> => ({
  placeholder: "<x>",
  description,
  parse(typed) {
    if (typed === undefined) return undefined;
    const value = Number(typed);
    if (value > 0 && Number.isFinite(value)) return value;
    throw refused(typed, "a number above 0");
  },
});

/** A number between 0 and 1, undefined when not given. */
export const share = (description: string): Option<number | undefined> => ({
  placeholder: "<x>",
  description,
  parse(typed) {
    if (typed === undefined) return undefined;
    const value = Number(typed);
    if (value > 0 && value < 1) return value;
    throw refused(typed, "a number between 0 and 1");
  },
});

/** An argument that must be given. */
export const argument = (description: string): Argument<string> => ({
  description,
  parse: (typed) => typed ?? "",
});

/** As many arguments as there are, at least one. */
export const manyArguments = (description: string): Argument<readonly string[]> => ({
  description,
  many: true,
  parse: (_first, words) => words,
});

function wholeWithin(typed: string, { from, to = Number.MAX_SAFE_INTEGER }: Bounds): number {
  const value = Number(typed);
  if (/^\d+$/.test(typed) && value >= from && value <= to) return value;
  const range = to === Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`;
  throw refused(typed, `a whole number ${range}`);
}

const refused = (typed: string, expected: string): HeparError =>
  new HeparError("usage.argument", `expected ${expected}, got "${typed}"`);
