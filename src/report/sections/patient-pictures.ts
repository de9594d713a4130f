import type { LesionRow } from "../../study/index.ts";
import { type Block, note, paragraph, strong } from "../document/document.ts";
import type { Language } from "../language.ts";
import type { LesionView, PatientContent, PlainView } from "../patient-content.ts";
import { sizeText } from "./patient-findings.ts";
import { legendOf, pictureRow } from "./pictures.ts";

/** Each lesion cut out with its diameters and on its whole slice; without lesions one slice. */
export function patientPictures(content: PatientContent, language: Language): Block[] {
  const words = language.say.patient.pictures;
  const { views, plain, lesions, compared } = content;
  const prediction =
    compared === null
      ? []
      : [
          paragraph(language.say.pictures.agreementText),
          ...legendOf(language, { masks: false, agreement: true }),
          pictureRow(compared, { language, across: 5, predicted: true }),
        ];
  if (views.length === 0) {
    return plain === null
      ? [paragraph(words.none)]
      : [...plainBlocks(plain, language), ...prediction];
  }
  const byNumber = new Map(lesions.map((lesion) => [lesion.lesion, lesion]));
  const left = lesions.length - views.length;
  return [
    paragraph(words.intro),
    ...legendOf(language, { masks: true, agreement: false }),
    {
      kind: "columns",
      columns: views.map((view) => [viewBlock(view, byNumber.get(view.lesion), language)]),
    },
    ...(left > 0 ? [note(words.more(left))] : []),
    ...prediction,
  ];
}

function viewBlock(
  { lesion: number, slice, cut, whole }: LesionView,
  lesion: LesionRow | undefined,
  language: Language,
): Block {
  const words = language.say.patient.pictures;
  const size = lesion === undefined ? "" : lesionSize(lesion, language);
  return {
    kind: "pictures",
    caption: [strong(words.caption(number, size)), `, ${words.slice(slice)}`],
    across: 2,
    pictures: [
      { ...cut, alt: words.cutAlt(number, slice, size), label: words.cut },
      { ...whole, alt: words.wholeAlt(slice), label: words.whole },
    ],
  };
}

/** Its two diameters; without them its size. */
function lesionSize(lesion: LesionRow, language: Language): string {
  const { numbers } = language;
  const { longest_axial_diameter_mm: longest, perpendicular_axial_diameter_mm: across } = lesion;
  return longest === null || across === null
    ? sizeText({ ml: lesion.volume_ml, voxels: lesion.voxels }, language)
    : `${numbers.fixed(longest, 1)} × ${numbers.mm(across)}`;
}

function plainBlocks({ slice, original, whole }: PlainView, language: Language): Block[] {
  const words = language.say.patient.pictures;
  return [
    ...(whole === null ? [] : [paragraph(words.plain)]),
    ...legendOf(language, { masks: whole !== null, agreement: false }),
    {
      kind: "pictures",
      caption: words.slice(slice),
      across: 2,
      pictures: [
        { ...original, alt: words.originalAlt(slice), label: words.original },
        ...(whole === null ? [] : [{ ...whole, alt: words.wholeAlt(slice), label: words.whole }]),
      ],
    },
  ];
}
