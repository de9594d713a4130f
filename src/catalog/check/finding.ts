import type { FindingCode } from "./rules.ts";

/** One finding about a file; what it means stands in the table of rules. */
export interface Finding {
  readonly code: FindingCode;
  /** What was found, in numbers or names; empty where the code says it all. */
  readonly detail: string;
  /** Another field than the rule's. */
  readonly field?: string;
  /** Something more exact than the rule's. */
  readonly expected?: string;
  /** Something more exact than the rule's. */
  readonly advice?: string;
}

/** The finding, if there is something to find. */
export const when = (
  yes: boolean,
  code: FindingCode,
  detail: Finding["detail"] = "",
): readonly Finding[] => (yes ? [{ code, detail }] : []);
