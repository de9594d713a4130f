import type { CatalogRow } from "./row.ts";

/** Everything a case may be warned about, as a sentence in English. */
export const warningSentences = {
  "spacing-unknown": () =>
    "The file does not know its voxel spacing (1 × 1 × 1 and no position): no millimetres or millilitres are given.",
  "orientation-unknown": () =>
    "The header says nothing about left and right, front and back, head and feet: the usual order is assumed.",
  "single-slice": () => "The scan is one slice thick.",
  "intensities-not-hu": (range: string) =>
    `The scan holds ${range || "no values below 0"}: Hounsfield units of a CT go below 0, so these are something else.`,
  "intensities-cut": (range: string) =>
    `The scan holds ${range || "no air"} only: it was cut to a window (air is −1000 HU) or shows no air.`,
  "labels-unexpected": (counts: string) =>
    `The mask holds labels other than 0, 1 and 2 (label:voxels ${counts}): they are kept, but count as neither liver nor tumour.`,
  "mask-empty": () => "The mask marks neither liver nor tumour.",
  "tumour-without-liver": () => "The mask marks tumour (2) but no liver (1).",
  "affine-mismatch": (distance: string) =>
    `The headers place the mask ${distance || "more than half a voxel"} beside the scan: it is laid on the scan voxel by voxel.`,
  "geometry-one-sided": (which: string) =>
    `The ${which || "scan's or the mask's"} header gives no position, the other does: they are laid on each other voxel by voxel.`,
  "duplicate-of": (other: string) =>
    `The scan is, voxel for voxel, that of ${other}: the two count as one patient.`,
} as const satisfies Readonly<Record<string, (detail: string) => string>>;

export type WarningCode = keyof typeof warningSentences;

/** One warning about a case. A table of a newer hepar may hold codes that this one does not know. */
export interface Warning<Code extends string = string> {
  readonly code: Code;
  /** Numbers or names that belong to it; empty when there are none. */
  readonly detail: string;
}

export const isWarningCode = (code: string): code is WarningCode =>
  Object.hasOwn(warningSentences, code);

/** A warning in English; one of unknown code as it stands in the table. */
export const describeWarning = ({ code, detail }: Warning): string =>
  isWarningCode(code) ? warningSentences[code](detail) : `${code} ${detail}`.trim();

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

/**
 * The rows, where scans of equal content share a patient: each but the first (in the order given)
 * is warned `duplicate-of` it and takes its patient, so that no split puts one scan on both sides.
 * What an earlier call said is said anew. Scans that could not be read are left as they are.
 */
export function linkDuplicates<Row extends CatalogRow>(rows: readonly Row[]): Row[] {
  const firsts = new Map<string, Row>();
  return rows.map((row) => {
    const warnings = parseWarnings(row.warnings);
    const others = warnings.filter(({ code }) => code !== "duplicate-of");
    const own =
      others.length === warnings.length
        ? row
        : { ...row, patient: row.case, warnings: formatWarnings(others) };
    const content = row.voxels_sha256;
    if (content === null) return own;
    const first = firsts.get(content);
    if (first === undefined) {
      firsts.set(content, own);
      return own;
    }
    return {
      ...own,
      patient: first.patient,
      warnings: formatWarnings([...others, { code: "duplicate-of", detail: first.case }]),
    };
  });
}
