import { parseLabelCounts } from "../../catalog/index.ts";
import type { StudiedRow } from "../../study/index.ts";
import { type Block, paragraph, verbatim } from "../document/document.ts";
import type { Language } from "../language.ts";
import type { PatientContent } from "../patient-content.ts";

/** RECIST 1.1's least longest diameter of a measurable lesion. */
const measurableMm = 10;

/** What was found, in sentences. */
export function patientFindings(content: PatientContent, language: Language): Block[] {
  const words = language.say.patient.found;
  const { row, mask } = content;
  if (row.problem !== null) return [paragraph([words.unusable, " ", verbatim(row.problem)])];
  if (row.has_tumour === null) return [paragraph(words.noMask)];
  const { liver, tumour } = voxelsOf(row);
  const known = row.spacing_x_mm === null ? [words.noSizes] : [];
  const found =
    liver === 0
      ? [words.nothing]
      : [
          words.liver(sizeText({ ml: row.liver_ml, voxels: liver }, language)),
          ...(tumour === 0 ? [words.noTumour] : tumourSentences(content, language)),
          ...known,
        ];
  return [
    paragraph(found.join(" ")),
    paragraph(mask.kind === "given" ? words.drawn : words.predicted(mask.model)),
  ];
}

function tumourSentences({ row, lesions }: PatientContent, language: Language): string[] {
  const { say, numbers } = language;
  const words = say.patient.found;
  const longest = lesions.reduce<(typeof lesions)[number] | null>(
    (most, lesion) =>
      (lesion.longest_axial_diameter_mm ?? 0) > (most?.longest_axial_diameter_mm ?? 0)
        ? lesion
        : most,
    null,
  );
  const measurable = lesions.filter(
    (lesion) => (lesion.longest_axial_diameter_mm ?? 0) >= measurableMm,
  ).length;
  const size = sizeText({ ml: row.tumour_ml, voxels: voxelsOf(row).tumour }, language);
  return [
    words.tumours(row.lesion_count ?? lesions.length, size),
    ...(row.tumour_percent_of_liver === null
      ? []
      : [words.burden(numbers.percent(row.tumour_percent_of_liver))]),
    ...(longest === null
      ? []
      : [
          words.largest(
            numbers.mm(longest.longest_axial_diameter_mm ?? 0),
            numbers.mm(longest.perpendicular_axial_diameter_mm ?? 0),
            longest.axial_slice ?? longest.slice,
          ),
          words.measurable(measurable),
        ]),
  ];
}

/** Voxels of the liver with its tumours, and of the tumours. */
export function voxelsOf({ labels }: StudiedRow): {
  readonly liver: number;
  readonly tumour: number;
} {
  const counts = parseLabelCounts(labels);
  const tumour = counts.get(2) ?? 0;
  return { liver: (counts.get(1) ?? 0) + tumour, tumour };
}

/** A size in mL; in voxels where millilitres are not known. */
export const sizeText = (
  { ml, voxels }: { readonly ml: number | null; readonly voxels: number },
  { say, numbers }: Language,
): string => (ml === null ? say.patient.found.voxels(voxels) : numbers.ml(ml));
