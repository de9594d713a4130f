import type { english } from "./english.ts";

/**
 * Every text of a report. English is the pattern: another language is a function of this type, and
 * does not compile while a text is missing.
 */
export type Messages = ReturnType<typeof english>;
