import { type Html, html } from "../html.ts";
import type { Language } from "../language.ts";

/** A value of a record. */
export type Fact = string | number | boolean | null;

/** Names and values, one a line; numbers in the language's own writing. */
export const factList = (
  facts: readonly (readonly [name: string, value: Fact])[],
  language: Language,
): Html =>
  html`<dl class="facts">${facts.map(
    ([name, value]) => html`<dt>${name}</dt><dd>${factText(value, language)}</dd>\n`,
  )}</dl>`;

function factText(value: Fact, { say, numbers }: Language): string {
  if (value === null) return say.words.none;
  if (typeof value === "boolean") return value ? say.words.yes : say.words.no;
  return typeof value === "number" ? numbers.significant(value, 12) : value;
}
