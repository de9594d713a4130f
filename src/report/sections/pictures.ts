import type { Picture, PictureRow, ReportContent } from "../content.ts";
import { type Html, html } from "../html.ts";
import type { Language } from "../language.ts";
import { agreementColours, labelColours } from "../overlay.ts";
import { nameOf } from "./table.ts";

/** Original, mask, preprocessed, prediction and difference, side by side, a row a case. */
export function picturesSection({ pictures }: ReportContent, language: Language): Html {
  const words = language.say.pictures;
  const { rows, candidates, from, orientation } = pictures;
  if (rows.length === 0) return html`<p>${words.none}</p>`;
  const chosenFrom = {
    "held-out": words.heldOut,
    predicted: words.predicted,
    sample: words.sample,
  };
  const chosen = chosenFrom[from](rows.length, candidates);
  const has = (kind: Picture["kind"]): boolean =>
    rows.some((row) => row.pictures.some((picture) => picture.kind === kind));
  const few = rows.every((row) => row.pictures.length <= 3);
  return html`<p>${chosen} ${words.view[orientation]}${has("agreement") ? ` ${words.agreementText}` : null}</p>
${legend(language, { masks: has("mask") || has("prediction"), agreement: has("agreement") })}
<div${few ? null : html` class="wide"`}>${rows.map((row) => pictureRow(row, { language, few, predicted: has("prediction") }))}</div>`;
}

function legend(
  { say }: Language,
  { masks, agreement }: { readonly masks: boolean; readonly agreement: boolean },
): Html {
  const words = say.pictures;
  const keys: readonly (readonly [string, string])[] = [
    ...(masks
      ? ([
          [labelColours.liver, say.words.liver],
          [labelColours.tumour, say.words.tumour],
        ] as const)
      : []),
    ...(agreement
      ? ([
          [agreementColours.agree, words.agree],
          [agreementColours.missed, words.missed],
          [agreementColours.invented, words.invented],
        ] as const)
      : []),
  ];
  if (keys.length === 0) return html``;
  return html`<ul class="legend">${keys.map(
    ([colour, text]) => html`<li><i style="background:${colour}"></i>${text}</li>`,
  )}</ul>`;
}

function pictureRow(
  row: PictureRow,
  options: { readonly language: Language; readonly few: boolean; readonly predicted: boolean },
): Html {
  const { say } = options.language;
  const absent =
    options.predicted && !row.pictures.some((picture) => picture.kind === "prediction")
      ? `, ${say.figures.cases.missing}`
      : null;
  const words = say.pictures;
  return html`<figure class="pictures">
<figcaption><strong>${nameOf(row.case)}</strong>, ${words.slice(row.slice)} (${words.chosenBy[row.chosenBy]})${absent}</figcaption>
<div class="strip${options.few ? " few" : null}">${row.pictures.map((picture) => {
    const kind = words.kinds[picture.kind];
    const alt = words.alt(kind, words.about[picture.kind], row.case, row.slice);
    return html`<div><img src="${picture.source}" width="${String(picture.width)}" height="${String(picture.height)}" alt="${alt}"><span>${kind}</span></div>`;
  })}</div>
</figure>
`;
}
