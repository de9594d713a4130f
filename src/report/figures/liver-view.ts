import { type Html, html } from "../html.ts";
import type { Language } from "../language.ts";
import { labelColours } from "../overlay.ts";
import { type Figure, keyHeight } from "./drawing.ts";
import { palette } from "./palette.ts";
import { drawPicture, image, label, px } from "./picture.ts";
import type { ViewName } from "./solid/scene.ts";

/** A scene from one side. */
export interface RenderedView {
  readonly view: ViewName;
  /** PNG data URI, square, clear where there is nothing. */
  readonly source: string;
  /** Where the largest lesions are seen: shares of the picture's side, from the upper left. */
  readonly marks: readonly LesionMark[];
}

export interface LesionMark {
  readonly lesion: number;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface LiverView {
  readonly case: string;
  /** Including its tumours; null when there is none, or the spacing is unknown. */
  readonly liverMl: number | null;
  readonly hasLiver: boolean;
  readonly spacingKnown: boolean;
  readonly lesionCount: number;
  readonly largestMl: number | null;
  readonly views: readonly RenderedView[];
}

/** What lies at the left, right, top and bottom of each view. */
const ends: Readonly<Record<ViewName, readonly [Letter, Letter, Letter, Letter]>> = {
  anterior: ["R", "L", "S", "I"],
  left: ["A", "P", "S", "I"],
  inferior: ["R", "L", "A", "P"],
};
type Letter = "R" | "L" | "A" | "P" | "S" | "I";

const side = 320;
const gap = 24;

/** The liver as glass with its lesions in it, from several sides, with the patient's directions. */
export function liverView(liver: LiverView, language: Language): Figure {
  const { say, numbers } = language;
  const words = say.drawings.solid;
  const volume = liver.liverMl === null ? null : numbers.ml(liver.liverMl);
  const top = 2 * keyHeight;
  return drawPicture({
    id: "liver-3d",
    title: words.title,
    text: [
      liver.hasLiver
        ? words.text(liver.case, volume, liver.lesionCount)
        : words.noLiver(liver.case),
      liver.largestMl === null ? "" : words.largest(numbers.ml(liver.largestMl)),
      liver.spacingKnown ? "" : words.noSpacing,
      words.smoothed,
    ].join(""),
    width: liver.views.length * (side + gap) - gap,
    height: top + side + 26,
    keys: [
      { text: words.liver, colour: labelColours.liver, shape: "square" },
      { text: words.lesion, colour: labelColours.tumour, shape: "circle" },
    ],
    body: [
      label(liver.case, { x: 0, y: keyHeight + 14, weight: 600 }),
      liver.views.map(({ view, source, marks }, index) => {
        const x = index * (side + gap);
        const [left, right, up, down] = ends[view].map((letter) => words.letters[letter]);
        const middle = { x: side / 2, anchor: "middle", colour: palette.muted } as const;
        return html`<g transform="translate(${px(x)},${px(top)})"><rect width="${px(side)}" height="${px(side)}" fill="none" stroke="${palette.grid}"/>${[
          image(source, { x: 0, y: 0, width: side, height: side }),
          marks.map((mark) => lesionNumber(numbers.whole(mark.lesion), mark)),
          label(left, { x: 6, y: side / 2 + 4, colour: palette.muted }),
          label(right, { x: side - 6, y: side / 2 + 4, anchor: "end", colour: palette.muted }),
          label(up, { ...middle, y: 15 }),
          label(down, { ...middle, y: side - 6 }),
          label(words.views[view], { x: side / 2, y: side + 18, anchor: "middle" }),
        ]}</g>`;
      }),
    ],
  });
}

/** On a lesion, or beside one that it would hide. */
function lesionNumber(text: string, { x, y, radius }: LesionMark): Html {
  const look = { weight: 700, colour: "#ffffff", halo: true } as const;
  return radius * side > 14
    ? label(text, { x: x * side, y: y * side + 4, anchor: "middle", ...look })
    : label(text, { x: (x + radius) * side + 3, y: y * side + 4, ...look });
}
