import { html } from "../html.ts";
import type { Language } from "../language.ts";
import {
  agreementKeys,
  differences,
  hatchesOf,
  type JudgedSlice,
  type Structure,
} from "./agreement.ts";
import { type Figure, keyHeight } from "./drawing.ts";
import { palette } from "./palette.ts";
import { drawPicture, image, label, px } from "./picture.ts";

/** A case with its score and the slice to show. */
export interface ExtremeCase {
  readonly slice: JudgedSlice;
  /** Of the whole scan. */
  readonly dice: number;
}

/** The best and the worst cases by one structure's Dice; no case is in both. */
export interface Extremes {
  readonly structure: Structure;
  /** Best first. */
  readonly best: readonly ExtremeCase[];
  /** Worst first. */
  readonly worst: readonly ExtremeCase[];
}

const side = 240;
const gap = 12;
const captionHeight = 44;
const id = "best-and-worst";

/** The best cases in a row and the worst below them, each with agreement and differences. */
export function bestAndWorst({ structure, best, worst }: Extremes, language: Language): Figure {
  const { say, numbers } = language;
  const words = say.drawings.extremes;
  const all = [...best, ...worst];
  const height = Math.max(...all.map(({ slice }) => side / slice.aspect));
  const columns = Math.max(best.length, worst.length);
  const listed = (cases: readonly ExtremeCase[]): string =>
    numbers.list(cases.map(({ slice, dice }) => words.one(slice.case, numbers.dice(dice))));
  const rows = [
    { cases: best, name: words.best },
    { cases: worst, name: words.worst },
  ].filter(({ cases }) => cases.length > 0);
  return drawPicture({
    id,
    title: words.title,
    text: words.text(
      say.words[structure].toLocaleLowerCase(language.tag),
      listed(best) || say.words.none,
      listed(worst) || say.words.none,
    ),
    width: Math.max(360, columns * (side + gap) - gap),
    height: keyHeight + rows.length * (height + captionHeight),
    keys: agreementKeys(id, language),
    defs: hatchesOf(id),
    body: rows.map(({ cases, name }, row) =>
      cases.map(({ slice, dice }, column) => {
        const x = column * (side + gap);
        const y = keyHeight + row * (height + captionHeight);
        const ownHeight = side / slice.aspect;
        return [
          image(slice.original, { x, y, width: side, height: ownHeight }),
          html`<g transform="translate(${px(x)},${px(y)})">${differences(slice, { structure, id, width: side })}</g>`,
          label(slice.case, { x, y: y + height + 15, weight: 600 }),
          label(name, { x: x + side, y: y + height + 15, anchor: "end", colour: palette.muted }),
          label(
            `${words.dice(say.words[structure], `Dice ${numbers.dice(dice)}`)}, ${say.pictures.slice(slice.slice)}`,
            {
              x,
              y: y + height + 31,
            },
          ),
        ];
      }),
    ),
  });
}
