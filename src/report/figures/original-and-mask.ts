import { html } from "../html.ts";
import type { Language } from "../language.ts";
import { labelColours } from "../overlay.ts";
import { type Figure, fontSize, textWidth } from "./drawing.ts";
import { palette } from "./palette.ts";

/** One slice as two pictures. */
export interface OriginalAndMask {
  readonly case: string;
  readonly slice: number;
  /** PNG data URIs. */
  readonly original: string;
  readonly mask: string;
  /** Width ÷ height. */
  readonly aspect: number;
}

const side = 300;
const gap = 12;
const captionHeight = 26;
const top = 28;

/** Original and mask side by side, a row a case; null without cases. */
export function originalAndMask(
  rows: readonly OriginalAndMask[],
  { say, numbers }: Language,
): Figure | null {
  if (rows.length === 0) return null;
  const id = "original-and-mask";
  const { title, text } = say.figures.originals;
  const words = text(numbers.list(rows.map((row) => row.case)));
  const width = 2 * side + gap;
  const heights = rows.map(({ aspect }) => Math.round(side / aspect));
  const tops = heights.map((_, index) =>
    heights.slice(0, index).reduce((sum, height) => sum + height + captionHeight, top),
  );
  const height = heights.reduce((sum, one) => sum + one + captionHeight, top);
  const keys = [
    { colour: labelColours.liver, text: say.words.liver, x: side + gap },
    {
      colour: labelColours.tumour,
      text: say.words.tumour,
      x: side + gap + 36 + textWidth(say.words.liver),
    },
  ];
  const length = (value: number): string => String(value);
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="${id}-title ${id}-text" viewBox="0 0 ${length(width)} ${length(height)}" width="${length(width)}" height="${length(height)}" font-size="${length(fontSize)}" font-family="system-ui, sans-serif" fill="${palette.ink}"><title id="${id}-title">${title}</title><desc id="${id}-text">${words}</desc>${keys.map(
    (key) =>
      html`<rect x="${length(key.x)}" y="5" width="11" height="11" fill="${key.colour}"/><text x="${length(key.x + 17)}" y="15">${key.text}</text>`,
  )}${rows.map((row, index) => {
    const y = tops[index] ?? 0;
    const size = heights[index] ?? side;
    const image = (href: string, x: number) =>
      html`<image href="${href}" x="${length(x)}" y="${length(y)}" width="${length(side)}" height="${length(size)}"/>`;
    const caption = `${row.case}, ${say.pictures.slice(row.slice)}`;
    return html`${image(row.original, 0)}${image(row.mask, side + gap)}<text x="0" y="${length(y + size + 16)}">${caption}</text>`;
  })}</svg>`;
  return { id, title, text: words, width, svg: svg.markup };
}
