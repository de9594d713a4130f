import type { Language } from "../language.ts";
import { labelColours } from "../overlay.ts";
import { type Figure, keyHeight } from "./drawing.ts";
import { drawPicture, image, label } from "./picture.ts";

/** One slice as two pictures. */
export interface OriginalAndMask {
  readonly case: string;
  readonly slice: number;
  /** PNG data URIs. */
  readonly original: string;
  readonly mask: string;
  /** Width ÷ height, in the patient. */
  readonly aspect: number;
}

const side = 300;
const gap = 12;
const captionHeight = 26;

/** Original and mask side by side, a row a case; null without cases. */
export function originalAndMask(
  rows: readonly OriginalAndMask[],
  { say, numbers }: Language,
): Figure | null {
  if (rows.length === 0) return null;
  const { title, text } = say.figures.originals;
  const heights = rows.map(({ aspect }) => Math.round(side / aspect));
  const tops = heights.map((_, index) =>
    heights.slice(0, index).reduce((sum, height) => sum + height + captionHeight, keyHeight),
  );
  return drawPicture({
    id: "original-and-mask",
    title,
    text: text(numbers.list(rows.map((row) => row.case))),
    width: 2 * side + gap,
    height: heights.reduce((sum, one) => sum + one + captionHeight, keyHeight),
    keys: [
      { text: say.words.liver, colour: labelColours.liver, shape: "square" },
      { text: say.words.tumour, colour: labelColours.tumour, shape: "square" },
    ],
    keysLeft: side + gap,
    body: rows.map((row, index) => {
      const [y, height] = [tops[index], heights[index]];
      return [
        image(row.original, { x: 0, y, width: side, height }),
        image(row.mask, { x: side + gap, y, width: side, height }),
        label(`${row.case}, ${say.pictures.slice(row.slice)}`, { x: 0, y: y + height + 16 }),
      ];
    }),
  });
}
