import type { english } from "./english.ts";
import type { englishReports } from "./english-reports.ts";

/**
 * The texts of a report on a cohort. English is the pattern: another language is a function of this
 * type, and does not compile while a text is missing.
 */
export type Messages = ReturnType<typeof english>;

/** Those of a report on one patient, likewise. */
export type ReportMessages = ReturnType<typeof englishReports>;
