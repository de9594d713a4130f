import { fileRules } from "./file-rules.ts";
import { geometryRules } from "./geometry-rules.ts";
import { intensityRules } from "./intensity-rules.ts";
import { labelRules } from "./label-rules.ts";
import type { Rule } from "./rule.ts";

const table = { ...fileRules, ...geometryRules, ...intensityRules, ...labelRules } as const;

/** Everything that a file, a case or a folder may be told to have. */
export type FindingCode = keyof typeof table;

/** The one table of findings: what `hepar check` reports and the catalogue warns of. */
export const findingRules: { readonly [Code in FindingCode]: Rule } = table;

export const isFindingCode = (code: string): code is FindingCode =>
  Object.hasOwn(findingRules, code);

/** Whether the catalogue's `warnings` column keeps such findings. */
export const isWarning = (code: FindingCode): boolean =>
  findingRules[code].severity !== "note" || findingRules[code].inCatalogue === true;
