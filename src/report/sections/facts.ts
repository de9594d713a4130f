import type { Block } from "../document/document.ts";
import type { Language } from "../language.ts";

/** A value of a record. */
export type Fact = string | number | boolean | null;

/** Names and values, one a line; numbers in the language's own writing. */
export const factList = (
  facts: readonly (readonly [name: string, value: Fact])[],
  language: Language,
): Block => ({
  kind: "facts",
  facts: facts.map(([name, value]) => ({ name, value: factText(value, language) })),
});

function factText(value: Fact, { say, numbers }: Language): string {
  if (value === null) return say.words.none;
  if (typeof value === "boolean") return value ? say.words.yes : say.words.no;
  return typeof value === "number" ? numbers.significant(value, 12) : value;
}
