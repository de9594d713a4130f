import { parseWarnings } from "../catalog/index.ts";
import {
  type Block,
  type Column,
  type KeyFigure,
  nameOf,
  note,
  paragraph,
  type ReportDocument,
  type Section,
  type Text,
  table,
  verbatim,
} from "./document/document.ts";
import { type Language, type LanguageTag, languageOf } from "./language.ts";
import { frameOf } from "./page.ts";
import type { PatientContent } from "./patient-content.ts";
import { shortWarning, warningMeaning } from "./sections/failures.ts";
import { patientDetails } from "./sections/patient-details.ts";
import { patientFindings } from "./sections/patient-findings.ts";
import { lesionTable } from "./sections/patient-lesions.ts";
import { patientPictures } from "./sections/patient-pictures.ts";

/** Lesions in the first table; all are in that of the details. */
const firstLesions = 10;

/** The report of one patient: findings, sizes and pictures first, then details. */
export function patientDocument(
  content: PatientContent,
  { language: tag }: { readonly language: LanguageTag },
): ReportDocument {
  const language = languageOf(tag);
  const { say, numbers } = language;
  const words = say.patient;
  const { row, run, lesions, back } = content;
  const sections: readonly Section[] = [
    {
      id: "found",
      title: words.found.title,
      blocks: [...keyFigures(content, language), ...patientFindings(content, language)],
    },
    {
      id: "lesions",
      title: words.lesions.title,
      blocks:
        row.has_tumour === null
          ? [paragraph(words.found.noMask)]
          : [
              lesionTable({ ...content, lesions: lesions.slice(0, firstLesions) }, language),
              ...(lesions.length > firstLesions
                ? [note(words.lesions.rest(lesions.length - firstLesions))]
                : []),
            ],
    },
    { id: "pictures", title: words.pictures.title, blocks: patientPictures(content, language) },
    { id: "sure", title: words.sure.title, blocks: certainty(content, language) },
    { id: "warnings", title: words.warnings.title, blocks: warnings(content, language) },
    { id: "visits", title: words.visits.title, blocks: visits(content, language) },
    {
      id: "details",
      title: words.details.title,
      blocks: patientDetails(content, language),
    },
  ];
  const links: Block[] =
    back === null ? [] : [{ kind: "links", links: [{ target: back, text: words.back }] }];
  return {
    language: tag,
    title: words.title(row.case),
    made: [
      say.page.made(numbers.moment(run.when), run.heparVersion),
      [words.scanFile, " ", nameOf(row.scan_name)],
      ...(row.mask_name === null ? [] : [[words.maskFile, " ", nameOf(row.mask_name)]]),
      ...(row.visit === null ? [] : [[words.visit, " ", nameOf(row.visit)]]),
    ],
    ...frameOf(language, run),
    sections: sections.map((section, index) =>
      index === 0 ? { ...section, blocks: [...section.blocks, ...links] } : section,
    ),
  };
}

function keyFigures({ row }: PatientContent, { say, numbers }: Language): Block[] {
  const words = say.patient.keys;
  if (row.has_tumour === null) return [];
  const measured = (
    value: number | null,
    write: (value: number) => string,
    label: string,
  ): KeyFigure[] => (value === null ? [] : [{ value: write(value), label }]);
  return [
    {
      kind: "keyFigures",
      items: [
        ...measured(row.lesion_count, numbers.whole, words.lesions),
        ...measured(row.longest_axial_diameter_mm, numbers.mm, words.longest),
        ...measured(row.tumour_ml, numbers.ml, words.tumour),
        ...measured(row.tumour_percent_of_liver, numbers.percent, words.burden),
        ...measured(row.liver_ml, numbers.ml, words.liver),
      ],
    },
  ];
}

function certainty({ row, mask, score }: PatientContent, { say, numbers }: Language): Block[] {
  const words = say.patient.sure;
  if (row.has_tumour === null) return [paragraph(words.resolution)];
  const dice = (value: number | null): string =>
    value === null ? say.scores.undefined : numbers.dice(value);
  const ofNetwork = (): string[] => {
    if (mask.kind === "given") return [words.drawn];
    const { summary } = mask;
    return [
      mask.lesions === null ? words.predicted : words.calibrated,
      summary === null || !summary.unseen
        ? words.unscored
        : words.scored(
            dice(summary.liver.dicePerCase),
            dice(summary.tumour.dicePerCase),
            words.cases(summary.cases),
          ),
    ];
  };
  const scored =
    score === null || score.status === "missing"
      ? []
      : [words.thisCase(dice(score.liver_dice), dice(score.tumour_dice))];
  return [paragraph(ofNetwork().join(" ")), ...scored.map(paragraph), paragraph(words.resolution)];
}

function warnings({ row, mask }: PatientContent, language: Language): Block[] {
  const found = [...parseWarnings(row.warnings)];
  // Of the prediction what the files' findings do not say already.
  const told = new Set(found.map(({ code }) => code));
  const predicted =
    mask.kind === "given" ? [] : mask.warnings.filter(({ code }) => !told.has(code));
  const known: Readonly<Record<string, unknown>> = language.say.warnings;
  if (found.length + predicted.length === 0) return [paragraph(language.say.patient.warnings.none)];
  const ofFiles = found.map(({ code, detail }): Block => {
    const text: Text = [
      warningMeaning(code, language),
      ...(detail === "" ? [] : [" ", verbatim(`(${detail})`)]),
    ];
    return { kind: "warning", title: shortWarning(code, language), text };
  });
  const ofMask = predicted.map(({ code, message }): Block => {
    const text = Object.hasOwn(known, code) ? warningMeaning(code, language) : verbatim(message);
    return { kind: "warning", title: shortWarning(code, language), text };
  });
  return [...ofFiles, ...ofMask];
}

function visits(content: PatientContent, { say, numbers }: Language): Block[] {
  const words = say.patient.visits;
  const { row, visits: others } = content;
  if (others.length === 0) return [paragraph(words.none)];
  const amount = (value: number | null): string =>
    value === null ? say.words.unknown : numbers.amount(value);
  type Visit = PatientContent["row"];
  const columns: readonly Column<Visit>[] = [
    {
      head: words.visit,
      cell: (visit) => [
        nameOf(visit.visit ?? visit.case),
        ...(visit.case === row.case ? [` ${words.here}`] : []),
      ],
    },
    { head: say.catalogue.lesions, number: true, cell: (visit) => amount(visit.lesion_count) },
    { head: say.catalogue.tumourMl, number: true, cell: (visit) => amount(visit.tumour_ml) },
    { head: say.catalogue.liverMl, number: true, cell: (visit) => amount(visit.liver_ml) },
  ];
  return [
    paragraph(words.intro),
    table({ caption: words.caption, captionHidden: true, columns, rows: [row, ...others] }),
  ];
}
