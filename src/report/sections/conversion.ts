import type { ReportContent } from "../content.ts";
import { type Block, paragraph } from "../document/document.ts";
import type { Language } from "../language.ts";
import { factList } from "./facts.ts";

/** What the scans became before a network saw them. */
export function conversionSection({ conversion }: ReportContent, language: Language): Block[] {
  const { say, numbers } = language;
  const words = say.conversion;
  if (conversion === null || conversion === undefined || conversion.images === 0) {
    return [paragraph(words.none)];
  }
  const { images, cases, masks, withTumour, withLiver, size, orientation, formats } = conversion;
  return [
    paragraph(
      [
        words.counted(images, cases),
        ...(masks === 0 ? [] : [words.withTumour(withTumour, withLiver, masks)]),
      ].join(" "),
    ),
    factList(
      [
        [words.size, size === null ? words.several : size.map(numbers.whole).join("\u00A0×\u00A0")],
        [words.orientation, words.orientations[orientation]],
        [words.format, formats.join(", ")],
      ],
      language,
    ),
  ];
}
