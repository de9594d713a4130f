import { type Block, code, heading, note, type Text } from "../document/document.ts";
import type { Language } from "../language.ts";
import type { PatientContent } from "../patient-content.ts";
import { recordOf } from "./limits.ts";
import { lesionTable } from "./patient-lesions.ts";

/** The scan, all lesions where the first table had no room, how it was measured, and the record. */
export function patientDetails(content: PatientContent, language: Language): Block[] {
  const words = language.say.patient.details;
  const { run, lesions } = content;
  return [
    heading(3, words.scan),
    { kind: "facts", facts: scanFacts(content, language) },
    ...(lesions.length > 10 ? [lesionTable(content, language)] : []),
    note(words.method),
    heading(3, words.record),
    ...recordOf(run, language),
    ...hashes(content, language),
  ];
}

function scanFacts(
  { row }: PatientContent,
  { say, numbers }: Language,
): { readonly name: string; readonly value: Text }[] {
  const words = say.patient.details;
  const { width, height, depth, spacing_x_mm: x, spacing_y_mm: y, spacing_z_mm: z } = row;
  const times = (values: readonly (number | null)[], write: (value: number) => string): string =>
    values.every((value) => value !== null)
      ? values.map((value) => write(value ?? 0)).join("\u00A0×\u00A0")
      : say.words.unknown;
  const hu = (mean: number | null, sd: number | null, median: number | null): string =>
    mean === null || sd === null || median === null
      ? say.words.unknown
      : words.meanSd(numbers.whole(mean), numbers.whole(sd), numbers.whole(median));
  return [
    { name: words.size, value: times([width, height, depth], numbers.whole) },
    {
      name: words.spacing,
      value:
        x === null
          ? say.words.unknown
          : `${times([x, y, z], (value) => numbers.significant(value, 3))}\u00A0mm`,
    },
    { name: words.orientation, value: row.orientation ?? say.words.unknown },
    { name: words.liverHu, value: hu(row.liver_mean_hu, row.liver_sd_hu, row.liver_median_hu) },
    {
      name: words.tumourHu,
      value:
        row.has_tumour === false
          ? say.words.none
          : hu(row.tumour_mean_hu, row.tumour_sd_hu, row.tumour_median_hu),
    },
  ];
}

function hashes({ row }: PatientContent, { say }: Language): Block[] {
  const words = say.patient.details;
  const [scan, mask] = row.sha256.split(" ");
  if (scan === undefined || scan === "") return [];
  return [
    heading(4, words.hashes),
    {
      kind: "facts",
      facts: [
        { name: words.scanHash, value: code(scan) },
        ...(mask === undefined ? [] : [{ name: words.maskHash, value: code(mask) }]),
      ],
    },
  ];
}
