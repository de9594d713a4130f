import { findingRules, isFindingCode } from "./check/rules.ts";
import type { CatalogRow } from "./row.ts";

/** One warning about a case. A table of a newer hepar may hold codes that this one does not know. */
export interface Warning<Code extends string = string> {
  readonly code: Code;
  /** Numbers or names that belong to it; empty when there are none. */
  readonly detail: string;
}

/** A warning in English; one of unknown code as it stands in the table. */
export const describeWarning = ({ code, detail }: Warning): string =>
  isFindingCode(code) ? findingRules[code].means(detail) : `${code} ${detail}`.trim();

/** The warnings of a table's cell; [] for an empty one. */
export function parseWarnings(text: string | null): readonly Warning[] {
  return (text ?? "")
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const space = part.indexOf(" ");
      return space < 0
        ? { code: part, detail: "" }
        : { code: part.slice(0, space), detail: part.slice(space + 1) };
    });
}

/** Warnings as a table's cell holds them: `spacing-unknown; labels-unexpected 3:120`. */
export const formatWarnings = (warnings: readonly Warning[]): string =>
  warnings.map(({ code, detail }) => `${code} ${detail.replaceAll(";", ",")}`.trim()).join("; ");

/** Codes that come of comparing cases, and are said anew whenever the cases are others. */
const comparing = new Set(["duplicate-of", "mask-duplicate-of"]);

/**
 * The rows, where scans of equal content share a patient: each but the first (in the order given)
 * is warned `duplicate-of` it and takes its patient, with all its other visits, so that no split puts
 * one scan, or one patient, on both sides.
 * One mask for two different scans is warned about too (`mask-duplicate-of`); empty masks are alike
 * without being wrong. What an earlier call said is said anew. Scans that could not be read are left
 * as they are.
 */
export function linkDuplicates<Row extends CatalogRow>(rows: readonly Row[]): Row[] {
  const scans = new Map<string, Row>();
  const masks = new Map<string, Row>();
  /** Patients who turned out to be another: that one. */
  const others = new Map<string, string>();
  const patientOf = (patient: string): string => {
    const other = others.get(patient);
    return other === undefined ? patient : patientOf(other);
  };
  const linked = rows.map((row) => {
    const warnings = parseWarnings(row.warnings);
    const own = warnings.filter(({ code }) => !comparing.has(code));
    const wasLinked = warnings.some(({ code }) => code === "duplicate-of");
    const isEmpty = own.some(({ code }) => code === "mask-empty");
    const alone = wasLinked ? { ...row, patient: row.case } : row;
    const scan = firstOf(scans, row.voxels_sha256, alone);
    const mask = isEmpty ? undefined : firstOf(masks, row.mask_voxels_sha256, alone);
    const found = [
      ...(scan === undefined ? [] : [{ code: "duplicate-of", detail: scan.case }]),
      ...(mask === undefined || scan !== undefined
        ? []
        : [{ code: "mask-duplicate-of", detail: mask.case }]),
    ];
    if (scan !== undefined) {
      const [patient, same] = [alone, scan].map((each) => patientOf(each.patient));
      if (patient !== same) others.set(patient, same);
    }
    if (found.length === 0 && own.length === warnings.length) return row;
    return { ...alone, warnings: formatWarnings([...own, ...found]) };
  });
  return linked.map((row) => {
    const patient = patientOf(row.patient);
    return patient === row.patient ? row : { ...row, patient };
  });
}

/** The first row of that content, if it came before; else this one becomes it. */
function firstOf<Row>(firsts: Map<string, Row>, content: string | null, row: Row): Row | undefined {
  if (content === null || content === undefined) return undefined;
  const first = firsts.get(content);
  if (first === undefined) firsts.set(content, row);
  return first;
}
