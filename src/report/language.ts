import { english } from "./messages/english.ts";
import { french } from "./messages/french.ts";
import type { Messages } from "./messages/messages.ts";
import { type Numbers, numbersOf } from "./numbers.ts";

/** One row a language: a third is one file of messages and one row here. */
const catalogues = {
  en: { locale: "en-GB", messages: english },
  fr: { locale: "fr", messages: french },
};

export type LanguageTag = keyof typeof catalogues;

/** The languages a report can be written in. */
export const languageTags = Object.keys(catalogues) as readonly LanguageTag[];

/** What a report needs to speak a language. */
export interface Language {
  readonly tag: LanguageTag;
  readonly say: Messages;
  readonly numbers: Numbers;
}

/** The messages and numbers of a language. */
export function languageOf(tag: LanguageTag): Language {
  const { locale, messages } = catalogues[tag];
  const numbers = numbersOf(locale);
  return { tag, say: messages(numbers), numbers };
}
