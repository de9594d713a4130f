import { english } from "./messages/english.ts";
import { englishReports } from "./messages/english-reports.ts";
import { french } from "./messages/french.ts";
import { frenchReports } from "./messages/french-reports.ts";
import type { Messages, ReportMessages } from "./messages/messages.ts";
import { type Numbers, numbersOf } from "./numbers.ts";

/** Every text of a language. */
type Words = Messages & ReportMessages;

/** One row a language: a third is its messages and one row here. */
const catalogues = {
  en: {
    locale: "en-GB",
    messages: (n: Numbers): Words => ({ ...english(n), ...englishReports(n) }),
  },
  fr: { locale: "fr", messages: (n: Numbers): Words => ({ ...french(n), ...frenchReports(n) }) },
};

export type LanguageTag = keyof typeof catalogues;

/** The languages a report can be written in. */
export const languageTags = Object.keys(catalogues) as readonly LanguageTag[];

/** What a report needs to speak a language. */
export interface Language {
  readonly tag: LanguageTag;
  readonly say: Words;
  readonly numbers: Numbers;
}

/** The messages and numbers of a language. */
export function languageOf(tag: LanguageTag): Language {
  const { locale, messages } = catalogues[tag];
  const numbers = numbersOf(locale);
  return { tag, say: messages(numbers), numbers };
}
