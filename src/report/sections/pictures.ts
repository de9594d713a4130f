import type { PictureRow, ReportContent } from "../content.ts";
import { type Block, type LegendKey, nameOf, paragraph } from "../document/document.ts";
import type { Language } from "../language.ts";
import { agreementColours, labelColours } from "../overlay.ts";

/** Original, mask, preprocessed, prediction and difference, side by side, a row a case. */
export function picturesSection({ pictures }: ReportContent, language: Language): Block[] {
  const words = language.say.pictures;
  const { rows, candidates, from, orientation } = pictures;
  if (rows.length === 0) return [paragraph(words.none)];
  const chosenFrom = {
    "held-out": words.heldOut,
    predicted: words.predicted,
    sample: words.sample,
  };
  const chosen = `${chosenFrom[from](rows.length, candidates)} ${words.view[orientation]}`;
  const kinds = new Set(rows.flatMap((row) => row.pictures.map(({ kind }) => kind)));
  const agreement = kinds.has("agreement");
  const few = rows.every((row) => row.pictures.length <= 3);
  return [
    paragraph(agreement ? `${chosen} ${words.agreementText}` : chosen),
    ...legendOf(language, { masks: kinds.has("mask") || kinds.has("prediction"), agreement }),
    ...rows.map((row) =>
      pictureRow(row, { language, across: few ? 3 : 5, predicted: kinds.has("prediction") }),
    ),
  ];
}

/** What the colours over a CT mean; nothing where there are none. */
export function legendOf(
  { say }: Language,
  { masks, agreement }: { readonly masks: boolean; readonly agreement: boolean },
): Block[] {
  const words = say.pictures;
  const keys: readonly LegendKey[] = [
    ...(masks
      ? [
          { colour: labelColours.liver, text: say.words.liver },
          { colour: labelColours.tumour, text: say.words.tumour },
        ]
      : []),
    ...(agreement
      ? [
          { colour: agreementColours.agree, text: words.agree },
          { colour: agreementColours.missed, text: words.missed },
          { colour: agreementColours.invented, text: words.invented },
        ]
      : []),
  ];
  return keys.length === 0 ? [] : [{ kind: "legend", keys }];
}

/** The pictures of one slice, each named. */
export function pictureRow(
  row: PictureRow,
  options: { readonly language: Language; readonly across: number; readonly predicted: boolean },
): Block {
  const { say } = options.language;
  const absent =
    options.predicted && !row.pictures.some((picture) => picture.kind === "prediction")
      ? `, ${say.figures.cases.missing}`
      : "";
  const words = say.pictures;
  return {
    kind: "pictures",
    caption: [
      nameOf(row.case),
      `, ${words.slice(row.slice)} (${words.chosenBy[row.chosenBy]})${absent}`,
    ],
    across: options.across,
    pictures: row.pictures.map(({ kind, source, width, height }) => ({
      source,
      width,
      height,
      label: words.kinds[kind],
      alt: words.alt(words.kinds[kind], words.about[kind], row.case, row.slice),
    })),
  };
}
